"""
Polls that stand in a chat: opened with their run queued, closed with their final tally, revealed.

The tally that stopPoll answers is the authority; the counters in `tallies` go on for votes that arrive late.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, exists, func, insert, select, update

from bot.errors import ExperimentError, UnreadableError
from bot.store import runs, store, votes
from bot.store.address import COLUMNS, Address, given, passed_over
from bot.store.states import HALTED, UNDONE, UNFINISHED, RunState, Why
from bot.store.store import Database
from bot.store.tables import messages, polls, posts, publications
from bot.store.tables import runs as run_rows
from bot.thread.model import Experiment, Language, Poll, Post
from experiments import device
from experiments.catalogue import ENTRIES, nearest, run_key


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


class DuePoll(NamedTuple):
    """A poll whose time is over; no `message_id` when it was left behind in an old group."""

    id: int
    address: Address
    message_id: int | None


class DueReveal(NamedTuple):
    """A closed poll; `measured` and `drawn` are the states of its runs, None where there is none."""

    id: int
    address: Address
    message_id: int | None
    closed: datetime
    measured: RunState | None
    drawn: RunState | None


class ClosedPoll(NamedTuple):
    """A closed poll with what its reveal tells."""

    id: int
    language: Language
    poll: Poll
    tally: Tally
    run_key: str | None
    drawing_key: str | None


def read(connection: Connection, post_id: int) -> Post:
    """A post as the author wrote it. Raises `UnreadableError`."""
    return understood(connection.execute(select(posts.c.content).where(posts.c.id == post_id)).scalar_one())


def understood(content: object) -> Post:
    """A post from what is stored of it. Raises `UnreadableError`."""
    try:
        return Post.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        msg = f"this version of pollbot cannot read what is stored of the post: {where}: {first['msg']}"
        raise UnreadableError(msg) from None
    except (ValueError, TypeError) as error:
        msg = f"this version of pollbot cannot read what is stored of the post: {error}"
        raise UnreadableError(msg) from None


def open_(connection: Connection, post_id: int, opened: Opened, now: datetime) -> None:
    """
    Keep a poll, queue its experiment, and apply the votes that were faster than this record.

    It stands in the chat whatever this version knows: without its experiment, it is kept without a measurement.
    """
    closes = now + opened.open
    try:
        key, error = queue(connection, opened.experiment, runs.POLL, due=closes, now=now), None
    except ExperimentError as gone:
        key, error = None, str(gone)
    row = {"post_id": post_id, "telegram_id": opened.telegram_id, "anonymous": opened.anonymous, "voters": 0}
    times = {"state": "open", "opened": now, "closes": closes}
    connection.execute(insert(polls).values(**row, **times, run_key=key, error=error))
    votes.adopt(connection, opened.telegram_id, now)


def queue(
    connection: Connection, experiment: Experiment | None, priority: int, *, due: datetime, now: datetime
) -> str | None:
    """
    Queue what an experiment measures, once for all polls that ask the same; returns the run's key.

    Raises `ExperimentError` where this version has no such experiment, or not with these parameters.
    """
    if experiment is None:
        return None
    key = key_of(connection, experiment)
    order = {"task": "measure", "experiment": experiment.run, "params": experiment.set, "seeds": experiment.seeds}
    order |= {"device": own_device(connection)}
    run = runs.Run(key, "measure", order, ENTRIES[experiment.run].limit_s)
    runs.enqueue(connection, run, priority, due=due, now=now)
    return key


def key_of(connection: Connection, experiment: Experiment) -> str:
    """The content key of the run that measures this, on the device that the worker has. Raises `ExperimentError`."""
    return key_on(own_device(connection), experiment)


def key_on(own: device.Device, experiment: Experiment) -> str:
    """The content key of the run that measures this on a device. Raises `ExperimentError`."""
    if experiment.run not in ENTRIES:
        msg = f"no experiment {experiment.run!r} in this version of pollbot: {nearest(experiment.run, list(ENTRIES))}"
        raise ExperimentError(msg)
    try:
        return run_key(experiment.run, experiment.set, experiment.seeds, own)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        msg = f"experiment {experiment.run!r} does not take what the post sets: {where}: {first['msg']}"
        raise ExperimentError(msg) from None


def forgo(connection: Connection, post_id: int, now: datetime) -> None:
    """A post will not go out: stop the run of its poll, unless another post or poll needs it."""
    key = _key_of_post(connection, post_id)
    if key is None or not runs.awaited(connection, key):
        return
    standing = (polls.c.run_key == key) & (polls.c.state != "revealed")
    if connection.execute(select(polls.c.id).where(standing).limit(1)).first() is not None:
        return
    name = case((func.json_valid(posts.c.content), func.json_extract(posts.c.content, "$.poll.experiment.run")))
    alike = name == select(name).where(posts.c.id == post_id).scalar_subquery()
    ahead = select(posts.c.id).where(posts.c.id != post_id, posts.c.state.in_(UNFINISHED), alike)
    others = connection.scalars(ahead).all()
    if key not in (_key_of_post(connection, other) for other in others):
        runs.cancel(connection, key, now)


def _key_of_post(connection: Connection, post_id: int) -> str | None:
    """The run that a post needs; None also where this version cannot tell."""
    try:
        poll = read(connection, post_id).poll
        return key_of(connection, poll.experiment) if poll and poll.experiment else None
    except (UnreadableError, ExperimentError):
        return None


def own_device(connection: Connection) -> device.Device:
    """What the worker has, by what it said last."""
    return device.keyed(store.fact(connection, "device"))


def _due(*columns: ColumnElement[Any]) -> Select[Any]:
    """Polls with their address, the message that carries them and the chat it was sent to, and `columns`."""
    carries = (messages.c.post_id == polls.c.post_id) & (messages.c.purpose == "post") & (messages.c.part == 0)
    query = select(*COLUMNS, polls.c.id, messages.c.message_ids, messages.c.chat_id, *columns)
    query = query.join_from(polls, posts, posts.c.id == polls.c.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id)
    return query.join(messages, carries)


def _held(*why: Why) -> ColumnElement[bool]:
    """Does the reveal of a poll wait for the admin (for one of these reasons)?"""
    m = messages.alias("holds")
    mine = (m.c.post_id == polls.c.post_id) & (m.c.purpose == "reveal") & m.c.state.in_(HALTED)
    return exists().where(mine & m.c.why.in_(why) if why else mine)


def _to_close() -> Select[Any]:
    over = (polls.c.state == "closing") | ((polls.c.state == "open") & (polls.c.closes <= bindparam("now")))
    query = _due().where(over, ~_held("broken"), polls.c.post_id.not_in(given("without")))
    query = query.where(publications.c.chat_id.not_in(given("chats")))
    return query.order_by(polls.c.closes, polls.c.id).limit(bindparam("limit"))


def _to_reveal() -> Select[Any]:
    measured, drawn = run_rows.alias("measured"), run_rows.alias("drawn")
    undone = drawn.c.state.in_(UNDONE) | (drawn.c.state.is_(None) & measured.c.state.in_(UNDONE))
    query = _due(polls.c.closed, measured.c.state, drawn.c.state)
    query = query.outerjoin(measured, measured.c.key == polls.c.run_key)
    query = query.outerjoin(drawn, drawn.c.key == polls.c.drawing_key)
    query = query.where(polls.c.state == "closed", ~_held(), polls.c.post_id.not_in(given("without")))
    query = query.where(drawn.c.state.is_(None) | publications.c.chat_id.not_in(given("chats")))
    return query.order_by(func.coalesce(undone, 0), polls.c.closes, polls.c.id).limit(bindparam("limit"))


DUE_TO_CLOSE, DUE_TO_REVEAL = _to_close(), _to_reveal()  # made once: that takes longer than to run them


def due_to_close(
    database: Database, now: datetime, *, limit: int = -1, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DuePoll]:
    """
    Open polls whose time is over, and those that a stop of the bot left half closed; the most overdue first.

    At most `limit`; those in `chats`, and of posts `without` which it shall go on, are passed over.
    """
    with store.reading(database) as connection:
        rows = connection.execute(DUE_TO_CLOSE, {"now": now, "limit": limit, **passed_over(chats, without)}).all()
    return [DuePoll(row[6], Address.of(*row[:6]), _message(*row[1:2], *row[7:9])) for row in rows]


def due_to_reveal(
    database: Database, *, limit: int = -1, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DueReveal]:
    """
    Closed polls whose reveal does not wait for the admin, at most `limit`; those that wait for a worker come last.

    Those in `chats` are passed over once their picture is ordered, and those of posts `without` which it shall go on.
    """
    with store.reading(database) as connection:
        rows = connection.execute(DUE_TO_REVEAL, {"limit": limit, **passed_over(chats, without)}).all()
    return [DueReveal(row[6], Address.of(*row[:6]), _message(*row[1:2], *row[7:9]), *row[9:]) for row in rows]


def _message(chat_id: int, message_ids: list[int], sent_to: int) -> int | None:
    """The message of a poll; a group that has become a supergroup since has left it behind."""
    return message_ids[0] if sent_to == chat_id else None


def closed_poll(database: Database, poll: int) -> ClosedPoll:
    """What the reveal of a closed poll tells. Raises `UnreadableError`."""
    columns = (polls.c.post_id, publications.c.language, polls.c.tally, polls.c.voters)
    query = select(*columns, polls.c.run_key, polls.c.drawing_key).join(posts, posts.c.id == polls.c.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id).where(polls.c.id == poll)
    with store.reading(database) as connection:
        post_id, language, counts, voters, run_key_, drawing_key = connection.execute(query).one()
        content = read(connection, post_id).poll
    if content is None:
        msg = "what is stored of the post holds no poll"
        raise UnreadableError(msg)
    counts = [*counts, *[0] * (len(content.options) - len(counts))]  # a last known tally ends with its last vote
    return ClosedPoll(poll, language, content, Tally(tuple(counts), voters), run_key_, drawing_key)


def known_tally(database: Database, poll: int) -> Tally:
    """What is known of a poll that nobody can read: the votes that have come."""
    with store.reading(database) as connection:
        voters = connection.execute(select(polls.c.voters).where(polls.c.id == poll)).scalar_one()
        return Tally(tuple(_known_counts(connection, poll)), voters)


def _known_counts(connection: Connection, poll: int) -> list[int]:
    """One count for each option, also where this version cannot read the rest of what is stored of the poll."""
    options = func.json_array_length(posts.c.content, "$.poll.options")
    query = select(case((func.json_valid(posts.c.content), options))).join(polls, polls.c.post_id == posts.c.id)
    return votes.counts(connection, poll, connection.execute(query.where(polls.c.id == poll)).scalar() or 0)


def closing(database: Database, poll: int) -> None:
    """Commit that stopPoll is about to be called."""
    with database.begin() as connection:
        opened = (polls.c.id == poll) & (polls.c.state == "open")
        connection.execute(update(polls).where(opened).values(state="closing"))


def closed(database: Database, poll: int, tally: Tally, now: datetime) -> None:
    """Keep the final tally; for an anonymous poll it is also the last word on its counters."""
    with database.begin() as connection:
        done = {"state": "closed", "closed": now, "tally": list(tally.counts), "error": None}
        mine = (polls.c.id == poll) & (polls.c.state != "revealed")
        if not connection.execute(update(polls).where(mine).values(**done)).rowcount:
            return  # an admin went on without it meanwhile
        if connection.execute(select(polls.c.anonymous).where(polls.c.id == poll)).scalar():
            votes.set_counts(connection, poll, tally.counts, tally.voters)


def note(database: Database, poll: int, error: str) -> None:
    """Keep what is wrong with a poll."""
    with database.begin() as connection:
        connection.execute(update(polls).where(polls.c.id == poll).values(error=error))


def drawing(database: Database, poll: int, run: runs.Run, now: datetime) -> None:
    """Queue the picture of a closed poll."""
    with database.begin() as connection:
        runs.enqueue(connection, run, runs.URGENT, due=now, now=now)
        connection.execute(update(polls).where(polls.c.id == poll).values(drawing_key=run.key))


def revealed(connection: Connection, post_id: int, now: datetime) -> None:
    """The reveal stands in the chat."""
    done = {"state": "revealed", "revealed": now, "error": None, "reveal_error": None}
    connection.execute(update(polls).where(polls.c.post_id == post_id).values(**done))


def give_up(connection: Connection, post_id: int, now: datetime) -> None:
    """An admin goes on without the reveal; of a poll that could not be closed, the last known tally counts."""
    mine = polls.c.post_id == post_id
    poll, tally = connection.execute(select(polls.c.id, polls.c.tally).where(mine)).one()
    if tally is None:
        last = {"tally": _known_counts(connection, poll), "closed": now}
        connection.execute(update(polls).where(mine).values(**last))
    revealed(connection, post_id, now)
