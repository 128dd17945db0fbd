"""A worker on a database of its own, and a small dask cluster beside it: victims, as everything here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.store import runs, store
from bot.store.store import Database
from bot.store.tables import runs as rows
from experiments import perform
from experiments.catalogue import run_key
from experiments.topic import Context
from tests import made
from tests.patience import eventually
from tests.torture.processes import Victim, free_port, victim

DASK = "distributed.cli.dask_"
LOOK_S = 0.02


@dataclass
class Shop:
    """Scheduler and nodes are there when the engine is dask's."""

    folder: Path
    database: Database
    worker: Victim
    scheduler: Victim | None = None
    nodes: list[Victim] = field(default_factory=list)

    @property
    def victims(self) -> list[Victim]:
        return [self.worker, *([self.scheduler] if self.scheduler else []), *self.nodes]

    def start(self) -> None:
        self.worker.start()
        self.start_cluster()

    def start_cluster(self) -> None:
        for one in self.victims[1:]:
            one.start()

    def enqueue(self, epochs: int, seeds: int, lr: float = 0.1, priority: int = runs.POLL) -> str:
        """Queue a training of heads; returns its key."""
        params: dict[str, Any] = {"epochs": epochs, "lr": lr}
        order = {"task": "measure", "experiment": "heads", "params": params, "seeds": seeds}
        key = run_key("heads", params, seeds)
        now = datetime.now(UTC)
        with self.database.begin() as connection:
            runs.enqueue(connection, runs.Run(key, "measure", order, 120.0), priority, due=now, now=now)
        return key

    def row(self, key: str) -> Any:
        with store.reading(self.database) as connection:
            return connection.execute(select(rows).where(rows.c.key == key)).one()

    def wait(self, key: str, *states: str) -> Any:
        """A run's row when it is in one of these states; fails when that never comes."""
        found = eventually(lambda: self.row(key).state in states)
        row = self.row(key)
        assert found, f"{row.state}, {row.progress:.0%}, {row.note}\n{self.told()}"
        return row

    def told(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text()[-1500:]}" for path in self.folder.glob("*.log"))


@contextmanager
def shop(folder: Path, dask_workers: int = 0, *, draws: bool = True, pem: Path | None = None) -> Iterator[Shop]:
    """Nothing is started yet. With the key and certificate of `pem`, nobody talks to the cluster in clear."""
    url = f"sqlite:///{folder / 'pollbot.db'}"
    port = free_port()
    given = {"POLLBOT_DATABASE_URL": url, "POLLBOT_LOG_FORMAT": "json"}
    at, encrypted = f"{'tls' if pem else 'tcp'}://127.0.0.1:{port}", certified(pem) if pem else {}
    home = ("--host", f"{'tls' if pem else 'tcp'}://127.0.0.1", "--no-dashboard")
    database = made.fresh(url)
    with ExitStack() as stack:
        stack.callback(database.dispose)
        scheduler, nodes = None, []
        if dask_workers:
            given |= {"POLLBOT_ENGINE": at if pem else at.replace("tcp://", "dask://"), **encrypted}
            words = (f"{DASK}scheduler", "--port", str(port), *home)
            scheduler = stack.enter_context(victim("scheduler", words, encrypted, folder))
        for number in range(dask_workers):
            words = (f"{DASK}worker", at, *home, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
            nodes.append(stack.enter_context(victim(f"node-{number}", words, encrypted, folder)))
        words = ("bot.worker",) if draws else ("bot.worker", "--no-pictures")
        worker = stack.enter_context(victim("worker", words, given, folder))
        yield Shop(folder, database, worker, scheduler, nodes)


def certified(pem: Path) -> dict[str, str]:
    """dask's own settings: everybody shows this certificate, and takes no other."""
    roles = ("SCHEDULER", "WORKER", "CLIENT")
    names = ["CA_FILE", *(f"{role}__{part}" for role in roles for part in ("CERT", "KEY"))]
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(pem) for name in names}


def expected(epochs: int, seeds: int, lr: float = 0.1) -> bytes:
    """What such a training measures, done here and at once."""
    params = perform.entry("heads").params(epochs=epochs, lr=lr)
    return perform.measure("heads", params, seeds, Context()).model_dump_json().encode()


def children(pid: int) -> list[int]:
    """The processes that one has started and that live: a zombie does not."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return found


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], seconds: float = 30.0) -> list[int]:
    """Those that still live after so many seconds; they are killed then."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if lives(pid)]) and time.monotonic() < until:
        time.sleep(LOOK_S)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
    return left
