"""InputMedia: files that are described in JSON, in albums, in edits, in polls; and sendMediaGroup."""

from __future__ import annotations

import secrets

from emulator.botapi import content, media
from emulator.botapi.content import Formatted
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.botapi.sending import LONGEST_S, LONGEST_SIDE
from emulator.wire import ApiError, Json, bad_request
from emulator.world.files import Media, Upload

ALBUM_LIMIT = 10
KINDS = ("photo", "live_photo", "video", "animation", "audio", "document")
PAID, DEAREST = ("photo", "live_photo", "video"), 1_000_000
UNMIXED = ("audio", "document")
DUSTY = ("photo", "live_photo", "video", "animation")


@method
def send_media_group(asked: Asked) -> list[Json]:
    """All or none: every file is checked before the first is sent. One alone is no album."""
    items = asked.params.array("media", "InputMedia")
    where = content.destination(asked, "photo" if items else "text")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > ALBUM_LIMIT:
        raise bad_request("too many messages to send as an album")
    parts = [album_item(asked, item, album=True) for item in items]
    _check_mixture([shown for shown, _ in parts])
    album = str(secrets.randbits(60)) if len(parts) > 1 else None
    return [content.post(asked, where, body, media=shown, album=album).json() for shown, body in parts]


@method
def send_paid_media(asked: Asked) -> Json:
    """For Stars; the bot sees what it has sent. Nobody here can buy it, so that nobody is told the `payload`."""
    items, stars = asked.params.array("media", "InputPaidMedia", "paid media"), asked.params.integer("star_count")
    where = content.destination(asked, "paid_media")
    if not 0 < stars <= DEAREST:
        raise bad_request("invalid media price specified")
    if not 0 < len(items) <= ALBUM_LIMIT:
        raise bad_request("invalid number of paid media specified")
    body = content.caption(asked.params)
    shown = [{"type": one.kind} | one.json() for one in (_paid(asked, item) for item in items)]
    above = asked.params.flag("show_caption_above_media")
    return content.post(asked, where, body, paid={"star_count": stars, "paid_media": shown}, above=above).json()


def _paid(asked: Asked, item: object) -> Media:
    wrong = "can't parse InputPaidMedia"
    if not isinstance(item, dict) or item.get("type") not in PAID:
        told = "expected an Object" if not isinstance(item, dict) else f'type "{item.get("type")}" is unsupported'
        raise bad_request(f"{wrong}: {told}")
    try:
        return described(asked, item)
    except MisreadError as error:
        raise bad_request(f"{wrong}: {error.description.removeprefix('Bad Request: ')}") from None


def _check_mixture(shown: list[Media]) -> None:
    """As TDLib, check_message_group_message_contents."""
    if len({one.above for one in shown}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    kinds = {one.kind for one in shown}
    for kind in UNMIXED:
        if kind in kinds and len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")


def album_item(asked: Asked, item: object, *, album: bool = False) -> tuple[Media, Formatted]:
    """One InputMedia: a file, and its own caption."""
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    told = Params(item)
    body = content.caption(told)
    if "type" not in item:
        raise bad_request("can't parse InputMedia: Can't find field \"type\"")
    try:
        return described(asked, item, album=album), body
    except ApiError as error:
        reason = error.description.removeprefix("Bad Request: ")
        raise (bad_request(f"can't parse InputMedia: {reason}") if isinstance(error, MisreadError) else error) from None


class MisreadError(ApiError):
    """What is wrong with the description itself, not with the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, f"Bad Request: {reason}")


def described(asked: Asked, item: Json, *, album: bool = False) -> Media:
    """Raises `MisreadError` where the description is wrong, else Telegram's refusal of the file."""
    kind, told = str(item["type"]), Params(item)
    if not media.is_named(asked, told.text("media")):
        raise MisreadError("media not found")
    if kind not in KINDS:
        raise MisreadError(f'type "{kind}" is unsupported')
    if kind == "animation" and album:
        raise MisreadError('type "animation" can\'t be used in sendMediaGroup')
    more: Json = {}
    if kind == "live_photo":
        if not media.is_named(asked, told.text("photo")):
            raise MisreadError("photo not found")
        more = {"photo": media.taken(asked, "photo", told.text("photo")).shown()}
    file = media.taken(asked, kind, told.text("media"), told=_told(asked, told, album=album))
    if kind == "video":
        more = _video(asked, told)
    dusty = kind in DUSTY
    return Media(file, dusty and told.flag("has_spoiler"), dusty and told.flag("show_caption_above_media"), more)


def _told(asked: Asked, told: Params, *, album: bool) -> Json:
    sides = {name: told.clamped(name, LONGEST_SIDE) for name in ("width", "height")}
    names = {name: told.text(name) for name in ("title", "performer")}
    plain = album or told.flag("disable_content_type_detection")
    return sides | names | {"duration": told.clamped("duration", LONGEST_S), "plain": plain} | _thumbnail(asked, told)


def _thumbnail(asked: Asked, told: Params) -> dict[str, Upload | None]:
    ref = told.text("thumbnail") or told.text("thumb")
    name = ref.removeprefix("attach://") if ref.startswith("attach://") else "thumbnail"
    return {"thumbnail": asked.params.files.get(name)}


def _video(asked: Asked, told: Params) -> Json:
    cover, start = told.text("cover"), told.clamped("start_timestamp", LONGEST_S)
    shown: Json = {"cover": media.taken(asked, "photo", cover).shown()} if cover else {}
    return shown | ({"start_timestamp": start} if start else {})
