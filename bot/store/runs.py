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
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, case, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store import store
from bot.store.states import UNDONE, RunState, Task
from bot.store.store import Database
from bot.store.tables import runs

Urgency = tuple[int, datetime]  # priority and due; the smaller goes first

# A drawing stands between a closed poll and its reveal; a poll's measurement has time until the poll closes; one that
# is made before its post goes out gives way to both.
URGENT, POLL, PREFLIGHT = 0, 10, 20
DEATHS = 3  # a run whose own process died this often is given up
LIVES = 10  # and one that so many workers did not survive: its process is a child, so it is hardly to blame


@dataclass(frozen=True)
class Run:
    """`input` is what the engine is handed, `limit_s` what one job of it may take."""

    key: str
    task: Task
    input: dict[str, Any]
    limit_s: float


@dataclass(frozen=True)
class ClaimedRun(Run):
    """A run that a worker has taken."""

    urgency: Urgency
    created: datetime


def content_key(value: object) -> str:
    """The key of anything that JSON can hold: equal content, equal key."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def enqueue(connection: Connection, run: Run, priority: int, *, due: datetime, now: datetime) -> None:
    """
    Queue a run within the caller's transaction.

    One that is known already, by its content, keeps its outcome; while it has none, it takes the greater urgency of
    the two. One that was cancelled begins anew.
    """
    row = {"key": run.key, "task": run.task, "input": run.input, "limit_s": run.limit_s}
    fresh = {"state": "queued", "created": now, "attempts": 0, "deaths": 0, "progress": 0.0}
    put = insert(runs).values(**row, **fresh, priority=priority, due=due)
    new, old = put.excluded, runs.c
    sooner = (new.priority < old.priority) | ((new.priority == old.priority) & (new.due < old.due))
    urgency = {name: case((sooner, new[name]), else_=old[name]) for name in ("priority", "due")}
    waits = old.state.in_(("queued", "running"))
    connection.execute(put.on_conflict_do_update(index_elements=[old.key], set_=urgency, where=waits))
    anew = update(runs).where(old.key == run.key, old.state == "cancelled")
    connection.execute(anew.values(**fresh, priority=priority, due=due, finished=None, note=None))


def _first(tasks: tuple[Task, ...]) -> Select[Any]:
    queued = select(runs).where(runs.c.state == "queued", runs.c.task.in_(tasks))
    return queued.order_by(runs.c.priority, runs.c.due, runs.c.created).limit(1)


def foremost(database: Database, tasks: tuple[Task, ...]) -> Urgency | None:
    """How urgent the first queued run of these tasks is; takes no write lock."""
    query = _first(tasks).with_only_columns(runs.c.priority, runs.c.due)
    with store.reading(database) as connection:
        row = connection.execute(query).first()
    return (row.priority, row.due) if row else None


def claim(database: Database, owner: str, tasks: tuple[Task, ...], now: datetime) -> ClaimedRun | None:
    """Take the most urgent queued run of these tasks, or None."""
    if foremost(database, tasks) is None:
        return None
    with database.begin() as connection:
        row = connection.execute(_first(tasks)).first()
        if row is None:
            return None
        taken = {"state": "running", "owner": owner, "started": now, "attempts": runs.c.attempts + 1}
        connection.execute(update(runs).where(runs.c.key == row.key).values(**taken))
    return ClaimedRun(row.key, row.task, row.input, row.limit_s, (row.priority, row.due), row.created)


def held(database: Database, owner: str) -> dict[str, Urgency]:
    """The runs that are still this owner's, and how urgent they have become."""
    query = select(runs.c.key, runs.c.priority, runs.c.due).where(runs.c.state == "running", runs.c.owner == owner)
    with store.reading(database) as connection:
        return {row.key: (row.priority, row.due) for row in connection.execute(query)}


def progress(database: Database, key: str, *, owner: str, fraction: float, note: str) -> bool:
    """Say how far a run is; False when it is no longer this owner's."""
    return _change(database, key, owner, {"progress": fraction, "note": note})


def finish(database: Database, key: str, *, owner: str, output: bytes, now: datetime) -> bool:
    """Store the outcome; False when it is no longer this owner's to store."""
    return _change(database, key, owner, {"state": "done", "progress": 1.0, "output": output, "finished": now})


def fail(database: Database, key: str, *, owner: str, error: str, now: datetime) -> bool:
    """Store why there is no outcome; False when it is no longer this owner's to say."""
    return _change(database, key, owner, {"state": "failed", "error": error, "finished": now})


def release(database: Database, key: str, *, owner: str) -> None:
    """Give a run back unharmed: its worker was told to stop, it gave way, or its engine was lost. No attempt."""
    _change(database, key, owner, {"state": "queued", "owner": None, "attempts": runs.c.attempts - 1})


def died(database: Database, key: str, *, owner: str, error: str, now: datetime) -> bool:
    """Count that a run's own process died; False when that was once too often, or it is no longer this owner's."""
    owned = _owned(key, owner)
    with database.begin() as connection:
        connection.execute(update(runs).where(owned).values(deaths=runs.c.deaths + 1))
        poison = update(runs).where(owned, runs.c.deaths >= DEATHS)
        reason = f"its process died {DEATHS} times; the last time: {error}"
        connection.execute(poison.values(state="failed", error=reason, finished=now))
        return connection.execute(select(runs.c.key).where(owned)).first() is not None


def awaited(connection: Connection, key: str) -> bool:
    """Is it queued or running?"""
    waits = select(runs.c.key).where(runs.c.key == key, runs.c.state.in_(UNDONE))
    return connection.execute(waits).first() is not None


def cancel(connection: Connection, key: str, now: datetime) -> bool:
    """Nobody needs this run any more: a worker stops it within a second. False when it had ended, or is unknown."""
    waits = runs.c.state.in_(("queued", "running"))
    stop = update(runs).where(runs.c.key == key, waits).values(state="cancelled", owner=None, finished=now)
    return connection.execute(stop).rowcount == 1


def _owned(key: str, owner: str) -> ColumnElement[bool]:
    return (runs.c.key == key) & (runs.c.owner == owner) & (runs.c.state == "running")


def _change(database: Database, key: str, owner: str, values: dict[str, Any]) -> bool:
    with database.begin() as connection:
        return connection.execute(update(runs).where(_owned(key, owner)).values(**values)).rowcount == 1


def recover(database: Database, now: datetime) -> None:
    """Queue again what a dead worker had claimed; call it when this is the only worker."""
    running = runs.c.state == "running"
    with database.begin() as connection:
        given_up = update(runs).where(running, runs.c.attempts >= LIVES)
        error = f"its worker died {LIVES} times while running it"
        connection.execute(given_up.values(state="failed", error=error, finished=now))
        connection.execute(update(runs).where(running).values(state="queued", owner=None))


def unfinished(database: Database) -> set[str]:
    """The keys of all that is queued or running."""
    with store.reading(database) as connection:
        return set(connection.scalars(select(runs.c.key).where(runs.c.state.in_(("queued", "running")))))


class Outcome(NamedTuple):
    """How a run stands; `progress` from 0 to 1, `output` (a measurement as JSON, a PNG) once it is done."""

    state: RunState
    progress: float
    note: str | None
    error: str | None
    input: dict[str, Any]
    output: bytes | None


def outcome(connection: Connection, key: str | None) -> Outcome | None:
    """How a run stands, or None when there is no such run."""
    query = select(runs.c.state, runs.c.progress, runs.c.note, runs.c.error, runs.c.input, runs.c.output)
    row = connection.execute(query.where(runs.c.key == key)).first()
    return Outcome(*row) if row else None
