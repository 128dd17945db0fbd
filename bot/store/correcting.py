"""
What an admin corrects of a publication: what has not gone out is replaced, what stands is edited.

An order is one transaction: what is stored is the new from then on, so that everything that counts by it counts anew,
and what stood before is kept in the audit. The chat follows: each correction is a row of its own, whose messages the
clock edits one after the other. An edit that was given up is made again; twice is once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, exists, func, insert, select, text, update

from bot.store import overview, replacing, store
from bot.store.address import COLUMNS, Address, Chat, N, given, passed_over
from bot.store.content import STORED, pictures_of, plain, understood
from bot.store.measurements import queue
from bot.store.replacing import New
from bot.store.runs import POLL
from bot.store.states import HALTED, CorrectionState, Kind, Purpose, RunState, Undone
from bot.store.store import Database
from bot.store.tables import audit, copies, corrections, messages, polls, posts, publications
from bot.store.tables import runs as run_rows
from bot.thread.model import Language, Post, Thread

# How a post stands, for who wants to change it: nothing of it is in the chat; it will not go out; it, or its reveal, is
# just on its way; it is there and holds no poll; its poll is open, is closed, is revealed.
Standing = Literal["planned", "skipped", "going", "sent", "open", "closed", "revealed"]
# It is replaced whole; its text is edited; what will be revealed is replaced; its reveal is edited; no message changes.
Deed = Literal["replace", "text", "key", "reveal", "kept"]
OPEN: tuple[CorrectionState, ...] = ("waiting", "editing")
CANDIDATES = 3
POLLS: dict[str | None, Standing] = {None: "sent", "open": "open", "revealed": "revealed"}  # what has gone out


class Stored(NamedTuple):
    """A post as it is: `texts` are the messages that hold its text, `shown` those of its reveal by kind."""

    post_id: int
    position: int
    standing: Standing
    revision: int
    post: Post
    texts: int
    reveal: list[Kind]
    left_behind: bool  # in a group that is a supergroup now


class Change(NamedTuple):
    """What becomes of a post that stands so, at this revision; `pictured`: its pictures change as well."""

    position: int
    standing: Standing
    revision: int
    deeds: tuple[Deed, ...]
    post: Post
    pictures: tuple[bytes, ...]
    pictured: bool


class Found(NamedTuple):
    """A publication that may be what a file is a new version of."""

    id: int
    chat: str


class Due(NamedTuple):
    """A correction that the chat does not show yet; `measured` and `drawn` are the states of its poll's runs."""

    id: int
    address: Address
    purpose: Purpose
    made: datetime
    pictured: bool
    part: int
    tried: datetime | None
    poll: int | None
    drawing: bool  # its reveal went out with one
    measured: RunState | None
    drawn: RunState | None


class Undelivered(NamedTuple):
    """A correction that is not in the chat, for the admin."""

    id: int
    thread: str
    chat: str
    publication: int
    position: int
    why: Undone
    error: str


def candidates(connection: Connection, thread: Thread) -> list[Found]:
    """
    The publications that a thread may be a new version of, the newest first: those of its title, not all skipped.

    One that is over with, of another number of posts, is another thread.
    """
    its = posts.c.publication_id == publications.c.id
    some = exists().where(its, posts.c.state != "skipped")
    count = select(func.count()).where(its).scalar_subquery()
    alike = (count == len(thread.posts)) | publications.c.id.in_(overview.live())
    query = select(publications.c.id, publications.c.chat).where(publications.c.title == thread.title, some, alike)
    return [Found(*row) for row in connection.execute(query.order_by(publications.c.id.desc()).limit(CANDIDATES))]


def chat(connection: Connection, publication: int) -> Chat | None:
    """Where a publication goes; None where there is none."""
    query = select(publications.c.chat, publications.c.chat_id, publications.c.chat_type)
    row = connection.execute(query.where(publications.c.id == publication)).first()
    return Chat(*row) if row else None


def about(connection: Connection, publication: int) -> tuple[str, Language]:
    """A publication's title and language."""
    query = select(publications.c.title, publications.c.language).where(publications.c.id == publication)
    title, language = connection.execute(query).one()
    return title, language


def stored(connection: Connection, publication: int) -> list[Stored]:
    """A publication's posts in their order. Raises `UnreadableError`."""
    free = replacing.replaceable(connection, publication)
    query = select(posts.c.id, posts.c.position, posts.c.state, posts.c.revision, STORED, polls.c.state.label("poll"))
    query = query.outerjoin(polls, polls.c.post_id == posts.c.id).where(posts.c.publication_id == publication)
    rows = connection.execute(query.order_by(posts.c.position)).all()
    return [_stored(connection, *row, free=row.position in free) for row in rows]


