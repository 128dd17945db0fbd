"""
The worker: takes queued runs from the database, has them computed by an engine, stores each outcome once.

Two lanes, so that a picture never waits behind a training; one where nobody will ask for a picture. Exactly one worker
serves a database: a lock file says so, and whatever an earlier worker left half done is queued again at start.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from bot import log as logs
from bot import settings
from bot.errors import PollbotError, SettingsError
from bot.store import heartbeat, lock, runs, store
from bot.store.store import Database
from bot.worker.claim import sweep
from bot.worker.lane import Lane
from experiments import device, machine
from experiments.device import Device
from experiments.engines import runner
from experiments.engines.engine import Engine, Say
from experiments.engines.local import LocalEngine

log = structlog.get_logger()
BEAT_S = 5.0
CHILDREN = min(2, os.cpu_count() or 1)  # that measure; one more draws


def work(
    database: Database, measuring: Callable[[Say], Engine], own: Device, stop: threading.Event, *, draws: bool
) -> None:
    """Serve the queue until `stop` is set; raises what broke a lane. `own` is where this worker measures."""
    with lock.held(str(database.url), "worker"):
        runs.recover(database, datetime.now(UTC))
        with database.begin() as connection:
            store.remember(connection, "device", own)
            store.remember(connection, "machine", machine.own())
        folder = Path(f"{database.url.database}.checkpoints").absolute()
        sweep(folder, runs.unfinished(database))
        lanes = [Lane(database, ("measure",), measuring, folder, stop)]
        if draws:  # people wait for a picture: no network between
            lanes.append(Lane(database, ("draw",), lambda say: LocalEngine(say, 1, runner.drawing), folder, stop))
        for lane in lanes:
            lane.start()
        beat(database)
        while not stop.wait(BEAT_S):
            beat(database)
        for lane in lanes:
            lane.join()
        for lane in lanes:
            if lane.failure:
                raise lane.failure


def beat(database: Database) -> None:
    """Leave word in the database that this worker lives, for `pollbot health --worker`."""
    try:
        heartbeat.beat(database, "worker", datetime.now(UTC))
    except OperationalError as error:
        log.error("the database is not usable", reason=str(error.orig), again_in_s=BEAT_S)  # noqa: TRY400


def engine(name: str) -> Callable[[Say], Engine]:
    """What measures, by the setting ENGINE; raises `SettingsError` where dask is asked for and not installed."""
    if name == "local":
        return lambda say: LocalEngine(say, CHILDREN)
    try:
        from experiments.engines.dask_engine import DaskEngine
    except ImportError:
        msg = f"POLLBOT_ENGINE={name!r} needs dask: pip install '.[worker,dask]' in pollbot's folder"
        raise SettingsError(msg) from None
    return lambda say: DaskEngine(say, name.replace("dask://", "tcp://"))  # tls:// is dask's own word


def watch_parent(stop: threading.Event) -> None:
    """Stop when the bot that started this worker is gone: its end of our standard input closes."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


def main() -> int:
    parser = argparse.ArgumentParser(prog="pollbot worker", description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    parser.add_argument("--no-pictures", action="store_true", help="measure only, and keep nothing ready that draws")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.with_parent:
        threading.Thread(target=watch_parent, args=(stop,), daemon=True).start()
    try:
        given = settings.made(settings.WorkerSettings)
        logs.configure(given.log_format)
        # The machines of a cluster are not asked: what every one of them has is a CPU.
        own = device.own() if given.engine == "local" else "cpu"
        with store.opened(given.database_url) as database:
            work(database, engine(given.engine), own, stop, draws=not arguments.no_pictures)
    except PollbotError as error:
        print(f"pollbot: {error}", file=sys.stderr)
        return 1
    return 0
