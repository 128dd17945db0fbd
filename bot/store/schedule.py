"""Publications and their posts: what is planned, and what is due."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Integer,
    Select,
    Table,
    bindparam,
    case,
    exists,
    func,
    insert,
    select,
    update,
)

from bot.store import chats, news, store
from bot.store.address import COLUMNS, Address, Chat, given, passed_over
from bot.store.content import STORED, pictures_of, read, understood
from bot.store.measurements import queue
from bot.store.runs import PREFLIGHT
from bot.store.states import UNFINISHED, Action, PostState
from bot.store.store import Database
from bot.store.tables import audit, pictures, polls, posts, publications
from bot.thread import zones
from bot.thread.model import Late, Post, Thread
from bot.thread.rhythm import Rhythm


@dataclass(frozen=True)
class DuePost:
    """
    A post whose time has come; `late` is what its publication wants when that was more than `late_after` ago.

    `approved`: an admin has said that its poll goes out in spite of the measurement. `revision` tells whether an order
    was given since.
    """

    address: Address
    state: PostState
    due: datetime
    late: Late
    late_after: timedelta
    approved: bool
    revision: int


class Content(NamedTuple):
    """What a post is made of: as the author wrote it, and its pictures in their order."""

    post: Post
    pictures: list[bytes]


def schedule(
    database: Database, thread: Thread, chat: Chat, *, start: datetime, now: datetime, files: Sequence[Sequence[bytes]]
) -> int:
    """Store a publication with all its posts and their pictures (`files`, one list per post); returns its id."""
    with database.begin() as connection:
        return plan(connection, thread, chat, start=start, now=now, files=files)


def ordered(  # noqa: PLR0913 what `plan` takes
    connection: Connection,
    thread: Thread,
    chat: Chat,
    *,
    start: datetime,
    now: datetime,
    files: Sequence[Sequence[bytes]],
    admin: int | None = None,
    action: Action = "schedule",
) -> int:
    """The same by an admin's order, or one from the command line, with its row in the audit."""
    publication = plan(connection, thread, chat, start=start, now=now, files=files)
    connection.execute(insert(audit).values(at=now, admin=admin, publication_id=publication, action=action))
    if action == "try":
        connection.execute(update(publications).where(publications.c.id == publication).values(trial=True))
    return publication


def trying(connection: Connection, chat_id: int) -> bool:
    """Whether a try is under way in a chat."""
    here = select(posts.c.id).join(publications).outerjoin(polls, polls.c.post_id == posts.c.id)
    unfinished = posts.c.state.in_(UNFINISHED) | (polls.c.state != "revealed")
    here = here.where(publications.c.chat_id == chat_id, publications.c.trial, unfinished)
    return connection.execute(here.limit(1)).first() is not None


def plan(
    connection: Connection,
    thread: Thread,
    chat: Chat,
    *,
    start: datetime,
    now: datetime,
    files: Sequence[Sequence[bytes]],
) -> int:
    """The same within the caller's transaction."""
    times = thread.due(start)
    row = {"title": thread.title, "language": thread.language, "start": times[0], "created": now}
    where = {"chat": chat.ref, "chat_id": chat.id, "chat_type": chat.type, "topic": chat.topic}
    where["chat_title"] = chat.title or None
    rule = {"late": thread.late, "late_after_s": int(thread.late_after.total_seconds()), "zone": _zone(thread, start)}
    rule |= {"summary": thread.summary, "leaderboard": thread.leaderboard}
    series = {"rhythm": thread.rhythm.model_dump(mode="json")} if thread.rhythm else {}
    publication = _add(connection, publications, {**row, **where, **rule, **series})
    for position, (post, due, contents) in enumerate(zip(thread.posts, times, files, strict=True), 1):
        row = {"publication_id": publication, "position": position, "state": "planned", "due": due}
        row |= {"approved": False, "after": post.after, "begins": post.begins, "content": post.model_dump(mode="json")}
        row["run_key"] = queue(connection, post.poll.experiment if post.poll else None, PREFLIGHT, due=due, now=now)
        post_id = _add(connection, posts, row)
        for number, content in enumerate(contents):
            connection.execute(insert(pictures).values(post_id=post_id, position=number, content=content))
    return publication


