"""From a thread file to a stored publication: read it, ask Telegram about the chat, keep every picture it needs."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot import output
from bot.commands import board, status
from bot.console import Console
from bot.errors import ChatError, SettingsError
from bot.loops import draft_words
from bot.plain import one_line
from bot.settings import Settings
from bot.store import schedule, slots, store, topics
from bot.store.address import Chat
from bot.store.states import Action
from bot.store.store import Database
from bot.telegram import named
from bot.telegram.api import Telegram
from bot.thread import drawn, markdown
from bot.thread.model import Thread
from bot.thread.moment import duration, moment, notes
from bot.thread.tried import tried

FAR = timedelta(days=366)
SLOT = "slot"  # the next free one of the chat


@dataclass(frozen=True)
class Wish:
    """
    What is to be published, as a person wrote it; `again` and `far`: yes, it is meant. `trial`: its hours are seconds.
    """

    file: Path
    chat: str
    topic: str | None
    start: str | None
    again: bool
    far: bool
    trial: bool = False


def publish(given: Settings, wish: Wish, now: datetime) -> None:
    """
    Store a publication and print its plan.

    Nothing is stored where nothing can be told: the first line is printed before. What cannot be printed after it is
    no failure.
    """
    token = given.need_token()
    ref, thread = named.ref(wish.chat), markdown.read(wish.file)
    slot, start = wish.start == SLOT, "now" if wish.trial and wish.start is None else wish.start
    begins = now if slot else start_time(start, thread, now, far=wish.far)
    if wish.trial:
        thread = tried(thread, draft_words.TRIED[thread.language])
    notes_ = [*_notes(start), *_timed(thread, begins)]
    chat = asyncio.run(_resolved(token, given.api_url, ref))
    refuse_voters(thread, chat)
    with store.created(given.database_url) as database:
        chat = _into(database, chat, wish)
        if not (wish.again or wish.trial):
            refuse_twice(database, thread, chat)
        if slot:
            begins = _slot(database, chat, now)
        for note in notes_:
            print(one_line(f"--start: {note}"))
        start_ = f"{begins.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        topic = f", topic {chat.topic}" if chat.topic else ""
        print(one_line(f"{thread.title}: {len(thread.posts)} posts to {chat.ref}{topic} from {start_}"))
        sys.stdout.flush()
        action: Action = "try" if wish.trial else "schedule"
        publication = store_thread(database, thread, wish.file, chat, begins, now, action=action, slot=slot)
        console = Console()
        with console.capture() as plan:
            console.print(board.tables(status.read(database, publication), now))
        output.report(f"{plan.get()}publication {publication}; `pollbot run` posts it")


async def _resolved(token: str, api_url: str, ref: str) -> Chat:
    async with Telegram(token, api_url) as telegram:
        try:
            return await telegram.chat(ref)
        except ChatError as error:
            msg = f"{error}{named.hint(ref)}" if "chat not found" in str(error) else str(error)
            raise ChatError(msg) from None


def _into(database: Database, chat: Chat, wish: Wish) -> Chat:
    """The chat, with the topic that is meant: by --topic, or by the link; raises `SettingsError`."""
    if not chat.forum:
        if wish.topic is not None:
            msg = f"{chat.ref} is no forum: it has no topics; leave --topic out"
            raise SettingsError(msg)
        return chat
    with store.reading(database) as connection:
        found = _topic(connection, chat, wish.topic) if wish.topic else named.topic(wish.chat) or topics.GENERAL
        if (topic := topics.one(connection, chat.id, found)).closed:
            msg = f"the topic {topics.label(topic)!r} of {chat.ref} is closed: open it again, or name another"
            raise SettingsError(msg)
    return replace(chat, topic=None if found == topics.GENERAL else found)


def _topic(connection: Connection, chat: Chat, words: str) -> int:
    """By its number, or by the name that the bot has been told."""
    if words.isdecimal():
        return int(words)
    known = [one for one in topics.known(connection, chat.id) if one.name]
    alike = [one.thread for one in known if (one.name or "").casefold() == words.casefold()]
    if len(alike) == 1:
        return alike[0]
    told = ", ".join(repr(one.name) for one in known) or "none yet"
    which = "two topics have this name" if alike else f"the bot has heard of {told}"
    msg = f"--topic {words!r}: {which}; give its number, which stands in its link: https://t.me/c/ID/NUMBER"
    raise SettingsError(msg)


def _timed(thread: Thread, begins: datetime) -> list[str]:
    """What is to be told of the times of a series; raises `SettingsError` where it cannot go out at them."""
    try:
        return thread.notes(begins)
    except ValueError as error:
        msg = f"this series cannot begin then: {error}"
        raise SettingsError(msg) from None


def _slot(database: Database, chat: Chat, now: datetime) -> datetime:
    with store.reading(database) as connection:
        free = slots.free(connection, chat.id, now)
    if free is None:
        msg = f"{chat.ref} has no free slot; `pollbot slots {chat.ref} 'mon,wed,fri 18:00 Europe/Moscow'` makes some"
        raise SettingsError(msg)
    return free


def store_thread(  # noqa: PLR0913 what a publication is
    database: Database,
    thread: Thread,
    file: Path,
    chat: Chat,
    start: datetime,
    now: datetime,
    *,
    action: Action = "schedule",
    slot: bool = False,
) -> int:
    """
    Store a publication; formulas are drawn and images read now, so nothing can be missing later. Returns its id.

    Raises `SettingsError` where it is to go into a `slot` that another has just taken.
    """
    shift = int(action == "try")  # before the author's posts stands one that says that it is a try
    files: list[list[bytes]] = [[]] * shift + [drawn.files(post, file) for post in thread.posts[shift:]]
    with database.begin() as connection:
        if slot and slots.taken(connection, chat.id, start):
            msg = "another publication has just taken this slot, and nothing is stored: try again"
            raise SettingsError(msg)
        return schedule.ordered(connection, thread, chat, start=start, now=now, files=files, action=action)


def refuse_voters(thread: Thread, chat: Chat) -> None:
    """Raises `SettingsError` where a poll says who may vote and the chat is no channel, or a leaderboard is for one."""
    if thread.leaderboard and chat.type == "channel":
        msg = (
            f"{chat.ref} is a channel, where nobody knows who has voted: take leaderboard: yes out of the thread,"
            " or schedule it to a group"
        )
        raise SettingsError(msg)
    closed = thread.restricted
    if closed is not None and chat.type != "channel":
        msg = (
            f"{chat.ref} is no channel, and only there members_only and countries can say who may vote:"
            f" take them out of poll {closed!r}, or schedule it to a channel"
        )
        raise SettingsError(msg)


def refuse_twice(database: Database, thread: Thread, chat: Chat) -> None:
    """Raises `SettingsError` where the chat has these posts already, or a thread of this title that is not over."""
    with store.reading(database) as connection:
        twin = schedule.twin(connection, thread, chat.id)
    if twin is not None:
        msg = (
            f"{chat.ref} has this thread already: publication {twin}, see `pollbot status {twin}`;"
            " --again publishes it once more"
        )
        raise SettingsError(msg)


def start_time(words: str | None, thread: Thread, now: datetime, *, far: bool = False) -> datetime:
    """
    When a publication starts: `now`, `+90m`, or a time with its zone; without words, the thread's own start.

    Raises `SettingsError` for anything else, for a time that has passed, for one that no clock will show, and for one
    that is more than a year away unless it is meant (`far`).
    """
    if words == "now":
        return now
    start = thread.start if words is None else wanted(words, now, "--start ")
    if start is None:
        msg = "no start: give --start (now, +2h or '2026-12-01 19:00 Europe/Moscow') or write start: in the thread"
        raise SettingsError(msg)
    shown = f"start {start.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if start < now:
        msg = f"{shown} has passed; it is {now:%Y-%m-%d %H:%M} UTC now"
        raise SettingsError(msg)
    if start - now > FAR and not far:
        msg = f"{shown} is {(start - now).days} days away; --far says that it is meant"
        raise SettingsError(msg)
    return start


def _notes(words: str | None) -> list[str]:
    return [] if words in (None, "now", SLOT) or words.startswith("+") else notes(words)


def wanted(words: str, now: datetime, option: str = "--to ") -> datetime:
    """A time as a person wants it: `now`, `+2h`, or one with its zone. Raises `SettingsError`."""
    if words == "now":
        return now
    try:
        return now + duration(words[1:]) if words.startswith("+") else moment(words)
    except (ValueError, OverflowError) as error:
        msg = f"{option}{error}; now and +2h will do as well"
        raise SettingsError(msg) from None
