"""Files in a call: uploaded, standing at an address, or known by their id; each held to the kind that it is sent as."""

from __future__ import annotations

import base64
import binascii
import re

from emulator.botapi.registry import Asked
from emulator.texts import links
from emulator.texts.entity import TextError
from emulator.wire import Json, bad_request
from emulator.world import containers, pictures
from emulator.world.files import KINDS, PHOTO_LIMIT, PICTURES, Media, StoredFile, Upload
from emulator.world.world import World

NOUNS = {"video_note": "video note", "live_photo": "live photo"}
DIMENSIONS_LIMIT = 10_000
UNAVAILABLE = "wrong file identifier/HTTP URL specified"
THUMBNAIL = 320
CIRCLE = 640  # pixels, the longest side of a video note
BY_ADDRESS_BYTES = {"photo": 5 * 1024 * 1024}
FROM_ADDRESS = ("application/pdf", "application/zip", "image/gif")  # what sendDocument takes from the web
FITTING = {
    "animation": ("mp4", "webm", "gif"),
    "video": ("mp4", "webm"),
    "live_photo": ("mp4",),
    "video_note": ("mp4",),
    "voice": ("ogg", "mp3", "mp4"),
}


def named(asked: Asked, kind: str, told: Json | None = None) -> Media:
    """The file that a call has under the kind's own name."""
    return Media(taken(asked, kind, asked.params.text(kind), kind, told))


def taken(asked: Asked, kind: str, ref: str, field_name: str = "", told: Json | None = None) -> StoredFile:
    """`told` is what the call says of it: width, duration, title; what the file itself says counts more."""
    upload = asked.params.files.get(ref.removeprefix("attach://") if ref.startswith("attach://") else field_name)
    if upload:
        return stored(asked.world, kind, upload, told or {})
    if not ref or ref.startswith("attach://"):
        raise bad_request(f"there is no {NOUNS.get(kind, kind)} in the request")
    return _addressed(asked, kind, ref, told or {}) if "." in ref else _known(asked, kind, ref)


def is_named(asked: Asked, ref: str) -> bool:
    """Is there anything that it could mean? What is said to be attached must be so."""
    return bool(ref) and (not ref.startswith("attach://") or ref.removeprefix("attach://") in asked.params.files)


def _known(asked: Asked, kind: str, ref: str) -> StoredFile:
    file = asked.world.files.get(ref)
    if not file:
        raise bad_request(unknown(ref))
    if file.kind != kind and (file.kind in PICTURES or kind in PICTURES):
        raise bad_request(f"can't use file of type {KINDS[file.kind].name} as {KINDS[kind].name}")
    return file


def unknown(ref: str) -> str:
    """Why an id means nothing, as TDLib reads a file's id (FileManager::from_persistent_id, base64url_decode)."""
    wrong = "wrong remote file identifier specified: "
    bare = ref.rstrip("=")
    if re.search(r"[^A-Za-z0-9_-]", bare):
        return f"{wrong}Wrong character in the string"
    if len(bare) % 4 == 1:
        return f"{wrong}Wrong string length"
    try:
        read = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return f"{wrong}Wrong padding in the string"
    if base64.urlsafe_b64encode(read).decode().rstrip("=") != bare:
        return f"{wrong}Wrong padding in the string"
    if not any(ref.startswith(kind.prefix) for kind in KINDS.values()):
        return f"{wrong}can't unserialize it. Wrong last symbol"
    return UNAVAILABLE


def _addressed(asked: Asked, kind: str, ref: str, told: Json) -> StoredFile:
    """What stands at an address is told by POST /sim/addresses; nothing else is there."""
    try:
        address = links.whole_address(ref)
    except TextError as reason:
        raise bad_request(f"invalid file HTTP URL specified: {reason}") from None
    upload = asked.world.addresses.get(address)
    if not upload:
        raise bad_request("failed to get HTTP URL content")
    mime = upload.told or upload.mime
    unfit = kind == "document" and mime not in FROM_ADDRESS
    if unfit or len(upload.content) > BY_ADDRESS_BYTES.get(kind, 20 * 1024 * 1024):
        raise bad_request("wrong type of the web page content")
    return stored(asked.world, kind, upload, told | {"plain": True})