def _stored(  # noqa: PLR0913, PLR0917 a row
    connection: Connection,
    post_id: int,
    position: int,
    state: str,
    revision: int,
    content: str,
    poll: str | None,
    *,
    free: bool,
) -> Stored:
    m = messages.c
    query = select(m.purpose, m.kind, m.state, m.chat_id != publications.c.chat_id)
    query = query.select_from(messages.join(posts).join(publications)).where(m.post_id == post_id, m.state != "skipped")
    query = query.where(m.purpose != "answer")  # what readers were answered stands where they asked
    rows = connection.execute(query.order_by(m.part)).all()
    reveal = [row.kind for row in rows if row.purpose == "reveal"]
    standing = _standing(state, poll, free=free, revealing=any(reveal))
    texts = sum(row.purpose == "post" and row.kind == "text" for row in rows)
    left_behind = any(row[3] for row in rows)
    return Stored(post_id, position, standing, revision, understood(content), texts, reveal, left_behind)


def _standing(state: str, poll: str | None, *, free: bool, revealing: bool) -> Standing:
    if free or state == "skipped":
        return "planned" if free else "skipped"
    if state != "sent" or (poll not in (None, "revealed") and revealing):
        return "going"
    return POLLS.get(poll, "closed")


def carry_out(
    connection: Connection, publication: int, changes: Sequence[Change], now: datetime, admin: int | None = None
) -> bool:
    """Within the caller's transaction. False, and nothing is done: a post stands otherwise by now."""
    there = {one.position: one for one in stored(connection, publication)}
    for one in changes:
        if (there[one.position].standing, there[one.position].revision) != (one.standing, one.revision):
            return False
    for one in changes:
        if one.deeds == ("replace",):
            replacing.replace(connection, publication, New(one.position, one.post, one.pictures), now, admin)
        else:
            _correct(connection, publication, there[one.position].post_id, one, now, admin)
    return True


def _correct(
    connection: Connection, publication: int, post_id: int, change: Change, now: datetime, admin: int | None
) -> None:
    told = {"at": now, "admin": admin, "publication_id": publication, "position": change.position}
    kept = {"action": "correct", "before": plain(connection, post_id)}
    audit_id = connection.execute(insert(audit).values(**told, **kept).returning(audit.c.id)).scalar_one()
    here, revision = posts.c.id == post_id, posts.c.revision + 1
    row = {"content": change.post.model_dump(mode="json"), "revision": revision}
    connection.execute(update(posts).where(here).values(**row))
    replacing.show(connection, post_id, change.pictures)
    if {"key", "reveal"} & {*change.deeds}:
        experiment = change.post.poll.experiment if change.post.poll else None
        key = queue(connection, experiment, POLL, due=now, now=now)
        mine = polls.c.post_id == post_id
        connection.execute(update(polls).where(mine).values(run_key=key, drawing_key=None))
    purposes: list[tuple[Deed, Purpose]] = [("text", "post"), ("reveal", "reveal")]
    for purpose in (purpose for deed, purpose in purposes if deed in change.deeds):
        _wait(connection, post_id, purpose, audit_id, change, now)


def _wait(connection: Connection, post_id: int, purpose: Purpose, audit_id: int, change: Change, now: datetime) -> None:
    """A new correction takes the place of one that is not in the chat yet, with the doubt about its last call."""
    its = (corrections.c.post_id == post_id) & (corrections.c.purpose == purpose)
    mine = its & corrections.c.state.in_((*OPEN, "failed"))
    before = connection.execute(select(corrections.c.tried, corrections.c.pictured).where(mine)).first()
    connection.execute(update(corrections).where(mine).values(state="left"))
    row = {"post_id": post_id, "purpose": purpose, "audit_id": audit_id, "state": "waiting", "made": now, "part": 0}
    pictured = change.pictured or bool(before and before.pictured)
    connection.execute(insert(corrections).values(**row, pictured=pictured, tried=before and before.tried))


