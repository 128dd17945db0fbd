"""What a message is made of, read from a call's parameters and held to Telegram's limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.botapi import access, entities, markup
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.texts.cleaning import is_visible
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat, Message
from emulator.world.files import PHOTO_LIMIT, Media, StoredFile, Upload, picture_size
from emulator.world.polls import Poll

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
DIMENSIONS_LIMIT = 10_000


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


def media(asked: Asked, kind: str, ref: str, field_name: str = "") -> Media:
    """A photo or document: uploaded under `field_name`, attached by name, or known by its id."""
    upload = asked.params.files.get(ref.removeprefix("attach://") if ref.startswith("attach://") else field_name)
    if upload:
        return Media(kind, _stored(asked, kind, upload))
    if not ref:
        raise bad_request(f"there is no {kind} in the request")
    known = asked.world.files.get(ref)
    if not known:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return Media(kind, known)


def _stored(asked: Asked, kind: str, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        check_photo(upload)
    return asked.world.add_file(upload, f"{kind}s")


def check_photo(upload: Upload) -> None:
    if len(upload.content) > PHOTO_LIMIT:
        size = f"file of size {len(upload.content)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {PHOTO_LIMIT} bytes")
    size_px = picture_size(upload.content)
    if not size_px:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size_px) > DIMENSIONS_LIMIT or max(size_px) > 20 * min(size_px):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def reply_target(asked: Asked, chat: Chat) -> Message | None:
    """The message replied to; refused when it is gone, unless that was said to be all right."""
    given = asked.params.json("reply_parameters", "reply parameters") or {}
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    target = Params(given).integer("message_id") or asked.params.integer("reply_to_message_id")
    lenient = given.get("allow_sending_without_reply", asked.params.flag("allow_sending_without_reply"))
    if not target:
        return None
    where = asked.world.find_chat(given["chat_id"]) if "chat_id" in given else chat
    found = asked.seen(where, target)
    if not found and not lenient:
        raise bad_request("message to be replied not found")
    return found


@dataclass(frozen=True)
class Destination:
    """Where a message goes: checked in Telegram's order, the reply before the content."""

    chat: Chat
    reply_to: Message | None
    markup: Json | None
    protected: bool


def destination(asked: Asked, permission: str) -> Destination:
    keyboard = markup.read(asked.params)
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    reply_to = reply_target(asked, chat)
    if asked.params.integer("message_thread_id"):
        raise bad_request("message thread not found")  # the emulator has no forums
    access.check_posting(asked.bot, chat, permission)
    return Destination(chat, reply_to, keyboard, asked.params.flag("protect_content"))


def post(  # noqa: PLR0913 what a message may carry
    asked: Asked,
    where: Destination,
    body: Formatted,
    *,
    media: Media | None = None,
    poll: Poll | None = None,
    album: str | None = None,
    origin: Json | None = None,
) -> Message:
    """Send it: into a channel in the channel's name, elsewhere in the bot's."""
    bot, chat = asked.bot.user, where.chat
    sender = None if chat.type == "channel" else bot
    marks = entities.named(asked.world, body.entities)
    draft = Message(chat, 0, asked.world.clock.now(), sender, bot.id, body.text, marks, media, poll)
    draft.reply_to, draft.markup, draft.protected = where.reply_to, where.markup, where.protected
    draft.album, draft.origin = album, origin
    return asked.world.post(draft)
