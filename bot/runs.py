"""
Runs: what a worker computes, queued by content key and stored once.

A lost computation costs only time and a doubled one changes nothing: every write is fenced by the owner, and the
first outcome stays.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects.sqlite import insert

from bot import store
from bot.tables import runs

Task = Literal["measure", "draw"]
ATTEMPTS = 3  # a run that killed its worker this often is given up


@dataclass(frozen=True)
class Run:
    """A claimed run; `input` is what the engine is handed."""

    key: str
    task: Task
    input: dict[str, Any]
    limit_s: float


def content_key(value: object) -> str:
    """The key of anything that JSON can hold: equal content, equal key."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def enqueue(connection: Connection, run: Run, priority: int, now: datetime) -> None:
    """Queue a run within the caller's transaction; one that is known already, by its content, is left as it is."""
    row = {"key": run.key, "task": run.task, "input": run.input, "limit_s": run.limit_s, "priority": priority}
    fresh = {"state": "queued", "created": now, "attempts": 0, "progress": 0.0}
    connection.execute(insert(runs).values(**row, **fresh).on_conflict_do_nothing())


def claim(engine: Engine, owner: str, tasks: tuple[Task, ...], now: datetime) -> Run | None:
    """Take the most urgent queued run of these tasks, or None."""
    waiting = select(runs.c.key, runs.c.task, runs.c.input, runs.c.limit_s).where(
        runs.c.state == "queued", runs.c.task.in_(tasks)
    )
    first = waiting.order_by(runs.c.priority, runs.c.created).limit(1)
    with store.reading(engine) as connection:
        if connection.execute(first).first() is None:
            return None  # the common case takes no write lock
    with engine.begin() as connection:
        row = connection.execute(first).first()
        if row is None:
            return None
        taken = {"state": "running", "owner": owner, "started": now, "attempts": runs.c.attempts + 1, "progress": 0.0}
        connection.execute(update(runs).where(runs.c.key == row.key).values(**taken))
    return Run(row.key, row.task, row.input, row.limit_s)


def progress(engine: Engine, key: str, owner: str, fraction: float, note: str) -> bool:
    """Say how far a run is; False when it is no longer this owner's."""
    return _mine(engine, key, owner, {"progress": fraction, "note": note})


def finish(engine: Engine, key: str, owner: str, output: bytes, now: datetime) -> bool:
    """Store the outcome; False when it is no longer this owner's to store."""
    return _mine(engine, key, owner, {"state": "done", "progress": 1.0, "output": output, "finished": now})


def fail(engine: Engine, key: str, owner: str, error: str, now: datetime) -> bool:
    """Store why there is no outcome; False when it is no longer this owner's to say."""
    return _mine(engine, key, owner, {"state": "failed", "error": error, "finished": now})


def release(engine: Engine, key: str, owner: str) -> None:
    """Give a run back unharmed: its worker was told to stop, which counts as no attempt."""
    _mine(engine, key, owner, {"state": "queued", "owner": None, "attempts": runs.c.attempts - 1})


def _mine(engine: Engine, key: str, owner: str, values: dict[str, Any]) -> bool:
    mine = (runs.c.key == key) & (runs.c.owner == owner) & (runs.c.state == "running")
    with engine.begin() as connection:
        return connection.execute(update(runs).where(mine).values(**values)).rowcount == 1


def drawing(engine: Engine) -> bool:
    """Is a picture queued or being drawn?"""
    query = select(runs.c.key).where(runs.c.task == "draw", runs.c.state.in_(("queued", "running"))).limit(1)
    with store.reading(engine) as connection:
        return connection.execute(query).first() is not None


def recover(engine: Engine, now: datetime) -> None:
    """Queue again what a dead worker had claimed; call it when this is the only worker. Poison is given up."""
    running = runs.c.state == "running"
    poison = f"its worker died {ATTEMPTS} times while running it"
    with engine.begin() as connection:
        given_up = update(runs).where(running, runs.c.attempts >= ATTEMPTS)
        connection.execute(given_up.values(state="failed", error=poison, finished=now))
        connection.execute(update(runs).where(running).values(state="queued", owner=None))


def outcome(connection: Connection, key: str | None) -> Any:  # noqa: ANN401 a row of (state, progress, note, error, input, output)
    """How a run stands, or None when there is no such run."""
    query = select(runs.c.state, runs.c.progress, runs.c.note, runs.c.error, runs.c.input, runs.c.output)
    return connection.execute(query.where(runs.c.key == key)).first()
