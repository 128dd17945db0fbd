"""
Inquiries: what readers ask by a reply to a post, and what an admin answers.

An answer is a message like any other (`messages`, purpose `answer`): intended, sent, recorded; so it stands under its
inquiry once. Nobody fills the table: a reader, a post and a chat have room for so many. Who asks is kept by a
pseudonym, as voters are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, text, true, update

from bot.store import pseudonym, store
from bot.store.address import COLUMNS, Address, Chat, N, given, passed_over
from bot.store.content import STORED
from bot.store.messages import Intent, this
from bot.store.states import InquiryState
from bot.store.store import Database
from bot.store.tables import Utc, inquiries, messages, posts, publications

Among = Callable[[ColumnElement[int]], ColumnElement[bool]]  # whether the chat in a column is one of somebody's
PORTION = 1_000  # rows that one transaction erases
OF_READER, OF_POST, OF_CHAT = 20, 200, 2_000  # of a reader in one publication
UNANSWERED: tuple[InquiryState, ...] = ("open", "unknown")  # that an admin has something to do with
I = inquiries.c  # noqa: E741 as `M` is of messages
EARLY = text("inquiries.post_id IS NULL")  # as it stands in the index of these alone
WHOLE = inquiries.join(posts, posts.c.id == I.post_id).join(publications, publications.c.id == posts.c.publication_id)
POST = text("""
    SELECT posts.id, posts.publication_id FROM messages JOIN posts ON posts.id = messages.post_id
    WHERE messages.id = (
        SELECT id FROM messages WHERE chat_id = :chat AND message_ids ->> 0 <= :number
        ORDER BY id DESC LIMIT 1)
    AND EXISTS (SELECT 1 FROM json_each(messages.message_ids) WHERE value = :number)""")
DUE = (
    select(
        *COLUMNS, I.id.label("inquiry"), I.chat_id.label("stands"), I.message_id, I.thread, I.place, I.answer, I.marks
    )
    .join(posts, posts.c.id == I.post_id)
    .join(publications, publications.c.id == posts.c.publication_id)
    .where(text("inquiries.state = 'answering'"), I.chat_id.not_in(given("chats")), I.post_id.not_in(given("without")))
    .order_by(I.id)
    .limit(bindparam("limit"))
)
ENDED = """
    SELECT publication_id FROM posts LEFT JOIN polls ON polls.post_id = posts.id GROUP BY publication_id
    HAVING max(due) < :then AND coalesce(max(closed) < :then, 1) AND total(polls.state IN ('open', 'closing')) = 0"""
OUTDATED = text(f"""
    DELETE FROM inquiries WHERE id IN (
        SELECT id FROM inquiries WHERE state <> 'answering' AND post_id IN (
            SELECT id FROM posts WHERE publication_id IN ({ENDED})) LIMIT {PORTION})""").bindparams(  # noqa: S608 ours
    bindparam("then", type_=Utc)
)


class Inquiry(NamedTuple):
    """One of them, with what it is about."""

    id: int
    state: InquiryState
    publication: int
    title: str
    position: int
    content: str
    option: int | None
    text: str
    asked: datetime
    edited: datetime | None
    admin: int | None
    answer: str | None
    answered: datetime | None
    error: str | None
    chat_id: int
    place: str | None
    message_id: int

    @property
    def link(self) -> str | None:
        """Where it stands, for who is there; basic groups have no links."""
        if self.place:
            return f"https://t.me/{self.place}/{self.message_id}"
        name = str(self.chat_id)
        return f"https://t.me/c/{name[4:]}/{self.message_id}" if name.startswith("-100") else None


class DueAnswer(NamedTuple):
    """An answer that is to stand under its inquiry, the message `inquiry`; `marks` are its entities."""

    id: int
    address: Address
    inquiry: int
    text: str
    marks: list[dict[str, Any]]

    @property
    def intent(self) -> Intent:
        return Intent(self.address.post_id, "answer", self.id)


def hear(connection: Connection, asked: dict[str, Any], key: bytes, now: datetime) -> None:
    """Keep what a reader asks, once; or what they have changed in it, until it is answered."""
    place = (I.chat_id == asked["chat"]["id"]) & (I.message_id == asked["message_id"])
    known = connection.execute(select(I.id, I.state, I.text).where(place)).first()
    if known is not None:
        _edit(connection, known.id, known.state, asked, now)
        return
    chat, person, number = asked["post"]["chat"], asked["from"]["id"], asked["message_id"]
    post = connection.execute(POST, {"chat": chat, "number": asked["post"]["message_id"]}).first()
    row: dict[str, Any]
    if post is not None:
        row = {"post_id": post.id, "reader": pseudonym.of(person, key, post.publication_id)}
        fits = _room(connection, post.id, row["reader"], asked["chat"]["id"])
    else:
        row = {"post_chat": chat, "post_number": asked["post"]["message_id"]}
        row["reader"] = pseudonym.hidden(person, key, number)
        fits = _awaited(connection, chat) and _count(connection, EARLY & (I.post_chat == chat)) < OF_POST
    if fits:
        row |= {"chat_id": asked["chat"]["id"], "message_id": number, "state": "open", "text": asked["text"]}
        row |= {"place": asked["chat"].get("username"), "thread": asked["thread"], "option": asked["option"]}
        connection.execute(insert(inquiries).values(**row, asked=now))


def _awaited(connection: Connection, chat_id: int) -> bool:
    """Is a message to this chat not recorded yet, though people may see it?"""
    doubted = messages.c.state.in_(("sending", "unknown"))
    query = select(messages.c.id).where(messages.c.chat_id == chat_id, doubted).limit(1)
    return connection.execute(query).first() is not None


def adopt(database: Database, key: bytes) -> None:
    """What was asked before its post was recorded belongs to that now; or to none of ours."""
    with store.reading(database) as connection:
        if connection.execute(select(I.id).where(EARLY).limit(1)).first() is None:
            return
    with database.begin() as connection:
        early = select(I.id, I.post_chat, I.post_number, I.message_id, I.reader).where(EARLY).limit(PORTION)
        for number, chat, post_number, message_id, reader in connection.execute(early).all():
            post = connection.execute(POST, {"chat": chat, "number": post_number}).first()
            mine = I.id == number
            if post is not None:
                person = pseudonym.hidden(reader, key, message_id)
                own = pseudonym.of(person, key, post.publication_id)
                connection.execute(update(inquiries).where(mine).values(post_id=post.id, reader=own))
            elif not _awaited(connection, chat):
                connection.execute(delete(inquiries).where(mine))


def _edit(connection: Connection, number: int, state: InquiryState, asked: dict[str, Any], now: datetime) -> None:
    """What was answered says what it said when it was."""
    if asked["edited"] and state == "open":
        connection.execute(update(inquiries).where(I.id == number).values(text=asked["text"], edited=now))


def _room(connection: Connection, post_id: int, reader: int, chat_id: int) -> bool:
    limits = ((I.reader == reader, OF_READER), (I.post_id == post_id, OF_POST), (I.chat_id == chat_id, OF_CHAT))
    return all(_count(connection, which) < most for which, most in limits)


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.scalars(select(func.count()).where(which)).one()


def _read(*which: ColumnElement[bool]) -> Any:  # noqa: ANN401 a query of many columns
    about = (posts.c.publication_id, publications.c.title, posts.c.position, STORED)
    first = (I.id, I.state, *about, I.option, I.text, I.asked, I.edited, I.admin, I.answer, I.answered, I.error)
    query = select(*first, I.chat_id, I.place, I.message_id).join(posts, posts.c.id == I.post_id)
    return query.join(publications, publications.c.id == posts.c.publication_id).where(*which).order_by(I.id)


def one(connection: Connection, number: int) -> Inquiry | None:
    found = connection.execute(_read(I.id == number)).first()
    return Inquiry(*found) if found else None


def of(connection: Connection, publication: int) -> list[Inquiry]:
    """All of a publication, the oldest first."""
    return [Inquiry(*row) for row in connection.execute(_read(posts.c.publication_id == publication))]


def chat(connection: Connection, number: int) -> tuple[int, str] | None:
    """Whose affair it is: the chat that its post went to, and what people call that."""
    query = select(publications.c.chat_id, publications.c.chat).select_from(WHOLE).where(I.id == number)
    row = connection.execute(query).first()
    return (row.chat_id, row.chat) if row else None


def _theirs(among: Among | None) -> ColumnElement[bool]:
    return among(publications.c.chat_id) if among else true()


def next_(
    connection: Connection, after: int = 0, publication: int | None = None, *, among: Among | None = None
) -> Inquiry | None:
    """The first that waits for an admin behind this one; where there is none behind it, the first of all."""
    waits = [_theirs(among), I.state.in_(UNANSWERED), *([posts.c.publication_id == publication] if publication else [])]
    for which in ([*waits, I.id > after], waits):
        if found := connection.execute(_read(*which).limit(1)).first():
            return Inquiry(*found)
    return None


def unanswered(connection: Connection, publication: int | None = None, *, among: Among | None = None) -> int:
    """How many wait for an admin, of one publication or of all."""
    query = select(func.count()).select_from(WHOLE)
    query = query.where(I.state.in_(UNANSWERED), _theirs(among))
    if publication is not None:
        query = query.where(posts.c.publication_id == publication)
    return connection.execute(query).scalar_one()


def answer(connection: Connection, number: int, admin: int, words: str, marks: Sequence[dict[str, Any]]) -> bool:
    """An admin answers it; False where it is not open any more."""
    said = {"state": "answering", "admin": admin, "answer": words, "marks": [*marks], "error": None}
    return _change(connection, number, ("open",), said)


def dismiss(connection: Connection, number: int) -> bool:
    """An admin says that it needs no answer."""
    return _change(connection, number, ("open",), {"state": "dismissed"})


def settle(connection: Connection, number: int, now: datetime, *, stands: bool) -> bool:
    """An admin says whether the answer of which nobody could tell stands; or has it sent again."""
    said = {"state": "answered", "answered": now} if stands else {"state": "answering"}
    return _change(connection, number, ("unknown",), {**said, "error": None})


def _change(connection: Connection, number: int, of_: Sequence[InquiryState], said: dict[str, Any]) -> bool:
    return connection.execute(update(inquiries).where(I.id == number, I.state.in_(of_)).values(**said)).rowcount > 0


def to_answer(
    database: Database, *, limit: int, chats: Collection[int] = (), without: Collection[int] = ()
) -> list[DueAnswer]:
    """Answers that are to be sent, and that no wait of a chat or post holds back."""
    with store.reading(database) as connection:
        rows = connection.execute(DUE, {"limit": limit, **passed_over(chats, without)}).all()
    return [_due(row) for row in rows]


def _due(row: Any) -> DueAnswer:  # noqa: ANN401 a row of DUE
    post = Address.of(*row[:N])
    here = row.stands == post.chat.id
    ref = post.chat.ref if here else f"@{row.place}" if row.place else str(row.stands)
    chat = Chat(ref, row.stands, post.chat.type if here else "supergroup", topic=row.thread)
    address = Address(chat, post.post_id, post.publication, post.position)
    return DueAnswer(row.inquiry, address, row.message_id, row.answer, row.marks or [])


def answered(database: Database, number: int, now: datetime) -> None:
    """The answer stands under it."""
    with database.begin() as connection:
        _change(connection, number, ("answering",), {"state": "answered", "answered": now, "error": None})


def failed(database: Database, intent: Intent, state: InquiryState, error: str) -> None:
    """The answer cannot stand there, or nobody can tell: no message of it is in flight any more."""
    with database.begin() as connection:
        connection.execute(delete(messages).where(this(intent)))
        _change(connection, intent.part, ("answering",), {"state": state, "error": error})


def left(database: Database, chat_id: int, error: str) -> None:
    """The group is a supergroup now: what was asked there cannot be answered under it."""
    with database.begin() as connection:
        there = (I.chat_id == chat_id) & (I.state == "answering")
        connection.execute(update(inquiries).where(there).values(state="gone", error=error))


def forget(connection: Connection, telegram_id: int, key: bytes) -> int:
    """Erase what one person has asked; returns how much that was. What is being answered loses its words."""
    numbers = connection.scalars(select(posts.c.publication_id).join(inquiries).distinct()).all()
    own = [pseudonym.of(telegram_id, key, number) for number in numbers]
    theirs = I.reader.in_(own)
    found = connection.execute(select(func.count()).where(theirs)).scalar_one()
    connection.execute(update(inquiries).where(theirs, I.state == "answering").values(text="", reader=None))
    connection.execute(delete(inquiries).where(theirs))
    early = connection.execute(select(I.id, I.reader, I.message_id).where(EARLY)).all()
    unnamed = [number for number, reader, mask in early if reader == pseudonym.hidden(telegram_id, key, mask)]
    connection.execute(delete(inquiries).where(I.id.in_(unnamed)))
    return found + len(unnamed)


def erase(database: Database, then: datetime) -> Iterator[int]:
    """Erase what was asked about publications that had ended by then, a portion at each step; tells how much."""
    while True:
        with database.begin() as connection:
            gone = connection.execute(OUTDATED, {"then": then}).rowcount
        if not gone:
            return
        yield gone
