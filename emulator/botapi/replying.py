"""What a message answers: in the same chat, in another one, and which words of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emulator.botapi import access, entities
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.wire import Json, bad_request, filled
from emulator.world.chats import Chat, Message

QUOTE_LIMIT = 1024
QUOTED = ("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time")


@dataclass(frozen=True)
class Reply:
    """`message` stands in the same chat; of one that stands elsewhere `external` tells; `option` is what of a poll."""

    message: Message | None = None
    external: Json | None = None
    quote: Json | None = None
    option: str | None = None


def read(asked: Asked, chat: Chat) -> Reply:
    """Refused when the message is gone, unless that was said to be all right."""
    given = asked.params.json("reply_parameters", "reply parameters") or {}
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    told = Params(given)
    number = told.integer("message_id") or asked.params.integer("reply_to_message_id")
    lenient = told.flag("allow_sending_without_reply", default=asked.params.flag("allow_sending_without_reply"))
    if number <= 0:
        return Reply()
    where = _chat(asked, told, chat)
    found = asked.seen(where, number)
    if not found:
        if lenient:
            return Reply()
        raise bad_request("message to be replied not found")
    reply = Reply(found) if where is chat else Reply(external=_external(found))
    return replace(reply, quote=_quote(told, found), option=_option(found, told.text("poll_option_id")))


def _chat(asked: Asked, told: Params, chat: Chat) -> Chat:
    if not told.text("chat_id"):
        return chat
    where = asked.world.find_chat(told.text("chat_id"))
    access.check_reading(asked.bot, where)
    return where


def _option(answered: Message, wanted: str) -> str | None:
    """The option that an answer is about; what a poll does not have, it is not about."""
    return wanted if answered.poll and wanted in answered.poll.persistent_ids else None


def _external(message: Message) -> Json:
    """An ExternalReplyInfo: by whom and where, and what it shows besides words."""
    chat = message.chat
    placed: Json = {}
    if chat.type in ("supergroup", "channel"):
        placed = {"chat": chat.json(), "message_id": message.id}
    return {"origin": message.origin_json()} | placed | message.shown_json()


def _quote(told: Params, message: Message) -> Json | None:
    """A TextQuote, found in the message near the place that was told."""
    if not told.text("quote"):
        return None
    text, marks = entities.read(told.text("quote"), told.text("quote_parse_mode"), told.loose_array("quote_entities"))
    if not text or len(text) > QUOTE_LIMIT:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = _found(message.text, text, told.integer("quote_position"))
    if position is None:
        raise bad_request("QUOTE_TEXT_INVALID")
    kept = [mark for mark in marks if mark["type"] in QUOTED]
    return filled({"text": text, "entities": kept}) | {"position": position, "is_manual": True}


def _found(text: str, quote: str, near: int) -> int | None:
    """Where it stands, counted in UTF-16 units; the place nearest to the one told."""
    places, at = [], text.find(quote)
    while at >= 0:
        places.append(len(text[:at].encode("utf-16-le")) // 2)
        at = text.find(quote, at + 1)
    return min(places, key=lambda place: abs(place - near), default=None)
