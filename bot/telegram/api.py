"""Everything that is sent to Telegram. What may become of a call stands in `bot.telegram.outcome`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Self

import httpx
from telegram import (
    Bot,
    BotCommandScopeChat,
    ChatMember,
    File,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    InputPollOption,
    Message,
    MessageEntity,
    ReplyParameters,
)

from bot.errors import ChatError, TokenError
from bot.store.address import Chat
from bot.store.polls import Tally
from bot.telegram import result
from bot.telegram.http import Http, Transport, reason
from bot.telegram.outcome import Later, NotSent, Refused, UnknownToken, judged
from bot.telegram.outgoing import Outgoing, PhotoMessage, PollMessage, TextMessage
from bot.telegram.peer import LongError
from bot.telegram.requests import Requests
from bot.telegram.result import Sent, whatever
from bot.telegram.wire import NOT_ACCEPTED
from bot.thread.model import Poll
from bot.thread.rich import Rich

FILE_S = 60.0  # a file takes no longer

Button = tuple[str, str]  # its words and its callback data
Place = tuple[int, int]  # chat and message
# A method of python-telegram-bot, what reads its result, and what it is given besides the chat.
Call = tuple[Callable[..., Awaitable[object]], Callable[[Any], Sent], dict[str, Any]]


class Unreachable(ChatError):  # noqa: N818 a state, not an error in the code
    """Telegram, or whoever stands in its place, answers nothing of use."""


class Telegram:
    """A bot. Use as `async with Telegram(token, api_url) as telegram`, or `connect` first and `aclose` at the end."""

    def __init__(self, token: str, api_url: str, http: Transport | None = None) -> None:
        self.api_url = api_url
        self.counts = True  # as far as is known: see `oracle.counted`
        self.requests = out = Requests(http or Http(api_url))
        base = api_url.rstrip("/")
        self.bot = Bot(token, f"{base}/bot", f"{base}/file/bot", request=out, get_updates_request=out)

    async def __aenter__(self) -> Self:
        try:
            await self.connect()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def connect(self) -> None:
        """Ask Telegram who this bot is; raises `TokenError`, or `Unreachable` while nothing of use is answered."""
        try:
            await judged(lambda _: result.number(self.bot.id), self.bot.initialize)
        except UnknownToken:
            raise TokenError(NOT_ACCEPTED) from None
        except (Later, Refused) as error:
            raise Unreachable(f"Telegram cannot be reached at {self.api_url}: {error}") from None

    async def aclose(self) -> None:
        await self.bot.shutdown()

    async def chat(self, ref: str) -> Chat:
        """Resolve @name or id; raises `ChatError` unless the bot may post there."""
        try:
            chat = await judged(result.chat, self.bot.get_chat, ref)
            may = chat.type == "private" or await judged(
                lambda me: _may_post(me, chat.type), self.bot.get_chat_member, chat.id, self.bot.id
            )
        except Refused as error:
            lacks = f"{error}; add @{self.bot.username} to it, to a channel as administrator"
            raise ChatError(f"chat {ref!r}: {lacks}") from None
        except Later as error:
            raise ChatError(f"chat {ref!r}: {error}; try again later") from None
        if not may:
            lacks = f"@{self.bot.username} may not post there; give it the right to post messages"
            raise ChatError(f"chat {ref!r}: {lacks}")
        return replace(chat, ref=ref)

    async def administrators(self, chat_id: int) -> frozenset[int]:
        """Who runs a chat and may post there; raises `Later` or `Refused`."""
        return await judged(result.posting, self.bot.get_chat_administrators, chat_id)

    async def set_commands(self, commands: Sequence[Button], user_id: int | None, language: str) -> None:
        """What the menu of commands shows, to everybody or one person, where Telegram speaks this language, or any."""
        scope = None if user_id is None else BotCommandScopeChat(user_id)
        await judged(whatever, self.bot.set_my_commands, commands, scope, language or None)

    async def delete_commands(self, user_id: int, language: str) -> None:
        """From now on a person's menu is everybody's."""
        await judged(whatever, self.bot.delete_my_commands, BotCommandScopeChat(user_id), language or None)

    async def send(self, chat: Chat, message: Outgoing, reply_to: int | None = None, *, strict: bool = False) -> Sent:
        """
        Send one message; raises `NotSent`, `Refused` or `Unclear`.

        `strict`: it is refused where what it replies to is gone.
        """
        call, read, given = self._call(chat, message)
        reply = ReplyParameters(reply_to, allow_sending_without_reply=not strict) if reply_to else None
        return await judged(read, call, chat.id, **given, reply_parameters=reply, message_thread_id=chat.topic)

    def _call(self, chat: Chat, message: Outgoing) -> Call:
        match message:
            case TextMessage(body):
                return self.bot.send_message, result.messages(1), {"text": body.text, "entities": _entities(body)}
            case PhotoMessage((photo,), caption):
                given = {"photo": photo, "caption": caption.text, "caption_entities": _entities(caption)}
                return self.bot.send_photo, result.messages(1), given
            case PhotoMessage(photos, caption):
                first = InputMediaPhoto(photos[0], caption=caption.text, caption_entities=_entities(caption))
                media = [first, *map(InputMediaPhoto, photos[1:])]
                return self.bot.send_media_group, result.messages(len(photos)), {"media": media}
            case PollMessage(poll):
                return self.bot.send_poll, result.poll(len(poll.options)), _asked(message, chat)

    async def forward(self, reader: int, chat_id: int, message_id: int) -> Message:
        """Forward a message to a private chat without a sound: the one way to read it."""
        forward = self.bot.forward_message
        return await judged(result.seen, forward, reader, chat_id, message_id, disable_notification=True)

    async def delete(self, chat_id: int, message_id: int) -> None:
        await judged(whatever, self.bot.delete_message, chat_id, message_id)

    async def tell(
        self,
        user_id: int,
        text: str,
        buttons: Sequence[Button] = (),
        verbatim: Sequence[str] = (),
        *,
        silent: bool = False,
    ) -> int | None:
        """
        Write to a person; `buttons` are (words, callback data), one a row. Returns the message's id, if it is told.

        What is `verbatim` in it, in its order there, is a stranger's: as code, Telegram makes neither a link nor a
        mention of it.
        """
        given = {"entities": _codes(text, verbatim), "reply_markup": _keyboard(buttons)}
        quietly = {"disable_notification": True} if silent else {}
        sent = await judged(whatever, self.bot.send_message, user_id, text, **given, **quietly)
        return sent.message_id if isinstance(sent, Message) and type(sent.message_id) is int else None

    async def attach(self, user_id: int, name: str, text: str) -> None:
        """Give a person a text as a file."""
        file = InputFile(text.encode(), filename=name)
        await judged(whatever, self.bot.send_document, user_id, file)

    async def edit(self, place: Place, text: str, buttons: Sequence[Button] = (), verbatim: Sequence[str] = ()) -> None:
        """Let a message of ours say something else. Twice is once."""
        given = {"entities": _codes(text, verbatim), "reply_markup": _keyboard(buttons)}
        await _once(judged(whatever, self.bot.edit_message_text, text, *place, **given))

    async def amend(self, place: Place, message: TextMessage | PhotoMessage, *, pictured: bool = True) -> None:
        """
        Let a message of a thread say something else, and show another picture where that is `pictured`. Twice is once.

        Raises `NotSent`, `Refused` or `Unclear`.
        """
        bot = self.bot
        if isinstance(message, TextMessage):
            body = message.body
            call = judged(whatever, bot.edit_message_text, body.text, *place, entities=_entities(body))
        elif pictured:
            (photo,), said = message.photos, message.caption
            media = InputMediaPhoto(photo, caption=said.text, caption_entities=_entities(said))
            call = judged(whatever, bot.edit_message_media, media, *place)
        else:
            said = message.caption
            given = {"caption": said.text, "caption_entities": _entities(said)}
            call = judged(whatever, bot.edit_message_caption, *place, **given)
        await _once(call)

    async def file(self, file_id: str) -> bytes:
        """What somebody has sent; raises `Later` or `Refused`."""
        address = await judged(_address, self.bot.get_file, file_id)
        if not address.startswith(f"{self.bot.base_file_url}/"):
            raise Refused("the file lies elsewhere")
        try:
            async with asyncio.timeout(FILE_S):
                status, content = await self.requests.http.get(httpx.URL(address).raw_path.decode())
        except LongError as error:
            raise Refused(str(error)) from None
        except OSError as error:  # also TimeoutError
            raise NotSent(f"no file: {reason(error)}") from None
        if status != 200:
            raise Refused(f"no file: {status}") if 400 <= status < 429 else NotSent(f"no file: {status}")
        return content

    async def answer_tap(self, query: dict[str, Any], words: str) -> None:
        """Put the outcome of a tapped button into its message instead of the buttons, answer the tap. Twice is once."""
        text = f"{(query.get('message') or {}).get('text', '')}\n\n{words}"
        await self.show(query, text, (), words)

    async def show(
        self,
        query: dict[str, Any],
        text: str,
        buttons: Sequence[Button],
        notice: str | None,
        verbatim: Sequence[str] = (),
    ) -> None:
        """
        Let a tapped button's message say `text` with these buttons, and its person see `notice`. Twice is once.

        Without a text, the message stays as it is.
        """
        if text and (message := query.get("message")):
            await self.edit((message["chat"]["id"], message["message_id"]), text, buttons, verbatim)
        await judged(whatever, self.bot.answer_callback_query, query["id"], notice)  # refused some time after the tap

    async def stop(self, chat_id: int, message_id: int, options: int | None = None) -> Tally:
        """Close a poll of so many options, return its final tally; raises `NotSent`, `Refused` or `Unclear`."""
        return await judged(result.tally_of(options), self.bot.stop_poll, chat_id, message_id)


async def _once(editing: Awaitable[object]) -> None:
    """What is so already needs no edit."""
    try:
        await editing
    except Refused as error:
        if "message is not modified" not in str(error).casefold():
            raise


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(words, callback_data=data)] for words, data in buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def anonymous(poll: Poll, chat: Chat) -> bool:
    """A channel's polls are always anonymous; elsewhere the author decides, and names by default."""
    return chat.type == "channel" or bool(poll.anonymous)


