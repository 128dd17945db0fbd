"""
The messages that carry a post or a reveal: what was intended, what arrived, what is in doubt.

A message is committed as `sending` before Telegram is called and recorded after. One that is still `sending` when
nothing is in flight is in doubt: the bot looks for it in the chat (`telegram.probe`) and adopts it or sends it again;
only where it cannot know is the admin asked (`store.questions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, text, update

from bot.store import news, store
from bot.store.measurements import forgo
from bot.store.polls import Opened, open_, revealed
from bot.store.states import Kind, MessageState, PostState, Purpose
from bot.store.store import Database
from bot.store.tables import absences, messages, polls, posts, publications

# As it stands in the index that holds these alone: with a parameter, SQLite could not know that it may use it.
SENDING = text("messages.state = 'sending'")

# Made once: what runs at every message takes twice as long when it is put together anew each time.
DOUBTED = select(messages.c.id).where(SENDING, messages.c.chat_id == bindparam("chat")).limit(1)
THIS = {name: messages.c[name] == bindparam(f"its_{name}") for name in ("post_id", "purpose", "part")}
ARRIVED = update(messages).where(*THIS.values()).values(state="sent", error=None)
SETTLED = delete(absences).where(*(absences.c[name] == bindparam(f"its_{name}") for name in THIS))
SEND_POST = update(posts).where(posts.c.id == bindparam("post")).values(state="sending", error=None)
REVISION = select(posts.c.revision).where(posts.c.id == bindparam("post"))
CANCELLED = select(publications.c.cancelled).join(posts).where(posts.c.id == bindparam("post"))
SENT_POST = update(posts).where(posts.c.id == bindparam("post")).values(state="sent", error=None)

SHARED = ("private", "group")  # kinds of chats that share one counter of messages
NEWEST = 100  # a chat may have had hundreds of thousands


@dataclass(frozen=True)
class Intent:
    """One message that is about to be sent: part `part` of a post or of its poll's reveal."""

    post_id: int
    purpose: Purpose
    part: int


class Part(NamedTuple):
    """
    How one message stands; `digest` tells what was meant to be sent, `chat_id` to which chat.

    `behind` is the last id that was known when it was intended, in a chat that shares its ids with others; `before` an
    id before which it stands, as an admin has shown.
    """

    state: MessageState
    chat_id: int
    message_ids: list[int]
    digest: str | None
    tried: datetime
    behind: int | None
    before: int | None
    kind: Kind | None = None


def parts(database: Database, post_id: int, purpose: Purpose) -> dict[int, Part]:
    """The parts of a post or reveal that have been tried, by number."""
    m = messages.c
    tried = (m.post_id == post_id) & (m.purpose == purpose)
    with store.reading(database) as connection:
        rows = connection.execute(select(m.part, *(m[name] for name in Part._fields)).where(tried))
        return {part: Part(*row) for part, *row in rows}


def known(database: Database, chat_id: int) -> set[int]:
    """The ids of our newest messages in a chat: one in doubt is looked for behind them."""
    query = select(messages.c.message_ids).where(messages.c.chat_id == chat_id)
    with store.reading(database) as connection:
        rows = connection.scalars(query.order_by(messages.c.id.desc()).limit(NEWEST)).all()
        return {message_id for ids in rows for message_id in ids}


def doubted(database: Database, chat_id: int) -> bool:
    """Is a message to this chat in doubt? Until that is settled, nothing else may take the id that it has."""
    with store.reading(database) as connection:
        return connection.execute(DOUBTED, {"chat": chat_id}).first() is not None


def intend(  # noqa: PLR0913 what is written down of a message, and on what condition
    database: Database,
    intent: Intent,
    *,
    chat_id: int,
    digest: str,
    now: datetime,
    kind: Kind = "text",
    shared: bool = False,
    revision: int | None = None,
    behind: int | None = None,
) -> bool:
    """
    Commit that a message is about to be sent; only then may Telegram be called.

    False: its chat is in doubt, or an order was given about its post since it was read, at this `revision`. An intent
    that a power cut took back would be sent twice. `shared`: private chats and basic groups of a bot count their
    messages together. `behind`: an id behind which it is going to stand.
    """
    row = {**vars(intent), "chat_id": chat_id, "digest": digest, "kind": kind, "state": "sending", "message_ids": []}
    row["tried"] = now
    with store.durable(database) as connection:
        counted = _counted(connection) if shared else None
        row["behind"] = max((number for number in (counted, behind) if number is not None), default=None)
        if connection.execute(DOUBTED, {"chat": chat_id}).first() is not None:
            return False
        if revision is not None and connection.execute(REVISION, {"post": intent.post_id}).scalar() != revision:
            return False
        connection.execute(insert(messages), row)
        if intent.purpose == "post":
            connection.execute(SEND_POST, {"post": intent.post_id})
    return True


def _counted(connection: Connection) -> int | None:
    """The last id of ours in the chats that share one counter."""
    theirs = messages.c.chat_id.in_(select(publications.c.chat_id).where(publications.c.chat_type.in_(SHARED)))
    newest = select(messages.c.message_ids).where(theirs).order_by(messages.c.id.desc()).limit(NEWEST)
    return max((number for ids in connection.scalars(newest) for number in ids), default=None)