def _due() -> Any:  # noqa: ANN401 a statement
    c, measured, drawn = corrections.c, run_rows.alias("measured"), run_rows.alias("drawn")
    first = (messages.c.post_id == c.post_id) & (messages.c.purpose == "reveal") & (messages.c.part == 0)
    drawing = exists().where(first & (messages.c.kind == "photo"))
    query = select(*COLUMNS, c.id, c.purpose, c.made, c.pictured, c.part, c.tried, polls.c.id, drawing)
    query = query.add_columns(measured.c.state, drawn.c.state).join_from(corrections, posts, posts.c.id == c.post_id)
    query = query.join(publications, publications.c.id == posts.c.publication_id)
    query = query.outerjoin(polls, polls.c.post_id == c.post_id)
    query = query.outerjoin(measured, measured.c.key == polls.c.run_key)
    query = query.outerjoin(drawn, drawn.c.key == polls.c.drawing_key)
    held = exists().where(
        messages.c.post_id == c.post_id, messages.c.purpose == c.purpose, messages.c.state.in_(HALTED)
    )
    free = publications.c.chat_id.not_in(given("chats")) & posts.c.id.not_in(given("without"))
    # A copy whose id nobody knows is found by what it says, which is what was copied: not to be changed before.
    copied = exists().where(copies.c.chat_id == publications.c.chat_id)
    query = query.where(c.state.in_(OPEN), ~held, ~copied, free).order_by(c.id)
    return query.limit(bindparam("limit", type_=Integer))


DUE = _due()  # made once: it is read at each tick
UNTOLD = (
    select(corrections.c.id, publications.c.title, publications.c.chat, posts.c.publication_id, posts.c.position)
    .add_columns(corrections.c.why, corrections.c.error)
    .join_from(corrections, posts, posts.c.id == corrections.c.post_id)
    .join(publications, publications.c.id == posts.c.publication_id)
    .where(text("corrections.state = 'failed' AND corrections.asked IS NULL"))
    .order_by(corrections.c.id)
)


def due(database: Database, *, limit: int, chats: Collection[int] = (), without: Collection[int] = ()) -> list[Due]:
    """What the chats do not show yet, the oldest first; `chats` and posts `without` which it shall go on excepted."""
    with store.reading(database) as connection:
        rows = connection.execute(DUE, {"limit": limit, **passed_over(chats, without)}).all()
    return [Due(row[N], Address.of(*row[:N]), *row[N + 1 :]) for row in rows]


def begin(database: Database, number: int, now: datetime) -> bool:
    """
    Commit that a message is about to be edited; only then may Telegram be called. False: another took its place.

    An order that a power cut took back would stand in the chat, and nowhere else.
    """
    with store.durable(database) as connection:
        return _set(connection, number, OPEN, state="editing", tried=now)


def edited(database: Database, number: int, part: int) -> None:
    """So many steps are done, and nobody doubts the last one."""
    with database.begin() as connection:
        _set(connection, number, ("editing",), part=part, tried=None)


def withdraw(database: Database, number: int) -> None:
    """Telegram surely did nothing."""
    with database.begin() as connection:
        _set(connection, number, ("editing",), tried=None)


def finish(database: Database, number: int) -> None:
    """The chat shows it."""
    with database.begin() as connection:
        _set(connection, number, ("editing",), state="done", tried=None)


def fail(database: Database, number: int, why: Undone, error: str) -> None:
    """The chat cannot show it, until an admin says how to go on."""
    with database.begin() as connection:
        _set(connection, number, OPEN, state="failed", tried=None, why=why, error=error, asked=None)


def untold(database: Database) -> list[Undelivered]:
    """What no admin has been told of yet."""
    with store.reading(database) as connection:
        return [Undelivered(*row) for row in connection.execute(UNTOLD)]


def told(database: Database, number: int, now: datetime) -> None:
    """An admin has been told."""
    with database.begin() as connection:
        _set(connection, number, ("failed",), asked=now)


def publication(connection: Connection, number: int) -> int | None:
    """What a correction belongs to."""
    joined = select(posts.c.publication_id).join(corrections, corrections.c.post_id == posts.c.id)
    return connection.scalar(joined.where(corrections.c.id == number))


def answered(connection: Connection, number: int, *, again: bool) -> bool:
    """An admin has it tried again, or leaves the chat as it is. False: that is decided already."""
    fresh: dict[str, object] = {"state": "waiting", "part": 0, "why": None, "error": None}
    return _set(connection, number, ("failed",), **(fresh if again else {"state": "left"}))


def _set(connection: Connection, number: int, states: Sequence[CorrectionState], **values: object) -> bool:
    mine = (corrections.c.id == number) & corrections.c.state.in_(states)
    return connection.execute(update(corrections).where(mine).values(**values)).rowcount == 1


def skip(database: Database, post_id: int, purpose: Purpose, part: int) -> None:
    """A message that a shorter text does not need was deleted."""
    here = (messages.c.post_id == post_id) & (messages.c.purpose == purpose) & (messages.c.part == part)
    with database.begin() as connection:
        connection.execute(
            update(messages).where(here, messages.c.state == "sent").values(state="skipped", message_ids=[])
        )


def pictures(connection: Connection, post_id: int) -> tuple[bytes, ...]:
    """All that a post shows."""
    return tuple(pictures_of(connection, post_id))
