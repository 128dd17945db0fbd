"""
Polls that stand in a chat: opened with their run queued, closed with their final tally, revealed.

The tally that stopPoll answers is the authority; the counters in `tallies` go on for votes that arrive late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Text, func, insert, literal, select, type_coerce, update

from bot.errors import ExperimentError, UnreadableError
from bot.store import news, runs, store, votes
from bot.store.content import pictures_of, read, understood
from bot.store.measurements import queue
from bot.store.store import Database
from bot.store.tables import audit, corrections, polls, posts, publications
from bot.thread.model import Experiment, Language, Poll

BEFORE = type_coerce(audit.c.before, Text)
OPTIONS = """
    SELECT CASE WHEN json_valid(content) THEN json_array_length(content, '$.poll.options') END
    FROM posts WHERE id = ?"""


@dataclass(frozen=True)
class Opened:
    """A poll that Telegram has accepted."""

    telegram_id: str
    anonymous: bool
    open: timedelta
    experiment: Experiment | None
    remind: timedelta | None = None


@dataclass(frozen=True)
class Tally:
    """The final counts per option; `turnout` may be less than their sum when several choices are allowed."""

    counts: tuple[int, ...]
    turnout: int


class ClosedPoll(NamedTuple):
    """
    A closed poll with what its reveal tells; `pictures` come with the explanation.

    `revision` is the post's, as it was read. `revealed` is what its reveal first named right, once that was corrected.
    """

    id: int
    language: Language
    poll: Poll
    tally: Tally
    run_key: str | None
    drawing_key: str | None
    pictures: Sequence[bytes] = ()
    revision: int = 0
    revealed: tuple[str, ...] | None = None


def open_(connection: Connection, post_id: int, opened: Opened, key: bytes, now: datetime) -> None:
    """
    Keep a poll, queue its experiment, and apply the votes that were faster than this record; `key` is the voters'.

    It stands in the chat whatever this version knows: without its experiment, it is kept without a measurement.
    """
    closes = now + opened.open
    try:
        run_key, error = queue(connection, opened.experiment, runs.POLL, due=closes, now=now), None
    except ExperimentError as gone:
        run_key, error = None, str(gone)
    row = {"post_id": post_id, "telegram_id": opened.telegram_id, "anonymous": opened.anonymous, "voters": 0}
    row["options"] = connection.exec_driver_sql(OPTIONS, (post_id,)).scalar()
    times = {"state": "open", "opened": now, "closes": closes}
    times["reminds"] = closes - opened.remind if opened.remind else None
    within = votes.pseudonyms(connection, opened.telegram_id, post_id)
    connection.execute(insert(polls).values(**row, **times, run_key=run_key, error=error, pseudonyms=within))
    votes.adopt(connection, opened.telegram_id, key, now)


def closed_poll(database: Database, poll: int) -> ClosedPoll:
    """What the reveal of a closed poll tells. Raises `UnreadableError`."""
    columns = (polls.c.post_id, publications.c.language, polls.c.tally, polls.c.turnout, posts.c.revision)
    query = select(*columns, polls.c.run_key, polls.c.drawing_key).join(posts, posts.c.id == polls.c.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id).where(polls.c.id == poll)
    with store.reading(database) as connection:
        post_id, language, counts, turnout, revision, run_key_, drawing_key = connection.execute(query).one()
        content = read(connection, post_id).poll
        if content is None:
            msg = "what is stored of the post holds no poll"
            raise UnreadableError(msg)
        shown = pictures_of(connection, post_id, first=len(content.asked)) if content.explained else ()
        named = _named(connection, post_id)
    tally = Tally(tuple(counts), turnout)
    return ClosedPoll(poll, language, content, tally, run_key_, drawing_key, shown, revision, named)


def _named(connection: Connection, post_id: int) -> tuple[str, ...] | None:
    """What the reveal of a poll named right before it was first corrected; None where it never was."""
    its = (corrections.c.post_id == post_id) & (corrections.c.purpose == "reveal")
    first = select(BEFORE).join(corrections, corrections.c.audit_id == audit.c.id).where(its)
    stored = connection.execute(first.order_by(corrections.c.id).limit(1)).scalar()
    before = understood(stored).poll if stored else None
    return tuple(option.text for option in before.options if option.correct) if before else None


def known_tally(database: Database, poll: int) -> Tally:
    """What is known of a poll that nobody can read: the votes that have come."""
    with store.reading(database) as connection:
        voters = connection.execute(select(polls.c.voters).where(polls.c.id == poll)).scalar_one()
        return Tally(tuple(_known_counts(connection, poll)), voters)


def _known_counts(connection: Connection, poll: int) -> list[int]:
    """One count for each option, also where this version cannot read the rest of what is stored of the poll."""
    options = connection.execute(select(polls.c.options).where(polls.c.id == poll)).scalar()
    return votes.counts(connection, poll, options or 0)


def closing(database: Database, poll: int) -> None:
    """Commit that stopPoll is about to be called."""
    with database.begin() as connection:
        opened = (polls.c.id == poll) & (polls.c.state == "open")
        connection.execute(update(polls).where(opened).values(state="closing"))


def closed(database: Database, poll: int, tally: Tally, now: datetime) -> None:
    """Keep the final tally; for an anonymous poll it is also the last word on its counters."""
    with database.begin() as connection:
        done = {"state": "closed", "closed": now, "tally": list(tally.counts), "turnout": tally.turnout, "error": None}
        mine = (polls.c.id == poll) & (polls.c.state != "revealed")
        if not connection.execute(update(polls).where(mine).values(**done)).rowcount:
            return  # an admin went on without it meanwhile
        about = select(polls.c.anonymous, polls.c.post_id).where(polls.c.id == poll)
        anonymous, post_id = connection.execute(about).one()
        if anonymous:
            votes.set_counts(connection, poll, tally.counts, tally.turnout)
        with store.cursor(connection) as cursor:
            votes.bury(cursor, poll)
        news.of_post(connection, post_id, "closed", now, number=tally.turnout)


def stays_open(database: Database, poll: int, error: str, reason: str, now: datetime) -> None:
    """It cannot be closed, for Telegram's `reason`; that is told where it was not known."""
    with database.begin() as connection:
        fresh = (polls.c.id == poll) & polls.c.error.is_distinct_from(error)
        if connection.execute(update(polls).where(fresh).values(error=error)).rowcount:
            post = connection.execute(select(polls.c.post_id).where(polls.c.id == poll)).scalar_one()
            news.of_post(connection, post, "stuck", now, reason=reason)


