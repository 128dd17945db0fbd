"""Methods that send texts, photos, albums and documents."""

from __future__ import annotations

import secrets

from emulator.botapi import content
from emulator.botapi.content import Formatted
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.files import Media

ALBUM_LIMIT = 10
ALBUM_KINDS = ("photo", "document")


@method
def send_message(asked: Asked) -> Json:
    where = content.destination(asked, "can_send_messages")
    return content.post(asked, where, content.message_text(asked.params)).json()


@method
def send_photo(asked: Asked) -> Json:
    where = content.destination(asked, "can_send_photos")
    body = content.caption(asked.params)
    photo = content.media(asked, "photo", asked.params.text("photo"), "photo")
    return content.post(asked, where, body, media=photo).json()


@method
def send_document(asked: Asked) -> Json:
    where = content.destination(asked, "can_send_documents")
    body = content.caption(asked.params)
    document = content.media(asked, "document", asked.params.text("document"), "document")
    return content.post(asked, where, body, media=document).json()


@method
def send_media_group(asked: Asked) -> list[Json]:
    """All or none: every picture is checked before the first is sent."""
    items = asked.params.array("media", "InputMedia")
    where = content.destination(asked, "can_send_photos")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > ALBUM_LIMIT:
        raise bad_request("too many messages to send as an album")
    parts = [album_item(asked, item) for item in items]
    if len({media.kind for media, _ in parts}) > 1:
        raise bad_request("document can't be mixed with other media types")
    album = str(secrets.randbits(60))
    return [content.post(asked, where, body, media=media, album=album).json() for media, body in parts]


def album_item(asked: Asked, item: object) -> tuple[Media, Formatted]:
    """One InputMedia: a file, and its own caption."""
    if not isinstance(item, dict) or item.get("type") not in ALBUM_KINDS:
        raise bad_request("can't parse InputMedia: the emulator knows photos and documents")
    body = content.caption(Params(item))
    return content.media(asked, str(item["type"]), str(item.get("media", ""))), body