def stored(world: World, kind: str, upload: Upload, told: Json) -> StoredFile:
    """`told` may hold a `thumbnail`, and `plain` for a document that shall remain one."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return world.add_photo(checked_photo(upload.content))
    return _kept(world, _real_kind(kind, upload, plain=told.get("plain", False)), upload, told)


def checked_photo(content: bytes) -> pictures.Picture:
    """Whole, and of a shape that Telegram takes."""
    if len(content) > PHOTO_LIMIT:
        size = f"file of size {len(content)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {PHOTO_LIMIT} bytes")
    shape = pictures.shape_of(content)
    if not shape:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(shape) > DIMENSIONS_LIMIT or max(shape) > 20 * min(shape):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    picture = pictures.opened(content)
    if not picture:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return picture


def _real_kind(kind: str, upload: Upload, *, plain: bool) -> str:
    """What Telegram's servers make of a file that is not what it was sent as."""
    facts, start = containers.facts(upload.content), upload.content[:12]
    container = "gif" if start[:4] == b"GIF8" else "webp" if start[8:] == b"WEBP" else facts.get("kind")
    if kind == "document":
        return "animation" if container == "gif" and not plain and pictures.opened(upload.content) else kind
    if kind == "sticker":
        return kind if container in ("tgs", "webm") or pictures.opened(upload.content) else "document"
    if kind in FITTING and container not in FITTING[kind]:
        return "document"
    oblong = kind == "video_note" and facts.get("width") != facts.get("height")
    return "video" if oblong else kind


def _kept(world: World, kind: str, upload: Upload, told: Json) -> StoredFile:
    """With what its header tells and, where that is silent, what the call told."""
    found = containers.facts(upload.content)
    picture = pictures.opened(upload.content) if kind in ("animation", "document", "sticker") else None
    if picture:
        found |= {"width": picture.width, "height": picture.height, "duration": picture.seconds}
    facts = _facts(kind, {**told, **found}, found)
    name, mime = upload.name, upload.mime
    if kind == "animation" and picture:
        name, mime = f"{name}.mp4", "video/mp4"  # as Telegram names what it has made of a GIF
    mime = "audio/ogg" if kind == "voice" else mime
    if kind == "sticker" and picture and picture.kind != "WEBP":
        upload = Upload("sticker.webp", picture.webp())
        name, mime = upload.name, "image/webp"
    thumbnail = _thumbnail(world, told.get("thumbnail"), kind, facts, picture)
    return world.add_file(Upload(name, upload.content, mime), kind, facts, thumbnail)


def _facts(kind: str, known: Json, found: Json) -> Json:
    """The fields of each kind that Telegram always sends, and those that it sends where they are known."""
    shape = {"width": known.get("width", 0), "height": known.get("height", 0)}
    lasts = {"duration": known.get("duration", 0)}
    match kind:
        case "video" | "animation" | "live_photo":
            return shape | lasts
        case "audio":
            return lasts | {name: known[name] for name in ("performer", "title") if known.get(name)}
        case "voice":
            return lasts
        case "video_note":
            return {"length": min(known.get("width") or known.get("length") or CIRCLE, CIRCLE)} | lasts
        case "sticker":
            moving = {"is_animated": found.get("kind") == "tgs", "is_video": found.get("kind") == "webm"}
            emoji = {"emoji": known["emoji"]} if known.get("emoji") else {}
            return {"type": "regular"} | shape | moving | emoji
        case _:
            return {}


def _thumbnail(
    world: World, given: Upload | None, kind: str, facts: Json, picture: pictures.Picture | None
) -> StoredFile | None:
    """
    Made of what it stands for, where that has a look; else the one that was given, kept as it is where it is fit.

    "Can be ignored if thumbnail generation for the file is supported server-side." Of a film it is grey: none is
    decoded here.
    """
    if picture:
        size = picture.scaled(THUMBNAIL)
    elif kind in ("video", "animation", "sticker"):
        size = pictures.grey(facts["width"] or THUMBNAIL, facts["height"] or THUMBNAIL)
    elif kind == "video_note":
        size = pictures.grey(facts["length"], facts["length"])
    elif kind != "voice" and given and (fit := pictures.fit(given.content, THUMBNAIL)):
        size = fit
    else:
        return None
    shape = {"width": size.width, "height": size.height}
    return world.add_file(Upload("thumb.jpg", size.content), "thumbnail", shape)
