"""Nothing in a test may leave this machine, and every database is a real file of its own."""

import ipaddress
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import store
from bot.store.store import Database
from tests import transitions

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


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


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'pollbot.db'}"


@pytest.fixture
def database(url: str) -> Database:
    """A database that tells at the end if a row changed its state in a way that the table of states does not have."""
    database = store.create(url)
    transitions.watch(database)
    yield database
    unknown = transitions.unknown(database)
    database.dispose()
    assert unknown == set()
