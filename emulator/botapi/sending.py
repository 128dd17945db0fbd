"""Methods that send texts and files."""

from __future__ import annotations

from emulator.botapi import access, content, media, options
from emulator.botapi.content import Formatted
from emulator.botapi.registry import Asked, method
from emulator.texts import links
from emulator.texts.entity import TextError
from emulator.wire import Json, bad_request
from emulator.world.files import Media, Upload

LONGEST_SIDE, LONGEST_S = 10_000, 24 * 3600
CIRCLE_LIMIT = 640
ACTION_S = 5
UPLOADS = {f"upload_{what}" for what in ("photo", "document", "video", "audio", "voice", "video_note")}
RECORDS = {f"record_{what}" for what in ("video", "audio", "voice", "video_note")}
ACTIONS = {"cancel", "typing", "choose_sticker", "pick_up_location", "find_location"} | UPLOADS | RECORDS


@method
def send_message(asked: Asked) -> Json:
    where = content.destination(asked, "text")
    body = content.message_text(asked.params)
    return content.post(asked, where, body, preview=shown_preview(asked, body)).json()


def shown_preview(asked: Asked, body: Formatted) -> Json:
    """
    How the message shows its link; nothing where there is none, unless one was told (TDLib, messageText).

    Nobody here knows whether there is anything at an address to preview: it is taken to be so.
    """
    preview = options.link_preview(asked.params)
    first = next((url for mark in body.entities if (url := _web_address(body.text, mark))), "")
    if preview == {"is_disabled": True} or not (first or preview):
        return preview if first else {}
    return {"url": first} | preview if first else preview


def _web_address(text: str, mark: Json) -> str:
    if mark["type"] == "text_link":
        url = str(mark["url"])
    elif mark["type"] == "url":
        units = text.encode("utf-16-le")
        url = units[2 * mark["offset"] : 2 * (mark["offset"] + mark["length"])].decode("utf-16-le")
    else:
        return ""
    try:
        address = links.checked(url)
    except TextError:
        return ""
    spoken = url.lower().startswith(("http://", "https://"))
    return (url if spoken else address) if address.startswith("http") else ""


@method
def send_chat_action(asked: Asked) -> bool:
    """Shown for five seconds, or until the message is there."""
    action = asked.params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    options.check_business(asked.params)
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    chat.action = None if action == "cancel" else (asked.bot.user.id, action, asked.world.clock.now() + ACTION_S)
    asked.world.feed.touch(chat.id)
    return True


@method
def send_photo(asked: Asked) -> Json:
    return _sent(asked, "photo")


@method
def send_document(asked: Asked) -> Json:
    plain = asked.params.flag("disable_content_type_detection")
    return _sent(asked, "document", {"thumbnail": thumbnail(asked), "plain": plain})


@method
def send_video(asked: Asked) -> Json:
    return _sent(asked, "video", _shape(asked) | {"thumbnail": thumbnail(asked)}, _video(asked))


def _video(asked: Asked) -> Json:
    """A video's own picture, and where it starts."""
    cover, start = asked.params.text("cover"), asked.params.clamped("start_timestamp", LONGEST_S)
    given = bool(cover) or "cover" in asked.params.files
    shown: Json = {"cover": media.taken(asked, "photo", cover, "cover").shown()} if given else {}
    return shown | ({"start_timestamp": start} if start else {})


@method
def send_animation(asked: Asked) -> Json:
    return _sent(asked, "animation", _shape(asked) | {"thumbnail": thumbnail(asked)})


@method
def send_audio(asked: Asked) -> Json:
    params = asked.params
    told: Json = {name: params.text(name) for name in ("title", "performer")}
    told["duration"] = params.clamped("duration", LONGEST_S)
    return _sent(asked, "audio", told | {"thumbnail": thumbnail(asked)})


@method
def send_voice(asked: Asked) -> Json:
    return _sent(asked, "voice", {"duration": asked.params.clamped("duration", LONGEST_S)})


@method
def send_video_note(asked: Asked) -> Json:
    """A round video; it has no caption."""
    params = asked.params
    where = content.destination(asked, "video_note")
    length = params.clamped("length", LONGEST_SIDE)
    if length > CIRCLE_LIMIT:
        raise bad_request("wrong video note length")
    told = {"length": length, "duration": params.clamped("duration", LONGEST_S), "thumbnail": thumbnail(asked)}
    return content.post(asked, where, Formatted(), media=media.named(asked, "video_note", told)).json()


@method
def send_sticker(asked: Asked) -> Json:
    where = content.destination(asked, "sticker")
    found = media.named(asked, "sticker", {"emoji": asked.params.text("emoji")})
    return content.post(asked, where, Formatted(), media=found).json()


@method
def send_live_photo(asked: Asked) -> Json:
    return _sent(asked, "live_photo", more=_still(asked, asked.params.text("photo"), "photo"))


def _still(asked: Asked, ref: str, field_name: str = "") -> Json:
    return {"photo": media.taken(asked, "photo", ref, field_name).shown()}


def _sent(asked: Asked, kind: str, told: Json | None = None, more: Json | None = None) -> Json:
    """With a caption, perhaps above; perhaps under a cover of dust."""
    where = content.destination(asked, kind)
    body = content.caption(asked.params)
    file = media.named(asked, kind, told).file
    flag = asked.params.flag
    dusty = kind not in ("document", "audio", "voice")
    shown = Media(file, dusty and flag("has_spoiler"), dusty and flag("show_caption_above_media"), more or {})
    return content.post(asked, where, body, media=shown).json()


def _shape(asked: Asked) -> Json:
    sides = {name: asked.params.clamped(name, LONGEST_SIDE) for name in ("width", "height")}
    return sides | {"duration": asked.params.clamped("duration", LONGEST_S)}


def thumbnail(asked: Asked) -> Upload | None:
    """Only an uploaded one counts (telegram-bot-api, get_input_thumbnail: force_file)."""
    for name in ("thumbnail", "thumb"):
        ref = asked.params.text(name)
        found = asked.params.files.get(ref.removeprefix("attach://") if ref.startswith("attach://") else name)
        if found:
            return found
    return None