def drawing(database: Database, poll: ClosedPoll, run: runs.Run, now: datetime) -> None:
    """Queue the picture of a closed poll, unless it was corrected since it was read."""
    of_it = select(posts.c.revision).join(polls).where(polls.c.id == poll.id)
    with database.begin() as connection:
        if connection.execute(of_it).scalar() != poll.revision:
            return
        runs.enqueue(connection, run, runs.URGENT, due=now, now=now)
        connection.execute(update(polls).where(polls.c.id == poll.id).values(drawing_key=run.key))


def revealed(connection: Connection, post_id: int, now: datetime) -> None:
    """The reveal stands in the chat; one that was corrected has stood there since it was."""
    first = func.coalesce(polls.c.revealed, literal(now, polls.c.revealed.type))
    done = {"state": "revealed", "revealed": first, "error": None, "reveal_error": None}
    connection.execute(update(polls).where(polls.c.post_id == post_id).values(**done))


def give_up(connection: Connection, post_id: int, now: datetime) -> None:
    """An admin goes on without the reveal; of a poll that could not be closed, the last known tally counts."""
    this = polls.c.post_id == post_id
    connection.execute(update(polls).where(this, polls.c.state == "open").values(state="closing"))
    poll, voters, tally = connection.execute(select(polls.c.id, polls.c.voters, polls.c.tally).where(this)).one()
    if tally is None:
        last = {"tally": _known_counts(connection, poll), "turnout": voters, "closed": now}
        connection.execute(update(polls).where(this).values(**last))
        with store.cursor(connection) as cursor:
            votes.bury(cursor, poll)
    revealed(connection, post_id, now)