def _zone(thread: Thread, start: datetime) -> str:
    """Whose clocks are meant: a series', or those of its start."""
    return zones.name(start.astimezone(thread.rhythm.clocks(thread.clocks(start))) if thread.rhythm else start)


def _add(connection: Connection, table: Table, row: dict[str, object]) -> int:
    return int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def twin(connection: Connection, thread: Thread, chat_id: int) -> int | None:
    """A publication of the same posts in the chat, or of the same title while it is not over; not one all skipped."""
    wanted = [_unplaced(post.model_dump(mode="json")) for post in thread.posts]
    shown = (
        posts.c.publication_id,
        publications.c.title,
        posts.c.state,
        STORED.label("content"),
        polls.c.state.label("poll"),
    )
    query = select(*shown).join(publications).join(polls, polls.c.post_id == posts.c.id, isouter=True)
    query = query.where(posts.c.publication_id.in_(_alike(thread, chat_id)))
    rows = connection.execute(query.order_by(posts.c.publication_id, posts.c.position)).all()
    for publication, stored in groupby(rows, lambda row: row.publication_id):
        found = list(stored)
        live = any(row.state in UNFINISHED or row.poll not in (None, "revealed") for row in found)
        posted = any(row.state != "skipped" for row in found)
        same = posted and [_unplaced(_plain(row.content)) for row in found] == wanted
        if same or (live and found[0].title == thread.title):
            return int(publication)
    return None


def _alike(thread: Thread, chat_id: int) -> CompoundSelect[Any]:
    """The publications in a chat that have a thread's title or its first post: their other posts are worth reading."""
    first = func.json_remove(json.dumps(thread.posts[0].model_dump(mode="json")), "$.line")
    sound = case((func.json_valid(STORED), STORED))  # what is no JSON is nobody's twin
    same = (posts.c.position == 1) & (func.json_remove(sound, "$.line") == first)
    titled = select(publications.c.id).where(
        publications.c.chat_id == chat_id, publications.c.title == thread.title, ~publications.c.trial
    )
    begun = select(posts.c.publication_id).join(publications).where(publications.c.chat_id == chat_id, same)
    return titled.union(begun)


def _unplaced(content: object) -> object:
    """A post without its line in the file, which says nothing."""
    return {name: value for name, value in content.items() if name != "line"} if isinstance(content, dict) else content


def _plain(stored: str) -> object:
    """What is stored of a post as plain data; None for what is no JSON."""
    try:
        return json.loads(stored)
    except ValueError:
        return None


def _due_posts() -> Select[Any]:
    earlier, asked = posts.alias("earlier"), posts.alias("asked")
    before = (earlier.c.publication_id == posts.c.publication_id) & (earlier.c.position < posts.c.position)
    blocked = exists().where(before & earlier.c.state.in_(UNFINISHED))
    own = (polls.c.post_id == asked.c.id) & (asked.c.publication_id == posts.c.publication_id)
    unrevealed = exists().where(own & (polls.c.state != "revealed"))
    rule = (publications.c.late, publications.c.late_after_s)
    query = select(*COLUMNS, posts.c.state, posts.c.due, *rule, posts.c.approved, posts.c.revision)
    query = query.join(publications, publications.c.id == posts.c.publication_id)
    began = posts.c.state == "sending"  # it is finished whatever the clock says now: it may keep its chat in doubt
    planned = (posts.c.state == "planned") & (posts.c.due <= bindparam("now")) & publications.c.paused.is_(None)
    query = query.where(began | planned, ~blocked)
    query = query.where((posts.c.after == "post") | ~unrevealed)
    query = query.where(publications.c.chat_id.not_in(given("chats")))
    query = query.where(posts.c.id.not_in(given("without")))
    return query.order_by(posts.c.due).limit(bindparam("limit", type_=Integer))


