"""What a message is made of, read from a call's parameters and held to Telegram's limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.botapi import access, discussion, entities, markup, options, replying
from emulator.botapi.markup import Keyboard
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.botapi.replying import Reply
from emulator.texts.cleaning import is_visible
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat, Message
from emulator.world.files import Media
from emulator.world.polls import Poll

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024


@dataclass(frozen=True)
class Formatted:
    text: str = ""
    entities: list[Json] = field(default_factory=list)


def formatted(params: Params, name: str, entities_name: str = "", mode_name: str = "") -> Formatted:
    """A text with its entities, given as such or by a parse mode."""
    mode = params.text(mode_name or f"{name}_parse_mode")
    given = params.loose_array(entities_name or f"{name}_entities")
    return Formatted(*entities.read(params.text(name), mode, given))


def message_text(params: Params) -> Formatted:
    if not params.text("text"):
        raise bad_request("message text is empty")
    body = formatted(params, "text", "entities", "parse_mode")
    if not is_visible(body.text):
        raise bad_request("text must be non-empty")
    if len(body.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return body


def caption(params: Params) -> Formatted:
    return checked_caption(formatted(params, "caption", "caption_entities", "parse_mode"))


def checked_caption(body: Formatted) -> Formatted:
    if len(body.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return body


@dataclass(frozen=True)
class Destination:
    """Where a message goes: checked in Telegram's order, the reply before the content."""

    chat: Chat
    reply: Reply
    markup: Keyboard
    protected: bool
    effect: str = ""
    thread: int | None = None


def destination(asked: Asked, kind: str, *, with_options: bool = True) -> Destination:
    """`kind` of message, as `access.KINDS` has them."""
    keyboard = markup.read(asked.params)
    options.check_missing(asked.params)
    options.check_business(asked.params)
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    reply = replying.read(asked, chat)
    thread = _thread(chat, asked.params.integer("message_thread_id"), reply.message)
    access.check_posting(asked.bot, chat, kind)
    access.check_topic(asked.bot, chat, thread)
    effect = options.checked_effect(asked.params, chat) if with_options else ""
    shown = markup.checked(keyboard, chat.type)
    return Destination(chat, reply, shown, asked.params.flag("protect_content"), effect, thread)


def _thread(chat: Chat, wanted: int, answered: Message | None) -> int | None:
    """The topic, or the comments, that are meant: by their number, or by what is answered."""
    root = chat.messages.get(wanted)
    there = root is not None and (wanted in chat.topics if chat.forum else root.copied is not None)
    if wanted and not there:
        raise bad_request("message thread not found")
    return wanted or (discussion.thread_of(answered) if answered else None)


def post(  # noqa: PLR0913 what a message may carry
    asked: Asked,
    where: Destination,
    body: Formatted,
    *,
    media: Media | None = None,
    poll: Poll | None = None,
    special: Json | None = None,
    paid: Json | None = None,
    preview: Json | None = None,
    album: str | None = None,
    origin: Json | None = None,
    above: bool = False,
) -> Message:
    """Send it: into a channel in the channel's name, elsewhere in the bot's."""
    bot, chat = asked.bot.user, where.chat
    sender = None if chat.type == "channel" else bot
    marks = entities.named(asked.world, body.entities)
    draft = Message(chat, 0, asked.world.clock.now(), sender, bot.id, body.text, marks, media, poll)
    draft.reply_to, draft.external, draft.quote = where.reply.message, where.reply.external, where.reply.quote
    draft.markup, draft.keys = where.markup.inline, where.markup.field
    draft.protected, draft.effect = where.protected, where.effect
    draft.special, draft.paid, draft.preview, draft.album, draft.origin = special, paid, preview or None, album, origin
    draft.above = above
    draft.thread, draft.option = where.thread, where.reply.option
    message = asked.world.post(draft)
    discussion.follow(asked.world, message)
    return message
