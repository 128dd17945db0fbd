"""
Does a message stand in the chat? The Bot API has no way to ask for it, so the bot looks.

Ids grow with every message of a chat. Behind the last id that is known, each one is asked whether it exists, by a
call without any effect (`Telegram.exists`); a message that is not ours yet is then forwarded to an admin's
private chat, read, and deleted there. What is found is adopted, what is nowhere was never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message, Poll

from bot.telegram.api import Telegram
from bot.telegram.outgoing import Outgoing, PhotoMessage, PollMessage, TextMessage
from bot.telegram.result import Sent

GAP = 20  # so many ids in a row that do not exist are the end: deleted messages leave smaller holes
NEAR = 3  # so many are enough to search roughly for the last one
MOST = 40  # so many messages of others are looked at


@dataclass(frozen=True)
class Absent:
    """It is not there."""


@dataclass(frozen=True)
class Unsure:
    """It may be one of these, and they cannot be read."""

    candidates: tuple[int, ...]


async def look(
    telegram: Telegram, chat_id: int, known: set[int], message: Outgoing, readers: Sequence[int]
) -> Sent | Absent | Unsure:
    """
    Look for `message` among the messages of a chat that are not known yet.

    `readers` are the private chats to which a message may be forwarded to be read. Raises what `telegram` raises.
    """
    first = max(known) if known else await _before_last(telegram, chat_id)
    found = [n for n in await _existing(telegram, chat_id, first) if n not in known]
    unread = []
    for number in found[:MOST]:
        seen = await telegram.peek(chat_id, number, readers)
        if seen is None:
            unread.append(number)
        elif matches(message, seen):
            return Sent(_ids(message, number), seen.poll.id if seen.poll else None)
    if unread or len(found) > MOST:
        return Unsure(tuple(unread[:3]))
    return Absent()


async def _existing(telegram: Telegram, chat_id: int, after: int) -> list[int]:
    """The ids behind `after` that exist, until a gap or more than anybody would look at."""
    found: list[int] = []
    number, missing = after, 0
    while missing < GAP and len(found) <= MOST:
        number += 1
        exists = await telegram.exists(chat_id, number)
        missing = 0 if exists else missing + 1
        if exists:
            found.append(number)
    return found


async def _before_last(telegram: Telegram, chat_id: int) -> int:
    """An id shortly before the last one of a chat where nothing is known: doubled until nothing exists, then halved."""
    low, high = 0, 1
    while await _any(telegram, chat_id, high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if await _any(telegram, chat_id, middle) else (low, middle)
    return max(low - MOST // 2, 0)


async def _any(telegram: Telegram, chat_id: int, number: int) -> bool:
    for offset in range(NEAR):
        if await telegram.exists(chat_id, number + offset):
            return True
    return False


def matches(message: Outgoing, seen: Message) -> bool:
    """Is this what was meant to be sent?"""
    match message:
        case TextMessage(body):
            return seen.text == body.text
        case PhotoMessage(_, caption):
            return bool(seen.photo) and (seen.caption or "") == caption.text
        case PollMessage():
            return seen.poll is not None and _asks(message, seen.poll)


def _asks(message: PollMessage, seen: Poll) -> bool:
    """Its words, the description's too: options that are letters tell little."""
    asked = [message.poll.question, *(option.voted for option in message.poll.options)]
    same = asked == [seen.question, *(option.text for option in seen.options)]
    return same and message.about.text.split() == (seen.description or "").split()


def _ids(message: Outgoing, first: int) -> list[int]:
    """An album has one id for each of its photos, in a row."""
    count = len(message.photos) if isinstance(message, PhotoMessage) else 1
    return list(range(first, first + count))