def arrived(  # noqa: PLR0913 what is recorded at once
    database: Database,
    intent: Intent,
    message_ids: list[int],
    now: datetime,
    opened: Opened | None,
    *,
    key: bytes,
    last: bool = False,
) -> None:
    """
    Record what stands in the chat, in one transaction with what it opens; with its `last` message all is there.

    `key` is the voters', for those who were faster than this.
    """
    its = {f"its_{name}": value for name, value in vars(intent).items()}
    with database.begin() as connection:
        connection.execute(ARRIVED, {**its, "message_ids": message_ids, "sent": now})
        connection.execute(SETTLED, its)
        if opened:
            open_(connection, intent.post_id, opened, key, now)
        if last and intent.purpose == "post":
            connection.execute(SENT_POST, {"post": intent.post_id})
            news.of_post(connection, intent.post_id, "posted", now)
        elif last and intent.purpose == "reveal":
            revealed(connection, intent.post_id, now)
            news.of_post(connection, intent.post_id, "revealed", now)
        elif last:
            _told(connection, intent.post_id, intent.purpose, now)


def complete(database: Database, post_id: int, purpose: Purpose, now: datetime) -> None:
    """Every part has arrived, or the admin goes on without it; a post without any part is a skipped one."""
    with database.begin() as connection:
        if purpose == "reveal":
            revealed(connection, post_id, now)
        elif purpose != "post":
            _told(connection, post_id, purpose, now)
        else:
            forgo(connection, post_id, now)  # its poll may be what the admin goes on without
            some = begun(connection, post_id, "sent")
            set_post(connection, post_id, state="sent" if some else "skipped", error=None)


def without(database: Database, post_id: int, purpose: Purpose, error: str, now: datetime) -> None:
    """A reminder or a result is done without: nobody is asked about it."""
    mine = (messages.c.post_id == post_id) & (messages.c.purpose == purpose) & (messages.c.state == "sending")
    with database.begin() as connection:
        connection.execute(update(messages).where(mine).values(state="skipped", error=error))
        _told(connection, post_id, purpose, now)


def _told(connection: Connection, post_id: int, purpose: Purpose, now: datetime) -> None:
    """A reminder, or a thread's result, stands in the chat, or will not."""
    if purpose == "remind":
        connection.execute(update(polls).where(polls.c.post_id == post_id).values(reminds=None))
    else:
        publication = select(posts.c.publication_id).where(posts.c.id == post_id).scalar_subquery()
        connection.execute(update(publications).where(publications.c.id == publication).values(shown=now))


def withdraw(database: Database, intent: Intent, error: str, now: datetime) -> None:
    """Telegram surely did not do it: forget the intent."""
    with database.begin() as connection:
        _withdraw(connection, intent, error, now)


def _withdraw(connection: Connection, intent: Intent, error: str, now: datetime) -> None:
    connection.execute(messages.delete().where(this(intent)))
    if intent.purpose != "post":
        return
    state: PostState = due_as(connection, intent.post_id)
    if state == "planned" and connection.execute(CANCELLED, {"post": intent.post_id}).scalar():
        state = "skipped"  # its thread was cancelled while nobody knew whether it had begun
        forgo(connection, intent.post_id, now)
    set_post(connection, intent.post_id, state=state, error=error)


def absent(database: Database, intent: Intent, error: str, after: int, now: datetime) -> None:
    """It was looked for behind this id and is not there: forget the intent, and where to look once it is sent again."""
    with database.begin() as connection:
        connection.execute(delete(absences).where(*_absence(intent)))
        connection.execute(insert(absences).values(**vars(intent), after=after))
        _withdraw(connection, intent, error, now)


def absence(database: Database, intent: Intent) -> int | None:
    """Behind which id this message was looked for in vain; None where it was not."""
    with store.reading(database) as connection:
        return connection.execute(select(absences.c.after).where(*_absence(intent))).scalar()


def _absence(intent: Intent) -> list[ColumnElement[bool]]:
    return [absences.c[name] == value for name, value in vars(intent).items()]


def unclear(database: Database, intent: Intent, error: str, now: datetime) -> None:
    """The answer is lost: the message stays `sending` until it has been looked for, some time after it was given up."""
    with database.begin() as connection:
        connection.execute(update(messages).where(this(intent)).values(error=error, tried=now))
        note(connection, intent, error)


def skip(database: Database, post_id: int, error: str, now: datetime) -> None:
    """A post that is given up, by its publication's rule."""
    with database.begin() as connection:
        set_post(connection, post_id, state="skipped", error=error)
        forgo(connection, post_id, now)


def ordered(database: Database, post_id: int, revision: int) -> bool:
    """Whether an order was given about a post since it was read at this revision: then it has to be read anew."""
    with store.reading(database) as connection:
        return connection.execute(REVISION, {"post": post_id}).scalar() != revision


def due_as(connection: Connection, post_id: int) -> Literal["sending", "planned"]:
    """A post goes on where it stopped: one that is begun is finished, however late; one that is not is planned."""
    return "sending" if begun(connection, post_id) else "planned"


def begun(connection: Connection, post_id: int, *states: MessageState) -> bool:
    """Is there a part of the post (in one of these states)?"""
    mine = (messages.c.post_id == post_id) & (messages.c.purpose == "post")
    if states:
        mine &= messages.c.state.in_(states)
    return connection.execute(select(messages.c.id).where(mine).limit(1)).first() is not None


def note(connection: Connection, intent: Intent, error: str) -> None:
    """Keep with a post, or with the poll that is revealed, what is wrong."""
    if intent.purpose == "post":
        set_post(connection, intent.post_id, error=error)
    elif intent.purpose == "reveal":
        mine = polls.c.post_id == intent.post_id
        connection.execute(update(polls).where(mine).values(reveal_error=error))


def this(intent: Intent) -> ColumnElement[bool]:
    """The row of one message."""
    mine = (messages.c.post_id == intent.post_id) & (messages.c.purpose == intent.purpose)
    return mine & (messages.c.part == intent.part)


def set_post(connection: Connection, post_id: int, **values: object) -> None:
    """Change a post's row."""
    connection.execute(update(posts).where(posts.c.id == post_id).values(**values))
