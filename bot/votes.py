"""
Votes: a batch of updates becomes rows, counters and the next offset in one transaction.

The latest choice of a voter wins, an empty one takes the vote back, and an update is applied once however often it
is delivered. Anonymous polls give no votes but snapshots of their counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from bot import store
from bot.tables import history, polls, snapshots, strays, tallies, votes

Update = dict[str, Any]


@dataclass(frozen=True)
class Vote:
    """One `poll_answer`: `options` is a bit mask, 0 takes the vote back."""

    update_id: int
    telegram_id: str
    voter: int
    options: int


@dataclass(frozen=True)
class Snapshot:
    """One `poll` update: the counts of a poll at a moment."""

    update_id: int
    telegram_id: str
    counts: list[int]
    voters: int


@dataclass
class Batch:
    """Updates, decoded; `strays` holds what is neither a vote nor a snapshot, with the reason."""

    votes: list[Vote] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    strays: list[tuple[Update, str]] = field(default_factory=list)


def decode(updates: Iterable[Update], key: bytes) -> Batch:
    """Sort raw updates into votes, snapshots and strays. A malformed update is a stray and stops nothing."""
    batch = Batch()
    for raw in updates:
        try:
            if answer := raw.get("poll_answer"):
                batch.votes.append(_vote(raw["update_id"], answer, key))
            elif poll := raw.get("poll"):
                counts = [int(option["voter_count"]) for option in poll["options"]]
                batch.snapshots.append(Snapshot(raw["update_id"], poll["id"], counts, int(poll["total_voter_count"])))
            else:
                batch.strays.append((raw, "not a vote"))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            batch.strays.append((raw, f"cannot be read: {error!r}"))
    return batch


def _vote(update_id: int, answer: Update, key: bytes) -> Vote:
    voter = answer.get("voter_chat") or answer["user"]  # anonymous admins share one user id: their chat is the voter
    mask = 0
    for option in answer["option_ids"]:
        mask |= 1 << option
    if mask >> 12:
        msg = f"option_ids {answer['option_ids']!r}: a poll has at most 12 options"
        raise ValueError(msg)
    return Vote(update_id, answer["poll_id"], pseudonym(voter["id"], key), mask)


def pseudonym(telegram_id: int, key: bytes) -> int:
    """A voter's name here: a keyed 64-bit hash, so that a stolen database names nobody."""
    return int.from_bytes(blake2b(b"%d" % telegram_id, key=key, digest_size=8).digest(), "big", signed=True)


def offset(engine: Engine) -> int:
    """The first update not yet stored."""
    with store.reading(engine) as connection:
        return int(store.fact(connection, "offset", "0"))


def record(engine: Engine, updates: Sequence[Update], key: bytes, now: datetime) -> Batch:
    """Store a batch and the offset behind it; only then may the batch be acknowledged."""
    batch = decode(updates, key)
    with engine.begin() as connection:
        apply(connection, batch, now)
        if updates:
            store.remember(connection, "offset", str(updates[-1]["update_id"] + 1))
    return batch


def apply(connection: Connection, batch: Batch, now: datetime) -> None:
    """Store a decoded batch within the caller's transaction; votes for polls not known here become strays."""
    items: list[Vote | Snapshot] = [*batch.votes, *batch.snapshots]
    known = _known(connection, {item.telegram_id for item in items})
    _apply_votes(connection, [v for v in batch.votes if v.telegram_id in known], known, now)
    _apply_snapshots(connection, [s for s in batch.snapshots if s.telegram_id in known], known, now)
    unknown = [item for item in items if item.telegram_id not in known]
    rows = [_stray(v.update_id, f"unknown poll {v.telegram_id}", vars(v), now) for v in unknown]
    rows += [_stray(raw["update_id"], reason, raw, now) for raw, reason in batch.strays]
    if rows:
        connection.execute(insert(strays).on_conflict_do_nothing(), rows)


def _known(connection: Connection, ids: set[str]) -> dict[str, Any]:
    query = select(polls.c.id, polls.c.telegram_id, polls.c.anonymous).where(polls.c.telegram_id.in_(ids))
    return {row.telegram_id: row for row in connection.execute(query)} if ids else {}


def _stray(update_id: int, reason: str, content: object, now: datetime) -> dict[str, Any]:
    return {"update_id": update_id, "reason": reason, "content": json.dumps(content, ensure_ascii=False), "at": now}


