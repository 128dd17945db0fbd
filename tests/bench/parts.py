"""Where the time of a vote goes: CPU in us, each part by itself, in batches of 100."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store import store, votes
from bot.store.updates import decode
from bot.telegram.wire import Wire
from tests.bench import canned, runs
from tests.conftest import NOON


def of_a_vote(count: int = 30_000) -> dict[str, float]:
    raw = [b"[%s]" % b",".join(canned.vote(i) for i in range(s, s + 100)) for s in range(0, count, 100)]
    loads = _cpu_us(json.loads, raw)
    updates = [json.loads(one) for one in raw]
    reads = _cpu_us(decode, updates)
    with TemporaryDirectory() as folder:
        database = store.create(runs.fresh("pollbot", Path(folder)))
        undone = _cpu_us(lambda batch: _undone(database, batch), updates)
        stored = _cpu_us(lambda batch: votes.record(database, batch, b"key", NOON), updates)
        database.dispose()
    return {
        "HTTP": asyncio.run(_http(count)) - loads,
        "JSON": loads,
        "reading and hashing": reads,
        "statements": undone - reads,
        "commit and checkpoints": stored - undone,
    }


def cold(batches: int = 100) -> float:
    """CPU of reading a vote's JSON in us, each batch after a pause of 20 ms."""
    raw = b"[%s]" % b",".join(map(canned.vote, range(100)))
    took = 0.0
    for _ in range(batches):
        time.sleep(0.02)
        took += _cpu_us(json.loads, [raw])
    return took / batches


def _undone(database, batch: list) -> None:
    """The same statements, rolled back."""
    with database.connect() as connection, connection.begin() as transaction:
        votes.apply(connection, decode(batch), b"key", NOON)
        transaction.rollback()


async def _http(count: int) -> float:
    with runs.Telegram(count, 0, 0) as telegram:
        async with Wire("4242:bench", telegram.url) as wire:
            began, offset = time.process_time(), 0
            for _ in range(count // 100):
                offset = (await wire.updates(offset, 0, ["poll_answer"]))[-1]["update_id"] + 1
            return (time.process_time() - began) / count * 1e6


def _cpu_us(work: Callable[[object], object], batches: list) -> float:
    """CPU for each vote."""
    began = time.process_time()
    for batch in batches:
        work(batch)
    return (time.process_time() - began) / len(batches) / 100 * 1e6
