"""Forwarding and copying, one by one and in bulk. A forwarded poll stays the same poll; a copied one is new."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from emulator.botapi import access, content, ids
from emulator.botapi.content import Destination, Formatted
from emulator.botapi.markup import Keyboard
from emulator.botapi.registry import Asked, method
from emulator.botapi.replying import Reply
from emulator.botapi.special import FACES
from emulator.wire import Json, bad_request
from emulator.world.chats import Message
from emulator.world.files import Media
from emulator.world.polls import Poll

ALBUM_LIMIT = 10
ALIKE = ("audio", "document")  # kinds that become an album whenever they come together


@method
def forward_message(asked: Asked) -> Json:
    source = _source(asked, "to forward")
    where = content.destination(asked, kind_of(source))
    if source.chat.protected:
        raise bad_request("message has protected content and can't be forwarded")
    if not _may_forward(source):
        raise bad_request("the message can't be forwarded")
    _check_poll(source.poll, where)
    return _forward(asked, source, where, media=_started(asked, source)).json()


@method
def forward_messages(asked: Asked) -> list[Json]:
    return _in_bulk(asked, copying=False)


@method
def copy_messages(asked: Asked) -> list[Json]:
    return _in_bulk(asked, copying=True)


def _in_bulk(asked: Asked, *, copying: bool) -> list[Json]:
    """
    Up to a hundred at once, skipping what is not there.

    Checked in the order of telegram-bot-api (Client::process_forward_messages_query) and TDLib
    (MessagesManager::get_forwarded_messages, MessageSendOptions::get_message_send_options): where they are sent, which
    of them there are, and only then how.
    """
    numbers = ids.messages(asked.params)
    where = content.destination(asked, "text", with_options=False)
    chat = asked.chat("from_chat_id")
    access.check_reading(asked.bot, chat)
    found = [message for message in (asked.seen(chat, number) for number in numbers) if message]
    if not found:
        raise bad_request("there are no messages to forward")
    if chat.protected and not copying:
        raise bad_request("message has protected content and can't be forwarded")
    if asked.params.json("suggested_post_parameters", "suggested post parameters") is not None:
        if len(found) > 1:
            raise bad_request("can't send suggested posts with the method")
        raise bad_request("suggested posts can be sent only to channel direct messages")
    if any(before >= after for before, after in pairwise(numbers)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    fit = [one for one in found if (_may_copy(one) if copying else _may_forward(one))]
    if not fit:
        raise bad_request("messages can't be forwarded")
    albums = _albums(fit)
    return [_sent(asked, one, where, album, copying=copying) for one, album in zip(fit, albums, strict=True)]


def _sent(asked: Asked, one: Message, where: Destination, album: str | None, *, copying: bool) -> Json:
    if not copying:
        return {"message_id": _forward(asked, one, where, album=album).id}
    bare = asked.params.flag("remove_caption") and one.media
    body = Formatted() if bare else Formatted(one.text, one.entities)
    return {"message_id": _copy(asked, one, where, body, album=album).id}


def _albums(messages: list[Message]) -> list[str | None]:
    """Which new album each belongs to: parts of an old one stay together, sounds and documents come together."""
    kinds = {message.media.kind if message.media else "" for message in messages}
    if 2 <= len(messages) <= ALBUM_LIMIT and len(kinds) == 1 and kinds <= set(ALIKE):
        return [str(secrets.randbits(60))] * len(messages)
    counted = Counter(message.album for message in messages if message.album)
    fresh = {old: str(secrets.randbits(60)) for old, parts in counted.items() if parts > 1}
    return [fresh.get(message.album) if message.album else None for message in messages]


def _forward(
    asked: Asked, source: Message, where: Destination, *, album: str | None = None, media: Media | None = None
) -> Message:
    body = Formatted(source.text, source.entities)
    where = replace(where, reply=Reply(), markup=Keyboard())
    return content.post(
        asked,
        where,
        body,
        media=media or source.media,
        poll=source.poll,
        special=source.special,
        paid=source.paid,
        preview=source.preview,
        album=album,
        origin=source.origin_json(),
    )


@method
def copy_message(asked: Asked) -> Json:
    """Also what is protected: bots may (TDLib, MessagesManager::can_forward_message)."""
    source = _source(asked, "to copy")
    where = content.destination(asked, kind_of(source))
    if not _may_copy(source):
        raise bad_request("the message can't be copied")
    _check_poll(source.poll, where)
    new_caption = bool(source.media) and "caption" in asked.params.values
    body = content.caption(asked.params) if new_caption else Formatted(source.text, source.entities)
    media = _started(asked, source)
    if media and new_caption:
        media = replace(media, above=asked.params.flag("show_caption_above_media"))
    return {"message_id": _copy(asked, source, where, body, media=media).id}


def _copy(
    asked: Asked,
    source: Message,
    where: Destination,
    body: Formatted,
    *,
    media: Media | None = None,
    album: str | None = None,
) -> Message:
    """A die is cast anew."""
    poll = source.poll and asked.world.add_poll(source.poll.copy(asked.world.new_poll_id(), asked.bot.user.id))
    special = source.special
    if special and "dice" in special:
        emoji = special["dice"]["emoji"]
        special = {"dice": {"emoji": emoji, "value": 1 + secrets.randbelow(FACES[emoji])}}
    media = media or source.media
    return content.post(
        asked, where, body, media=media, poll=poll, special=special, preview=source.preview, album=album
    )


def _started(asked: Asked, source: Message) -> Media | None:
    """A video may start elsewhere than it did."""
    media = source.media
    if not media or media.kind != "video" or "video_start_timestamp" not in asked.params.values:
        return media
    start = max(asked.params.integer("video_start_timestamp"), 0)
    rest = {name: value for name, value in media.more.items() if name != "start_timestamp"}
    return replace(media, more=rest | ({"start_timestamp": start} if start else {}))


def kind_of(message: Message) -> str:
    """As `access.KINDS` has it."""
    if message.poll:
        return "poll"
    if message.special:
        (kind,) = message.special
        return "live location" if "live_period" in message.special.get("location", {}) else kind
    if message.paid:
        return "paid_media"
    return message.media.kind if message.media else "text"


def _source(asked: Asked, to_do: str) -> Message:
    chat = asked.chat("from_chat_id")
    access.check_reading(asked.bot, chat)
    return asked.message(chat, to_do)


def _may_forward(message: Message) -> bool:
    return not (message.service or message.protected)


def _may_copy(message: Message) -> bool:
    return not (message.service or message.paid)


def _check_poll(poll: Poll | None, where: Destination) -> None:
    if poll and not poll.anonymous and where.chat.type == "channel":
        raise bad_request("non-anonymous polls can't be sent to channel chats")
