"""
Everything that is sent to Telegram, and what its answers mean.

Every failure becomes one of these: `NotSent` (surely without effect: try later), `Refused` (surely without effect:
it will never work; `Migrated` says where it would) and `Unclear` (nobody knows; there is no way to ask again).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self, TypeVar

import httpx
from telegram import (
    Bot,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputPollOption,
    Message,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.errors import ChatError, PollbotError, TokenError
from bot.store.address import Chat
from bot.store.polls import Tally
from bot.telegram.outgoing import Outgoing, PhotoMessage, PollMessage, TextMessage
from bot.telegram.wire import NOT_ACCEPTED
from bot.thread import markup
from bot.thread.model import Poll

T = TypeVar("T")
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Later(PollbotError):  # noqa: N818 a state, not an error in the code
    """Worth trying again after `wait_s` seconds."""

    def __init__(self, message: str, wait_s: float = 1.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class NotSent(Later):
    """Telegram surely did nothing."""


class Refused(PollbotError):  # noqa: N818
    """Telegram said no, and would say so again."""


class Migrated(Refused):
    """The group has become a supergroup with another id."""

    def __init__(self, message: str, chat_id: int) -> None:
        super().__init__(message)
        self.chat_id = chat_id


class Unclear(Later):
    """The answer is lost: the message may or may not stand in the chat."""


@dataclass(frozen=True)
class Sent:
    """What stands in the chat now; `poll_id` is Telegram's, for a poll."""

    message_ids: list[int]
    poll_id: str | None = None