def _apply_votes(connection: Connection, incoming: list[Vote], known: dict[str, Any], now: datetime) -> None:
    seen = _seen(connection, history, incoming)
    fresh = [(known[v.telegram_id].id, v) for v in incoming if v.update_id not in seen]
    if not fresh:
        return
    rows = [
        {"update_id": v.update_id, "poll_id": poll, "voter": v.voter, "options": v.options, "at": int(now.timestamp())}
        for poll, v in fresh
    ]
    connection.execute(insert(history), rows)
    before = _standing(connection, {(poll, v.voter) for poll, v in fresh})
    after = {(poll, v.voter): v for poll, v in sorted(fresh, key=lambda pair: pair[1].update_id)}
    _upsert(connection, after)
    changes: Counter[tuple[int, int]] = Counter()
    turnout: Counter[int] = Counter()
    for (poll, voter), vote in after.items():
        old = before.get((poll, voter), 0)
        turnout[poll] += bool(vote.options) - bool(old)
        for option in range(12):
            changes[poll, option] += (vote.options >> option & 1) - (old >> option & 1)
    _count(connection, changes, turnout)


def _seen(connection: Connection, table: Any, incoming: Sequence[Vote | Snapshot]) -> set[int]:  # noqa: ANN401 a Table
    ids = [item.update_id for item in incoming]
    return set(connection.scalars(select(table.c.update_id).where(table.c.update_id.in_(ids)))) if ids else set()


def _standing(connection: Connection, voters: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    query = select(votes.c.poll_id, votes.c.voter, votes.c.options)
    rows = connection.execute(query.where(tuple_(votes.c.poll_id, votes.c.voter).in_(voters)))
    return {(row.poll_id, row.voter): row.options for row in rows}


def _upsert(connection: Connection, after: dict[tuple[int, int], Vote]) -> None:
    rows = [
        {"poll_id": poll, "voter": voter, "options": vote.options, "update_id": vote.update_id}
        for (poll, voter), vote in after.items()
        if vote.options
    ]
    gone = [{"p": poll, "v": voter} for (poll, voter), vote in after.items() if not vote.options]
    if rows:
        latest = insert(votes)
        newest = {"options": latest.excluded.options, "update_id": latest.excluded.update_id}
        connection.execute(latest.on_conflict_do_update(index_elements=["poll_id", "voter"], set_=newest), rows)
    if gone:
        mine = (votes.c.poll_id == bindparam("p")) & (votes.c.voter == bindparam("v"))
        connection.execute(delete(votes).where(mine), gone)


def _count(connection: Connection, changes: Counter[tuple[int, int]], turnout: Counter[int]) -> None:
    rows = [{"poll_id": poll, "option": option, "votes": n} for (poll, option), n in changes.items() if n]
    if rows:
        add = insert(tallies)
        total = tallies.c.votes + add.excluded.votes
        connection.execute(add.on_conflict_do_update(index_elements=["poll_id", "option"], set_={"votes": total}), rows)
    moved = [{"p": poll, "n": n} for poll, n in turnout.items() if n]
    if moved:
        grow = update(polls).where(polls.c.id == bindparam("p")).values(voters=polls.c.voters + bindparam("n"))
        connection.execute(grow, moved)


def _apply_snapshots(connection: Connection, incoming: list[Snapshot], known: dict[str, Any], now: datetime) -> None:
    """Keep the counts of anonymous polls; those of the others are known vote by vote."""
    seen = _seen(connection, snapshots, incoming)
    fresh = [s for s in incoming if s.update_id not in seen and known[s.telegram_id].anonymous]
    latest = {s.telegram_id: s for s in sorted(fresh, key=lambda s: s.update_id)}
    for telegram_id, snapshot in latest.items():
        poll = known[telegram_id].id
        row = {"update_id": snapshot.update_id, "poll_id": poll, "counts": snapshot.counts, "voters": snapshot.voters}
        connection.execute(insert(snapshots).values(**row, at=int(now.timestamp())))
        set_counts(connection, poll, snapshot.counts, snapshot.voters)


def set_counts(connection: Connection, poll: int, counts: Sequence[int], voters: int) -> None:
    """Replace a poll's counters by what Telegram says they are."""
    rows = [{"poll_id": poll, "option": i, "votes": n} for i, n in enumerate(counts)]
    put = insert(tallies)
    told = {"votes": put.excluded.votes}
    connection.execute(put.on_conflict_do_update(index_elements=["poll_id", "option"], set_=told), rows)
    connection.execute(update(polls).where(polls.c.id == poll).values(voters=voters))


def adopt(connection: Connection, telegram_id: str, now: datetime) -> None:
    """Apply what was voted in a poll before its own message was recorded: such updates wait among the strays."""
    mine = strays.c.reason == f"unknown poll {telegram_id}"
    contents = [json.loads(text) for text in connection.scalars(select(strays.c.content).where(mine))]
    batch = Batch()
    for content in contents:
        if "voter" in content:
            batch.votes.append(Vote(**content))
        else:
            batch.snapshots.append(Snapshot(**content))
    connection.execute(delete(strays).where(mine))
    apply(connection, batch, now)


def counts(connection: Connection, poll: int, options: int) -> list[int]:
    """The running count of each of a poll's options."""
    query = select(tallies.c.option, tallies.c.votes).where(tallies.c.poll_id == poll)
    found = {row.option: row.votes for row in connection.execute(query)}
    return [found.get(option, 0) for option in range(options)]