# Made once: what runs at every tick takes several times as long when it is put together anew each time.
DUE_POSTS = _due_posts()
NEXT_POST = (
    select(func.min(posts.c.due))
    .join(publications)
    .where(posts.c.state == "planned", posts.c.due > bindparam("now"), publications.c.paused.is_(None))
)
NEXT_POLL = select(func.min(polls.c.closes)).where(polls.c.state == "open", polls.c.closes > bindparam("now"))


def due_posts(
    database: Database, now: datetime, *, limit: int = -1, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DuePost]:
    """
    The next post of each publication, where its time has come: at most `limit` of them, the most overdue first.

    Order is kept: a post waits for the one before it, and one `after: polls` for the reveal of every poll before it.
    Posts to `chats`, and those `without` which it shall go on, are passed over. Nothing of what they hold is read.
    """
    asked = {"now": now, "limit": limit, **passed_over(chats, without)}
    with store.reading(database) as connection:
        rows = connection.execute(DUE_POSTS, asked).all()
    return [
        DuePost(Address.of(*address), state, due, late, timedelta(seconds=late_after_s), approved, revision)
        for *address, state, due, late, late_after_s, approved, revision in rows
    ]


def address(database: Database, publication: int, position: int) -> Address:
    """Where a post of a publication goes."""
    query = select(*COLUMNS).join(publications, publications.c.id == posts.c.publication_id)
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    with store.reading(database) as connection:
        return Address.of(*connection.execute(query.where(here)).one())


def content(database: Database, post_id: int) -> Content:
    """What a post is made of. Raises `UnreadableError` where another version wrote it, and this one cannot read it."""
    with store.reading(database) as connection:
        return Content(read(connection, post_id), pictures_of(connection, post_id))


def thread(database: Database, publication: int) -> tuple[Thread, list[int]]:
    """A publication as its author wrote it, without a start, and its posts' ids. Raises `UnreadableError`."""
    p = publications.c
    about = select(p.title, p.language, p.late, p.late_after_s, p.rhythm, p.summary, p.leaderboard)
    stored = select(posts.c.id, STORED).where(posts.c.publication_id == publication).order_by(posts.c.position)
    with store.reading(database) as connection:
        title, language, late, seconds, series, *shown = connection.execute(about.where(p.id == publication)).one()
        rows = connection.execute(stored).all()
    found = tuple(understood(content) for _, content in rows)
    rule = {
        "late": late,
        "late_after": timedelta(seconds=seconds),
        "rhythm": Rhythm.model_validate(series) if series else None,
        **dict(zip(("summary", "leaderboard"), shown, strict=True)),
    }
    return Thread(title=title, language=language, **rule, posts=found), [one for one, _ in rows]


def next_due(database: Database, now: datetime) -> datetime | None:
    """When the next planned post is due or the next open poll closes, after `now`."""
    with store.reading(database) as connection:
        found = [connection.execute(query, {"now": now}).scalar() for query in (NEXT_POST, NEXT_POLL)]
    return min((at for at in found if at), default=None)


def chat_of(connection: Connection, publication: int) -> tuple[int, str] | None:
    """The chat that a publication goes to: its id, and what it is called; None where there is no such publication."""
    row = connection.execute(
        select(publications.c.chat_id, publications.c.chat).where(publications.c.id == publication)
    )
    found = row.first()
    return (found.chat_id, found.chat) if found else None


def busy(connection: Connection, chat_id: int) -> bool:
    """Whether a chat has posts still to come, or polls still to be revealed."""
    here = select(posts.c.id).join(publications).outerjoin(polls, polls.c.post_id == posts.c.id)
    here = here.where(publications.c.chat_id == chat_id)
    unfinished = posts.c.state.in_(UNFINISHED) | (polls.c.state != "revealed")
    return connection.execute(here.where(unfinished).limit(1)).first() is not None


def migrate(database: Database, old: int, new: int, now: datetime) -> None:
    """A group has become a supergroup: Telegram gave it another id."""
    with database.begin() as connection:
        chats.move(connection, old, new)
        here = publications.c.chat_id == old
        newest = connection.execute(select(func.max(publications.c.id)).where(here)).scalar()
        connection.execute(update(publications).where(here).values(chat_id=new, chat_type="supergroup"))
        if newest is not None:
            news.add(connection, "moved", now, publication=newest, number=new)
