"""What the commands about time do: the same as the dialogue, with the same functions of the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, true

from bot.commands import publish
from bot.errors import SettingsError
from bot.loops import plan as planned
from bot.store import again as asked
from bot.store import ahead, chats, store, zoned
from bot.store import slots as stored
from bot.store.chats import Known
from bot.store.store import Database
from bot.telegram import named
from bot.thread import rhythm, spoken, zones

AGAIN: dict[asked.Refusal, str] = {
    "unknown": "there is no publication {publication}, or it was only tried; `pollbot status --all` shows them all",
    "unclosed": "post {position} of publication {publication} is no closed poll",
}


def plan(database: Database, days: int, zone: str | None, now: datetime) -> list[str]:
    """What goes out in so many days, a line each below its day. Raises `SettingsError`."""
    with store.reading(database) as connection:
        here = _clocks(zone or zoned.usual(connection, 0), now)
        end = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
        found = planned.lines(ahead.until(connection, end, lambda _: true()), here)
    told = planned.said(found, here, "en") or ["", f"nothing is planned for {days} days"]
    return [f"it is {here:%Y-%m-%d %H:%M} ({zones.name(here)})", *told]


def _clocks(zone: str, now: datetime) -> datetime:
    try:
        return spoken.clocks(zone, now)
    except ValueError as error:
        msg = f"--zone: {error}"
        raise SettingsError(msg) from None


def slots(database: Database, chat: str, when: str | None, now: datetime) -> str:
    """The slots of a chat, set before where somebody says so. Raises `SettingsError`."""
    with database.begin() as connection:
        known = _known(connection, chat)
        if when is not None:
            try:
                found = stored.read(when, zoned.chosen(connection, known.id) or "UTC")
            except ValueError as error:
                raise SettingsError(str(error)) from None
            stored.put(connection, known.id, found)
        has, free = stored.of(connection, known.id), stored.free(connection, known.id, now)
    if not has:
        return f"{known.ref} has no slots; pollbot slots {known.ref} 'mon,wed,fri 18:00 Europe/Moscow' makes some"
    told = "; ".join(map(rhythm.written, has))
    next_ = f"the next free one is {spoken.clocks(has[0].zone, free):%Y-%m-%d %H:%M}" if free else "none is free"
    return f"{known.ref}: {told}; {next_}"


def zone(database: Database, chat: str, words: str, now: datetime) -> str:
    """Raises `SettingsError`."""
    try:
        name = zones.name(zones.ANY.replace(tzinfo=zones.find(words, zones.ANY)[0]))
    except ValueError as error:
        raise SettingsError(str(error)) from None
    with database.begin() as connection:
        known = _known(connection, chat)
        zoned.choose(connection, known.id, name)
    return f"{known.ref}: clocks are {name}, it is {spoken.clocks(name, now):%Y-%m-%d %H:%M} there"


def again(database: Database, publication: int, position: int, start: str, now: datetime) -> str:
    """Raises `SettingsError`, or `UnreadableError`."""
    begins = publish.wanted(start, now, "--start ")
    if begins < now:
        msg = f"--start {start} has passed; it is {now:%Y-%m-%d %H:%M} UTC now"
        raise SettingsError(msg)
    with database.begin() as connection:
        done = asked.ask(connection, publication, position, begins, now)
    if done.refusal:
        raise SettingsError(AGAIN[done.refusal].format(publication=publication, position=position))
    return f"post {position} of publication {publication} is asked again: publication {done.publication}"


def _known(connection: Connection, chat: str) -> Known:
    ref = named.ref(chat)
    known = chats.known(connection, chats.MOST)
    found = next((one for one in known if ref.casefold() in (one.ref.casefold(), str(one.id))), None)
    if found is None:
        there = ", ".join(one.ref for one in known[:10]) or "none"
        msg = f"nothing was published to {chat!r} yet, nor was the bot brought there; known chats: {there}"
        raise SettingsError(msg)
    return found
