"""
Questions to the admin: messages that are stopped until somebody says how they go on.

A stopped message is `unknown` (it may stand in the chat) or `failed` (it does not), and everything its question needs
stands beside it: so a question outlives a crash and a Telegram that does not answer, and an answer is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, func, insert, literal, select, text, update

from bot.store import news, store
from bot.store.address import Address
from bot.store.chats import TITLE
from bot.store.content import STORED
from bot.store.measurements import forgo
from bot.store.messages import Intent, due_as, note, set_post, this
from bot.store.polls import give_up
from bot.store.states import HALTED, Halt, Purpose, Why, among
from bot.store.store import Database
from bot.store.tables import chats, messages, polls, posts, publications

Answer = Literal["again", "skip"]
UNASKED = text(f"messages.asked IS NULL AND {among('messages.state', HALTED)}")  # as it stands in their index
M = messages.c
QUESTIONS = (  # made once: they are read at each tick
    select(M.id, M.tried, publications.c.title, publications.c.chat, posts.c.publication_id, posts.c.position)
    .add_columns(M.purpose, M.part, M.state, M.why, M.error, M.candidates)
    .add_columns(TITLE, STORED)
    .join_from(messages, posts, posts.c.id == M.post_id)
    .join(publications, publications.c.id == posts.c.publication_id)
    .outerjoin(chats, chats.c.id == publications.c.chat_id)
    .where(UNASKED)
    .order_by(M.tried)
)


class Question(NamedTuple):
    """
    How does this message go on? `candidates` may be it, in its chat, and the bot cannot read them.

    `title` is what people call the chat, `content` the post as it lies in the database. `tried` with the message:
    where a row is deleted, its id is the next one's.
    """

    message: int
    tried: datetime
    thread: str
    chat: str
    publication: int
    position: int
    purpose: Purpose
    part: int
    state: Halt
    why: Why | None
    error: str
    candidates: Sequence[int]
    title: str
    content: str

    @property
    def name(self) -> str:
        """Which message of its post: an old button must not settle another one."""
        return f"{self.purpose}.{self.part}"


class Stopped(NamedTuple):
    """A message that waits for the admin; `why` where it stands for a whole post or reveal."""

    id: int
    post_id: int
    purpose: Purpose
    part: int
    state: Halt
    why: Why | None


def stop(database: Database, intent: Intent, state: Halt, error: str, candidates: Sequence[int] = ()) -> None:
    """Only the admin can tell how this message goes on: the rest of its thread waits."""
    with database.begin() as connection:
        _stop(connection, intent, state, error, candidates)


def hold(database: Database, address: Address, purpose: Purpose, why: Why, error: str, now: datetime) -> None:
    """
    A whole post or reveal must not go out by itself, whatever became of its messages so far: it is asked about.

    A message of it that is in doubt is what is asked about then: nobody would look for it any more, and its doubt keeps
    everything else from its chat. Holding it twice changes nothing; a key that is held for another reason now is asked
    about anew.
    """
    mine = (messages.c.post_id == address.post_id) & (messages.c.purpose == purpose)
    with database.begin() as connection:
        state = connection.execute(select(posts.c.state).where(posts.c.id == address.post_id)).scalar()
        if purpose == "post" and state == "skipped":  # an admin has just gone on without it
            return
        halted = select(messages.c.part, messages.c.why, messages.c.error).where(mine, messages.c.state.in_(HALTED))
        if held := connection.execute(halted).first():
            if held.why == why == "key" and held.error != error:
                _stop(connection, Intent(address.post_id, purpose, held.part), "failed", error)
            return
        doubt = connection.execute(select(messages.c.part).where(mine, messages.c.state == "sending")).scalar()
        if doubt is not None:
            _stop(connection, Intent(address.post_id, purpose, doubt), "unknown", error)
            return
        behind = connection.execute(select(func.max(messages.c.part)).where(mine)).scalar()
        intent = Intent(address.post_id, purpose, 0 if behind is None else behind + 1)
        row = {**vars(intent), "chat_id": address.chat.id, "why": why, "state": "failed", "message_ids": []}
        connection.execute(insert(messages).values(**row, tried=now, error=error, candidates=[]))
        _halted(connection, intent, "failed", error)


def settle(database: Database, post_id: int, now: datetime) -> bool:
    """The measurement has come and agrees: a post that was held for its key goes on. False: it was not."""
    held = (messages.c.post_id == post_id) & (messages.c.why == "key") & (messages.c.state == "failed")
    with database.begin() as connection:
        if not connection.execute(messages.delete().where(held)).rowcount:
            return False
        _again(connection, post_id, now)
        news.of_post(connection, post_id, "confirmed", now)
    return True


def _again(connection: Connection, post_id: int, now: datetime, **values: object) -> None:
    """Due anew, so that it is not late because it was asked about; but not before its time."""
    due = func.max(posts.c.due, literal(now, posts.c.due.type))
    set_post(connection, post_id, state=due_as(connection, post_id), due=due, error=None, **values)


def _stop(connection: Connection, intent: Intent, state: Halt, error: str, candidates: Sequence[int] = ()) -> None:
    stopped = {
        "state": state,
        "error": error,
        "candidates": list(candidates),
        "asked": None,
        "message_ids": [],
        "before": None,
    }
    connection.execute(update(messages).where(this(intent)).values(**stopped))
    _halted(connection, intent, state, error)


def _halted(connection: Connection, intent: Intent, state: Halt, error: str) -> None:
    if intent.purpose == "post":
        set_post(connection, intent.post_id, state=state)
    note(connection, intent, error)


def unasked(database: Database) -> list[Question]:
    """Questions that no admin has got yet, the oldest first."""
    with store.reading(database) as connection:
        rows = connection.execute(QUESTIONS).all()
    return [Question._make(row) for row in rows]


def asked(database: Database, question: Question, now: datetime) -> None:
    """An admin has got it."""
    with database.begin() as connection:
        this_one = (messages.c.id == question.message) & (messages.c.tried == question.tried)
        connection.execute(update(messages).where(this_one).values(asked=now))


def decide(
    database: Database, *, publication: int, position: int, answer: Answer, now: datetime, name: str | None = None
) -> bool:
    """`decided`, as a transaction."""
    with database.begin() as connection:
        return decided(connection, publication=publication, position=position, answer=answer, now=now, name=name)


def decided(
    connection: Connection, *, publication: int, position: int, answer: Answer, now: datetime, name: str | None = None
) -> bool:
    """
    The admin has spoken about a stopped message: send it again, or go on without it. False: it is not stopped.

    Without it the parts behind it still go out, unless nothing of the post was ever tried or let in, or the whole is
    held: then the whole is given up. A poll that is skipped has no votes here, whatever stands in the chat: without
    its id they have no home.
    """
    row = _stopped(connection, publication, position, name)
    if row is None:
        return False
    alone = row.why is not None or (row.state == "failed" and row.part == 0)
    given_up = answer == "skip" and alone
    if answer == "skip" and not alone:
        connection.execute(update(messages).where(messages.c.id == row.id).values(state="skipped"))
    else:
        connection.execute(messages.delete().where(messages.c.id == row.id))
    if row.purpose == "reveal":
        connection.execute(update(polls).where(polls.c.post_id == row.post_id).values(reveal_error=None))
        if given_up:
            give_up(connection, row.post_id, now)
    elif given_up:
        set_post(connection, row.post_id, state="skipped")
        forgo(connection, row.post_id, now)
    else:
        _again(connection, row.post_id, now, **({"approved": True} if row.why == "key" else {}))
    return True


def point(
    connection: Connection,
    *,
    publication: int,
    position: int,
    message_id: int | None = None,
    before: int | None = None,
    name: str | None = None,
) -> bool:
    """
    The admin has found a stopped message in the chat: it stands there under this id, or somewhere before another.

    It goes back to `sending` with that, so that the clock reads it, adopts it, goes on. False: it is not stopped.
    """
    row = _stopped(connection, publication, position, name)
    if row is None or row.state != "unknown":
        return False
    pointed = {"state": "sending", "message_ids": [message_id] if message_id else [], "before": before}
    connection.execute(update(messages).where(messages.c.id == row.id).values(**pointed))
    if row.purpose == "post":
        set_post(connection, row.post_id, state="sending")
    return True


def _stopped(connection: Connection, publication: int, position: int, name: str | None) -> Stopped | None:
    """The stopped message of a post; there is never more than one, as nothing behind it is tried."""
    m = messages.c
    here = (posts.c.publication_id == publication) & (posts.c.position == position)
    query = select(m.id, m.post_id, m.purpose, m.part, m.state, m.why).join(posts, posts.c.id == m.post_id)
    row = connection.execute(query.where(here, m.state.in_(HALTED))).first()
    stopped = Stopped(*row) if row else None
    return stopped if stopped and name in (None, f"{stopped.purpose}.{stopped.part}") else None
