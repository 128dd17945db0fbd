"""
What a result must be to be believed. python-telegram-bot takes any shape, and rows do not.

Each raises `ValueError`, or whatever a strange shape leads to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from telegram import ChatFullInfo, ChatMember, Message, MessageId, Poll

from bot.store.address import Chat
from bot.store.polls import Tally
from bot.telegram.answer import line

T = TypeVar("T")
POLL_ID = re.compile(r"[!-~]{1,32}")  # as updates have it, and a row takes it


@dataclass(frozen=True)
class Sent:
    """What stands in the chat now; `poll_id` is Telegram's, for a poll."""

    message_ids: list[int]
    poll_id: str | None = None


def messages(count: int) -> Callable[[Message | Sequence[Message]], Sent]:
    """Reads so many messages."""

    def read(answer: Message | Sequence[Message]) -> Sent:
        found = [answer] if isinstance(answer, Message) else answer
        if len(found) != count:
            raise ValueError(answer)
        return Sent([number(one.message_id) for one in found])

    return read


def copies(answer: Sequence[MessageId]) -> list[int]:
    return [number(one.message_id) for one in answer]


def poll(options: int) -> Callable[[Message], Sent]:
    """Reads a poll of so many options."""

    def read(answer: Message) -> Sent:
        if not (answer.poll and isinstance(answer.poll.id, str) and POLL_ID.fullmatch(answer.poll.id)):
            raise ValueError(answer)
        if len(answer.poll.options) != options:
            raise ValueError(answer.poll)
        return Sent([number(answer.message_id)], answer.poll.id)

    return read


def seen(message: Message) -> Message:
    number(message.message_id)
    if message.poll:
        tally(message.poll)
    return message


def tally(poll: Poll) -> Tally:
    return Tally(tuple(number(option.voter_count) for option in poll.options), number(poll.total_voter_count))


def tally_of(options: int | None) -> Callable[[Poll], Tally]:
    """Reads the tally of a poll of so many options; nobody may know how many."""

    def read(poll: Poll) -> Tally:
        found = tally(poll)
        if options not in (None, len(found.counts)):
            raise ValueError(poll)
        return found

    return read


def number(found: object) -> int:
    """A count or an id of ours: both fit into a row."""
    if type(found) is not int or not 0 <= found < 2**63:
        raise ValueError(found)
    return found


def chat(found: ChatFullInfo) -> Chat:
    if found.type not in ("private", "group", "supergroup", "channel") or type(found.id) is not int:
        raise ValueError(found)
    return Chat("", found.id, str(found.type), line(found.title or ""), forum=found.is_forum is True)


def posting(found: Sequence[ChatMember]) -> frozenset[int]:
    """Who of these may post; of a right to post only a channel's administrators are told."""
    those = [one for one in found if one.status == "creator" or _posts(one)]
    return frozenset(number(one.user.id) for one in those)


def _posts(one: ChatMember) -> bool:
    return one.status == "administrator" and getattr(one, "can_post_messages", None) is not False


def whatever(found: T) -> T:
    return found
