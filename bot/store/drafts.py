"""
Threads that admins send to the bot: each step of one is a transaction, and a state; so a crash leaves it before or
after.

Another takes the place of one when it comes under the same name, or in the same message, edited: what was the thread
before is kept, to tell what has changed. Each admin has room for so many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from bot.store import schedule, store, topics
from bot.store.address import Chat
from bot.store.states import DraftState
from bot.store.store import Database
from bot.store.tables import draft_pictures, drafts
from bot.store.topics import Topic
from bot.thread.model import Thread
from bot.thread.tried import tried

ROOM = 20  # drafts of one admin
WORK: tuple[DraftState, ...] = ("new", "showing", "asking", "wanted")  # the bot's next step, not the admin's
OPEN: tuple[DraftState, ...] = ("new", "wrong", "fine", "showing", "asking")  # another may take its place
Draft = Row[Any]  # of `tables.drafts`


class Source(NamedTuple):
    """What brought a draft: a message of the admin's, with a file or with its text."""

    admin: int
    message_id: int
    name: str = ""
    file_id: str | None = None
    text: str | None = None


def keep(connection: Connection, source: Source, now: datetime) -> int:
    """It waits to be read; those of its name that nobody has read yet are not read any more. Returns its id."""
    _remove(connection, _replaced(source.admin, source.message_id, source.name) & (drafts.c.state == "new"))
    added = insert(drafts).values(**source._asdict(), state="new", came=now).returning(drafts.c.id)
    number = int(connection.execute(added).scalar_one())
    newest = select(drafts.c.id).where(drafts.c.admin == source.admin).order_by(drafts.c.id.desc()).limit(ROOM)
    _remove(connection, (drafts.c.admin == source.admin) & drafts.c.id.not_in(newest) & (drafts.c.state != "wanted"))
    return number


def _replaced(admin: int, message_id: int, name: str) -> ColumnElement[bool]:
    same = (drafts.c.name == name) | (drafts.c.message_id == message_id)
    return (drafts.c.admin == admin) & same & drafts.c.state.in_(OPEN)


def _remove(connection: Connection, which: ColumnElement[bool]) -> None:
    numbers = connection.scalars(select(drafts.c.id).where(which)).all()
    connection.execute(delete(draft_pictures).where(draft_pictures.c.draft_id.in_(numbers)))
    connection.execute(delete(drafts).where(drafts.c.id.in_(numbers)))


def drop(connection: Connection, number: int) -> None:
    """Its admin does not want it."""
    _remove(connection, drafts.c.id == number)


def busy(database: Database) -> list[Draft]:
    """Those of which the bot has something to do or to say, the oldest first."""
    query = select(drafts).where(drafts.c.state.in_(WORK) | drafts.c.unsaid.is_not(None))
    with store.reading(database) as connection:
        return list(connection.execute(query.order_by(drafts.c.id)))


def one(connection: Connection, number: int) -> Draft | None:
    return connection.execute(select(drafts).where(drafts.c.id == number)).first()


def awaiting(connection: Connection, admin: int) -> Draft | None:
    """Of which an admin's next words tell something."""
    query = select(drafts).where(drafts.c.admin == admin, drafts.c.awaits.is_not(None), drafts.c.state == "fine")
    return connection.execute(query.order_by(drafts.c.id.desc()).limit(1)).first()


def await_(connection: Connection, draft: Draft, what: str | None) -> None:
    """An admin's next words tell something of this draft, and of no other."""
    connection.execute(update(drafts).where(drafts.c.admin == draft.admin).values(awaits=None))
    change(connection, draft.id, awaits=what)


def ask(connection: Connection, draft: Draft, ref: str) -> None:
    """Telegram is to be asked of a chat; whatever was chosen before is not any more."""
    change(connection, draft.id, state="asking", chat=ref, chat_id=None, chat_type=None, chat_title=None, topic=None)


def into(connection: Connection, draft: Draft, topic: Topic) -> None:
    """It goes into this topic of the forum that it has."""
    place = f" # {topics.label(topic)}" if topic.thread != topics.GENERAL else ""
    change(connection, draft.id, topic=topic.thread, chat_title=f"{draft.chat_title}{place}")


def change(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(drafts).where(drafts.c.id == number).values(**values))


def read(
    connection: Connection, draft: Draft, thread: Thread | None, files: Sequence[Sequence[bytes]]
) -> Thread | None:
    """What was read of it: a thread with its pictures, or none. Returns what it was when it was last fine, if ever."""
    mine = _replaced(draft.admin, draft.message_id, draft.name) & (drafts.c.id < draft.id)
    last = select(drafts.c.thread).where(mine, drafts.c.thread.is_not(None)).order_by(drafts.c.id.desc()).limit(1)
    before = connection.scalar(last)
    _remove(connection, mine)
    state: DraftState = "wrong" if thread is None else "fine"
    change(connection, draft.id, state=state, text=None, thread=thread.model_dump_json() if thread else before)
    for post, contents in enumerate(files):
        for position, content in enumerate(contents):
            row = {"draft_id": draft.id, "post": post, "position": position, "content": content}
            connection.execute(insert(draft_pictures).values(**row))
    return Thread.model_validate_json(before) if before else None


def unread(connection: Connection, draft: Draft) -> None:
    """There was nothing to read, or nobody could: it takes no other's place."""
    change(connection, draft.id, state="wrong", text=None)


def thread(draft: Draft) -> Thread:
    """The thread of one that is fine."""
    return Thread.model_validate_json(draft.thread)


def pictures(connection: Connection, draft: Draft, post: int) -> list[bytes]:
    """What a post of it shows; the first post is 0."""
    mine = (draft_pictures.c.draft_id == draft.id) & (draft_pictures.c.post == post)
    return list(connection.scalars(select(draft_pictures.c.content).where(mine).order_by(draft_pictures.c.position)))


def schedule_it(connection: Connection, draft: Draft, chat: Chat, start: datetime, now: datetime) -> int:
    """It becomes a publication, whose id is returned; and is done."""
    found = thread(draft)
    files = [pictures(connection, draft, post) for post in range(len(found.posts))]
    of_it = {"start": start, "now": now, "files": files, "admin": draft.admin}
    publication = schedule.ordered(connection, found, chat, **of_it)
    finish(connection, draft.id, publication)
    return publication


def finish(connection: Connection, number: int, publication: int) -> None:
    """It is what a publication says from now on; and done."""
    connection.execute(delete(draft_pictures).where(draft_pictures.c.draft_id == number))
    change(connection, number, state="done", publication_id=publication, thread=None, awaits=None)


def try_it(connection: Connection, draft: Draft, said: str, now: datetime) -> int:
    """It goes out in its admin's private chat, in seconds, after what is `said` of that; returns the publication."""
    found = thread(draft)
    files = [[], *(pictures(connection, draft, post) for post in range(len(found.posts)))]
    chat = Chat(str(draft.admin), draft.admin, "private")
    of_it = {"start": now, "now": now, "files": files, "admin": draft.admin}
    return schedule.ordered(connection, tried(found, said), chat, action="try", **of_it)


def said(database: Database, draft: Draft, shown: int | None) -> None:
    """What was `unsaid` of it stands in the message `shown`; what came up meanwhile is said next."""
    with database.begin() as connection:
        mine = update(drafts).where(drafts.c.id == draft.id, drafts.c.unsaid == draft.unsaid)
        connection.execute(mine.values(unsaid=None, shown=shown))
