"""
Polls that stand in a chat: opened with their run queued, closed with their final tally, revealed.

The tally that stopPoll answers is the authority; the counters in `tallies` go on for votes that arrive late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from bot.store import runs, store, votes
from bot.store.address import Address, Chat
from bot.store.store import Database
from bot.store.tables import messages, polls, posts, publications
from bot.thread.model import Experiment, Language, Poll, Post
from experiments import device
from experiments.catalogue import ENTRIES, run_key


@dataclass(frozen=True)
class Opened:
    """A poll that Telegram has accepted."""

    telegram_id: str
    anonymous: bool
    open: timedelta
    experiment: Experiment | None


@dataclass(frozen=True)
class Tally:
    """Counts per option of a closed poll; `voters` may be fewer than their sum when several choices are allowed."""

    counts: tuple[int, ...]
    voters: int


@dataclass(frozen=True)
class StandingPoll:
    """A poll with what is needed to close and reveal it; no `message_id` when it was left behind in an old group."""

    id: int
    address: Address
    message_id: int | None
    language: Language
    poll: Poll
    closed: datetime | None
    tally: Tally
    run_key: str | None
    drawing_key: str | None


def open_(connection: Connection, post_id: int, opened: Opened, now: datetime) -> None:
    """Keep a poll, queue its experiment, and apply the votes that were faster than this record."""
    closes = now + opened.open
    key = queue(connection, opened.experiment, runs.POLL, closes, now)
    row = {"post_id": post_id, "telegram_id": opened.telegram_id, "anonymous": opened.anonymous, "voters": 0}
    times = {"state": "open", "opened": now, "closes": closes}
    connection.execute(insert(polls).values(**row, **times, run_key=key))
    votes.adopt(connection, opened.telegram_id, now)


def queue(
    connection: Connection, experiment: Experiment | None, priority: int, due: datetime, now: datetime
) -> str | None:
    """Queue what an experiment measures, once for all polls that ask the same; returns the run's key."""
    if experiment is None:
        return None
    job = {"experiment": experiment.run, "params": experiment.set, "seeds": experiment.seeds}
    job |= {"task": "measure", "device": _device(connection)}
    run = runs.Run(key_of(connection, experiment), "measure", job, ENTRIES[experiment.run].limit_s)
    runs.enqueue(connection, run, priority, due, now)
    return run.key


def key_of(connection: Connection, experiment: Experiment) -> str:
    """The content key of the run that measures this, on the device that the worker has."""
    return run_key(experiment.run, experiment.set, experiment.seeds, _device(connection))


def forgo(connection: Connection, post_id: int, now: datetime) -> None:
    """A post will not go out: stop the run of its poll, unless another post or poll needs it."""

    def key(content: Any) -> str | None:  # noqa: ANN401 a post as it is stored
        poll = Post(**content).poll
        return key_of(connection, poll.experiment) if poll and poll.experiment else None

    mine = key(connection.execute(select(posts.c.content).where(posts.c.id == post_id)).scalar_one())
    if mine is None:
        return
    ahead = (posts.c.id != post_id) & posts.c.state.not_in(("sent", "skipped"))
    standing = (polls.c.run_key == mine) & (polls.c.state != "revealed")
    needed = connection.execute(select(polls.c.id).where(standing).limit(1)).first() is not None
    if not needed and mine not in map(key, connection.scalars(select(posts.c.content).where(ahead))):
        runs.cancel(connection, mine, now)


def _device(connection: Connection) -> str:
    return device.keyed(store.fact(connection, "device"))


def due_to_close(database: Database, now: datetime) -> list[StandingPoll]:
    """Open polls whose time is over, and those that a stop of the bot left half closed; the most overdue first."""
    over = polls.c.state.in_(("open", "closing")) & (polls.c.closes <= now)
    return _standing(database, over)


def due_to_reveal(database: Database) -> list[StandingPoll]:
    """Closed polls whose reveal does not wait for the admin."""
    mine = (messages.c.post_id == polls.c.post_id) & (messages.c.purpose == "reveal")
    halted = exists().where(mine & messages.c.state.in_(("unknown", "failed")))
    return _standing(database, (polls.c.state == "closed") & ~halted.correlate(polls))


def _standing(database: Database, where: Any) -> list[StandingPoll]:  # noqa: ANN401 a where clause
    asked = messages.c.post_id == polls.c.post_id
    carried = asked & (messages.c.purpose == "post") & (messages.c.part == 0)
    whose = publications.c
    where_ = (whose.chat, whose.chat_id, whose.chat_type, whose.language, posts.c.publication_id, posts.c.position)
    there = (messages.c.message_ids, messages.c.chat_id.label("sent_to"))
    query = select(polls, posts.c.content, *there, *where_).join(posts, posts.c.id == polls.c.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id).join(messages, carried)
    with store.reading(database) as connection:
        rows = connection.execute(query.where(where).order_by(polls.c.closes, polls.c.id)).all()
        return [_read(connection, row) for row in rows]


def _read(connection: Connection, row: Any) -> StandingPoll:  # noqa: ANN401 a row
    poll = Post(**row.content).poll
    assert poll is not None
    counts = row.tally or votes.counts(connection, row.id, len(poll.options))
    return StandingPoll(
        id=row.id,
        address=Address(Chat(row.chat, row.chat_id, row.chat_type), row.post_id, row.publication_id, row.position),
        message_id=row.message_ids[0] if row.sent_to == row.chat_id else None,
        language=row.language,
        poll=poll,
        closed=row.closed,
        tally=Tally(tuple(counts), row.voters),
        run_key=row.run_key,
        drawing_key=row.drawing_key,
    )


def closing(database: Database, poll: int) -> None:
    """Commit that stopPoll is about to be called."""
    with database.begin() as connection:
        connection.execute(update(polls).where(polls.c.id == poll).values(state="closing"))


def closed(database: Database, poll: int, tally: Tally, now: datetime) -> None:
    """Keep the final tally; for an anonymous poll it is also the last word on its counters."""
    with database.begin() as connection:
        done = {"state": "closed", "closed": now, "tally": list(tally.counts), "error": None}
        connection.execute(update(polls).where(polls.c.id == poll).values(**done))
        if connection.execute(select(polls.c.anonymous).where(polls.c.id == poll)).scalar():
            votes.set_counts(connection, poll, tally.counts, tally.voters)


def note(database: Database, poll: int, error: str) -> None:
    """Keep what is wrong with a poll."""
    with database.begin() as connection:
        connection.execute(update(polls).where(polls.c.id == poll).values(error=error))


def drawing(database: Database, poll: int, run: runs.Run, now: datetime) -> None:
    """Queue the picture of a closed poll."""
    with database.begin() as connection:
        runs.enqueue(connection, run, runs.URGENT, now, now)
        connection.execute(update(polls).where(polls.c.id == poll).values(drawing_key=run.key))


def revealed(connection: Connection, post_id: int, now: datetime) -> None:
    """The reveal stands in the chat."""
    done = {"state": "revealed", "revealed": now, "error": None}
    connection.execute(update(polls).where(polls.c.post_id == post_id).values(**done))
