"""Nothing in a test may leave this machine, every database is a real file of its own, and is closed at the end."""

import gc
import ipaddress
import os
import signal
import socket
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from bot.store import store
from bot.store.store import Database
from tests import made, transitions, watched
from tests import outcomes as asked

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LONGEST = ("test_threads", "test_short", "test_dask", "test_engines", "test_ending", "test_answers", "test_demo")
LONGEST += ("test_experiment", "test_again", "test_folder")

# A machine that is busy finds no mistake.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")

# A shell begins what runs in the background with Ctrl-C ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that processes side by side end together."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is imported and collected stays: no garbage is looked for in it, neither now nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True, scope="session")
def _shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where some test asks for all outcomes, all processes of pytest share one folder."""
    if any("outcomes" in getattr(item, "fixturenames", ()) for item in request.session.items):
        own = tmp_path_factory.getbasetemp()
        asked.shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture
def outcomes() -> Database:
    """What the published threads ask, measured once for all."""
    with store.opened(asked.address()) as database:
        yield database


@pytest.fixture(autouse=True, scope="session")
def _loopback_only():
    """Any connection beyond loopback fails the test that tried it."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _loopback(address[0]):
            pytest.fail(f"a test tried to reach {address!r}; only loopback is allowed")

    def guarded(self, address):
        check(self, address)
        return connect(self, address)

    def guarded_ex(self, address):
        check(self, address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield
    patch.undo()


def _loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_loopback


CONNECTIONS = watched.watch()


@pytest.fixture(autouse=True)
def _every_database_is_closed():
    """A connection that nobody closes is an error in Python 3.13, whenever it is collected; here, in each version."""
    CONNECTIONS.clear()  # those of databases that outlive one test
    yield
    assert watched.left_open(CONNECTIONS) == []


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'pollbot.db'}"


@pytest.fixture
def database(url: str) -> Database:
    """A database that tells at the end if a row changed its state in a way that the table of states does not have."""
    database = made.fresh(url)
    transitions.watch(database)
    yield database
    unknown = transitions.unknown(database)
    database.dispose()
    assert unknown == set()