class Telegram:
    """A connected bot. Use as `async with Telegram(token, api_url) as telegram`."""

    def __init__(self, token: str, api_url: str) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes every URL, and the token is in it
        self.api_url = api_url
        base = api_url.rstrip("/")
        sends = HTTPXRequest(connection_pool_size=16, read_timeout=20)
        self.bot = Bot(token, f"{base}/bot", f"{base}/file/bot", request=sends)

    async def __aenter__(self) -> Self:
        try:
            await self.bot.initialize()
        except InvalidToken:
            raise TokenError(NOT_ACCEPTED) from None
        except NetworkError as error:
            msg = f"Telegram cannot be reached at {self.api_url}: {_reason(error)}"
            raise ChatError(msg) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.bot.shutdown()

    async def chat(self, ref: str) -> Chat:
        """Resolve @name or id; raises `ChatError` unless the bot may post there."""
        try:
            chat = await self.bot.get_chat(ref)
            me = await self.bot.get_chat_member(chat.id, self.bot.id) if chat.type != "private" else None
        except TelegramError as error:
            msg = f"chat {ref!r}: {_reason(error)}; add @{self.bot.username} to it, to a channel as administrator"
            raise ChatError(msg) from None
        if me and not _may_post(me, chat.type):
            msg = f"chat {ref!r}: @{self.bot.username} may not post there; give it the right to post messages"
            raise ChatError(msg)
        return Chat(ref, chat.id, chat.type)

    async def send(self, chat: Chat, message: Outgoing, reply_to: int | None = None) -> Sent:
        """Send one message; raises `NotSent`, `Refused` or `Unclear`."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        match message:
            case TextMessage(body):
                one = await _judged(
                    self.bot.send_message, chat.id, body.text, entities=body.entities, reply_parameters=reply
                )
            case PhotoMessage((photo,), caption):
                said = {"caption": caption.text, "caption_entities": caption.entities}
                one = await _judged(self.bot.send_photo, chat.id, photo, **said, reply_parameters=reply)
            case PhotoMessage(photos, caption):
                first = InputMediaPhoto(photos[0], caption=caption.text, caption_entities=caption.entities)
                media = [first, *map(InputMediaPhoto, photos[1:])]
                album = await _judged(self.bot.send_media_group, chat.id, media, reply_parameters=reply)
                return Sent([sent.message_id for sent in album])
            case PollMessage(poll):
                one = await self._send_poll(chat, poll)
        return Sent([one.message_id], one.poll.id if one.poll else None)

    async def _send_poll(self, chat: Chat, poll: Poll) -> Message:
        about = markup.render(poll.description)
        quiz: dict[str, Any] = {}
        if poll.kind == "quiz":
            quiz = {"type": "quiz", "correct_option_ids": [i for i, o in enumerate(poll.options) if o.correct]}
        return await _judged(
            self.bot.send_poll,
            chat.id,
            poll.question,
            [InputPollOption(option.text) for option in poll.options],
            is_anonymous=anonymous(poll, chat),
            allows_multiple_answers=poll.multiple,
            allows_revoting=poll.revoting and poll.kind != "quiz",
            hide_results_until_closes=poll.hide_results,
            shuffle_options=poll.shuffle,
            description=about.text or None,
            description_entities=about.entities or None,
            **quiz,
        )

    async def exists(self, chat_id: int, message_id: int) -> bool:
        """
        Does a message exist? Asked by a poll without options in reply to it: Telegram looks for the message first, then
        refuses the poll, and nothing is ever sent.
        """
        try:
            await _judged(self.bot.send_poll, chat_id, "?", [], reply_parameters=ReplyParameters(message_id))
        except Refused as error:
            if "message to be replied not found" in str(error).casefold():
                return False
            if "at least one answer option" in str(error).casefold():
                return True
            raise
        msg = f"a poll without options was accepted in chat {chat_id}"
        raise Unclear(msg)

    async def peek(self, chat_id: int, message_id: int, readers: Sequence[int]) -> Message | None:
        """Read a message by forwarding it to a private chat and deleting it there; None where that is not possible."""
        for reader in readers:
            try:
                seen = await _judged(self.bot.forward_message, reader, chat_id, message_id, disable_notification=True)
                await _judged(self.bot.delete_message, reader, seen.message_id)
            except Refused:
                continue
            return seen
        return None

    async def tell(self, user_id: int, text: str, buttons: Sequence[tuple[str, str]] = ()) -> None:
        """Write to a person; `buttons` are (words, callback data), one a row."""
        rows = [[InlineKeyboardButton(words, callback_data=data)] for words, data in buttons]
        await _judged(self.bot.send_message, user_id, text, reply_markup=InlineKeyboardMarkup(rows) if rows else None)

    async def settled(self, query: dict[str, Any], words: str) -> None:
        """Put the outcome of a tapped button into its message instead of the buttons, then answer the tap."""
        message = query.get("message")
        if message:
            text = f"{message.get('text', '')}\n\n{words}"
            await _judged(self.bot.edit_message_text, text, message["chat"]["id"], message["message_id"])
        await _judged(self.bot.answer_callback_query, query["id"], words)  # refused some time after the tap

    async def stop(self, chat_id: int, message_id: int) -> Tally:
        """Close a poll and return its final tally; raises `NotSent`, `Refused` or `Unclear`."""
        poll = await _judged(self.bot.stop_poll, chat_id, message_id)
        return Tally(tuple(option.voter_count for option in poll.options), poll.total_voter_count)


def anonymous(poll: Poll, chat: Chat) -> bool:
    """A channel's polls are always anonymous; elsewhere the author decides, and names by default."""
    return chat.type == "channel" or bool(poll.anonymous)


def _may_post(me: ChatMember, kind: str) -> bool:
    if me.status in ("left", "kicked"):
        return False
    if kind == "channel":
        return me.status == "creator" or bool(getattr(me, "can_post_messages", False))
    return me.status != "restricted" or bool(getattr(me, "can_send_polls", False))


async def _judged(call: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 passed through
    try:
        return await call(*args, **kwargs)
    except RetryAfter as error:
        raise NotSent(_reason(error), _seconds(error.retry_after)) from None
    except ChatMigrated as error:
        raise Migrated(_reason(error), error.new_chat_id) from None
    except (BadRequest, Forbidden, InvalidToken) as error:
        raise Refused(_reason(error)) from None
    except NetworkError as error:
        if isinstance(error.__cause__, NEVER_LEFT):
            raise NotSent(_reason(error), 5.0) from None
        raise Unclear(_reason(error)) from None


def _reason(error: TelegramError) -> str:
    return error.message[:1].lower() + error.message[1:]


def _seconds(time: int | timedelta) -> float:
    return time.total_seconds() if isinstance(time, timedelta) else float(time)
