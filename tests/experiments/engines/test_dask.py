"""Many machines: the real worker with a real scheduler and two real workers of a cluster, here on loopback."""

import sys
from pathlib import Path

import pytest
from distributed import Client

from bot.store import runs
from tests.conftest import NOON
from tests.patience import PATIENCE_S, eventually
from tests.torture.cluster import children, expected, gone, shop

PEM = Path(__file__).parents[2] / "bot/telegram/localhost.pem"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def cluster(tmp_path):
    with shop(tmp_path, dask_workers=2, draws=False) as cluster:
        yield cluster


def test_a_cluster_that_asks_for_certificates_measures_the_same_bytes(tmp_path):
    with shop(tmp_path, dask_workers=1, draws=False, pem=PEM) as cluster:
        cluster.start()
        key = cluster.enqueue(epochs=1, seeds=2)

        assert cluster.wait(key, "done", "failed").output == expected(epochs=1, seeds=2)
        assert not plain(cluster.worker.given["POLLBOT_ENGINE"])


def plain(address: str) -> bool:
    """Does this scheduler listen to somebody without a certificate?"""
    try:
        Client(address.replace("tls://", "tcp://"), timeout=2, set_as_default=False).close()
    except OSError:
        return False
    return True


def half_done(cluster, key):
    """Both nodes are at it."""
    assert eventually(lambda: cluster.row(key).progress >= 0.2), cluster.told()


def test_a_run_goes_on_when_a_machine_dies_and_comes_to_the_same_bytes(cluster):
    cluster.start()
    key = cluster.enqueue(epochs=20, seeds=12)
    half_done(cluster, key)
    orphans = children(cluster.nodes[0].process.pid)
    cluster.nodes[0].kill()
    row = cluster.wait(key, "done", "failed")

    assert row.output == expected(epochs=20, seeds=12)
    assert (row.attempts, row.deaths) == (1, 0)  # dask moved the chunk
    assert len(orphans) == 1
    assert gone(orphans) == []


def test_without_a_scheduler_runs_wait_and_with_a_new_one_they_go_on(cluster):
    cluster.worker.start()
    key = cluster.enqueue(epochs=20, seeds=12)
    assert eventually(lambda: "no dask scheduler" in cluster.told())
    assert (cluster.row(key).state, cluster.row(key).attempts) == ("queued", 0)

    cluster.start_cluster()
    half_done(cluster, key)
    cluster.scheduler.kill()
    cluster.wait(key, "queued")
    for node in cluster.nodes:
        node.process.wait(PATIENCE_S)  # dask's workers end with their scheduler
    cluster.start_cluster()
    row = cluster.wait(key, "done", "failed")

    assert (row.state, row.attempts, row.deaths) == ("done", 1, 0)


def test_a_cancelled_run_is_stopped_on_every_machine(cluster):
    cluster.start()
    key = cluster.enqueue(epochs=100, seeds=16)
    half_done(cluster, key)
    busy = [pid for node in cluster.nodes for pid in children(node.process.pid)]
    with cluster.database.begin() as connection:
        runs.cancel(connection, key, NOON)

    assert len(busy) == 2
    assert gone(busy) == []  # a child that has only ended its job lives on