def _asked(message: PollMessage, chat: Chat) -> dict[str, Any]:
    poll, about = message.poll, message.about
    quiz = poll.kind == "quiz"
    # Files go beside the call by name: python-telegram-bot uploads none from within an option.
    files = {f"picture{number}": InputFile(content) for number, content in enumerate(message.pictures)}
    photos = iter([InputMediaPhoto(f"attach://{name}") for name in files])
    own = next(photos) if poll.picture else None
    return {
        "question": poll.question,
        "media": own,
        "options": [InputPollOption(o.voted, media=next(photos) if o.picture else None) for o in poll.options],
        "api_kwargs": files,
        "type": "quiz" if quiz else None,
        "correct_option_ids": [i for i, o in enumerate(poll.options) if o.correct] if quiz else None,
        "is_anonymous": anonymous(poll, chat),
        "allows_multiple_answers": poll.multiple,
        "allows_revoting": poll.revoting and not quiz,
        "is_closed": message.closed or None,
        "hide_results_until_closes": poll.hide_results,
        "shuffle_options": poll.shuffle,
        "members_only": poll.members_only or None,
        "country_codes": poll.countries or None,
        "description": about.text or None,
        "description_entities": _entities(about) or None,
    }


def _codes(text: str, parts: Sequence[str]) -> list[MessageEntity] | None:
    """Parts of a text as code, each behind the one before."""
    found, behind = [], 0
    for part in filter(str.strip, parts):
        at = text.find(part, behind)
        if at >= 0:
            behind = at + len(part)
            found.append(MessageEntity("code", _units(text[:at]), _units(part)))
    return found or None


def _units(text: str) -> int:
    """How long Telegram says that it is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _address(file: File) -> str:
    """Where a file lies; python-telegram-bot has put the server's address before it."""
    if not isinstance(file.file_path, str):
        raise ValueError(file)  # noqa: TRY004 as `judged` wants it
    return file.file_path


def _entities(body: Rich) -> list[MessageEntity]:
    return [MessageEntity(**vars(entity)) for entity in body.entities]


def _may_post(me: ChatMember, kind: str) -> bool:
    if me.status in ("left", "kicked"):
        return False
    if kind == "channel":
        return me.status == "creator" or bool(getattr(me, "can_post_messages", False))
    return me.status != "restricted" or bool(getattr(me, "can_send_polls", False))
