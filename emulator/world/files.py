"""Files by their kind: what an id promises, and what a message shows of them."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, field

from emulator.wire import Json, filled

LARGEST_UPLOAD, LARGEST_DOWNLOAD = 50 * 1024 * 1024, 20 * 1024 * 1024  # bytes
PHOTO_LIMIT = 10 * 1024 * 1024
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Kind:
    """How its ids begin, what TDLib calls it in a refusal (FileType.cpp), and where its files lie."""

    prefix: str
    name: str
    folder: str


KINDS = {
    "photo": Kind("AgAC", "Photo", "photos"),
    "thumbnail": Kind("AAMC", "Thumbnail", "thumbnails"),
    "chat_photo": Kind("AQAD", "ChatPhoto", "profile_photos"),
    "document": Kind("BQAC", "Document", "documents"),
    "video": Kind("BAAC", "Video", "videos"),
    "animation": Kind("CgAC", "Animation", "animations"),
    "audio": Kind("CQAC", "Audio", "music"),
    "voice": Kind("AwAC", "VoiceNote", "voice"),
    "video_note": Kind("DQAC", "VideoNote", "video_notes"),
    "sticker": Kind("CAAC", "Sticker", "stickers"),
    "live_photo": Kind("BgAC", "LivePhotoVideo", "videos"),
}
PICTURES = ("photo", "thumbnail", "chat_photo")
NAMELESS = (*PICTURES, "voice", "video_note", "sticker", "live_photo")  # whose names nobody is told


TOLD = {"video": ("cover", "start_timestamp"), "live_photo": ("photo",)}  # by one message of a file, by its kind
MOVING = ("width", "height", "duration")


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request; `told` is what was said of its type."""

    name: str
    content: bytes = field(repr=False)
    told: str = ""

    @property
    def mime(self) -> str:
        return mimetypes.guess_type(self.name)[0] or self.told or "application/octet-stream"


@dataclass(frozen=True)
class StoredFile:
    """
    `facts` is what the Bot API tells of its kind: width, duration, title. `sizes` of a photo are shared by all of them,
    the smallest first.
    """

    unique_id: str
    kind: str
    name: str
    content: bytes = field(repr=False)
    path: str
    mime: str
    facts: Json = field(default_factory=dict)
    thumbnail: StoredFile | None = None
    sizes: list[StoredFile] = field(default_factory=list, repr=False, compare=False)
    id: str = ""

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, None for what has none."""
        return (self.facts["width"], self.facts["height"]) if "width" in self.facts else None

    def ids(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def json(self) -> Json:
        """A File, the answer of getFile."""
        return self.ids() | {"file_path": self.path}

    def shown(self) -> Json | list[Json]:
        """As a message shows it: an Audio, a Video; for a photo its sizes."""
        if self.kind == "photo":
            return [one.ids() | one.facts for one in self.sizes]
        named = {} if self.kind in NAMELESS else {"file_name": self.name}
        typed = {} if self.kind in ("sticker", "video_note") else {"mime_type": self.mime}
        thumbnail = self.thumbnail and self.thumbnail.ids() | self.thumbnail.facts
        return self.ids() | self.facts | filled(named | typed | {"thumbnail": thumbnail})


@dataclass(frozen=True)
class Media:
    """A file in a message. `more` is what this one message tells of it: a video's cover, where it starts."""

    file: StoredFile
    spoiler: bool = False
    above: bool = False
    more: Json = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.file.kind

    def json(self) -> Json:
        """The field of its kind: `photo`, `video`."""
        shown = self.file.shown()
        if isinstance(shown, dict):
            shown = shown | {name: self.more[name] for name in TOLD.get(self.kind, ()) if name in self.more}
        return {self.kind: shown}

    def in_message(self) -> Json:
        """And how the message shows it; what old bots do not know is a document or a photo as well."""
        marks = filled({"has_media_spoiler": self.spoiler or None, "show_caption_above_media": self.above or None})
        if self.kind == "live_photo":
            return self.json() | filled({"photo": self.more.get("photo")}) | marks
        if self.kind != "animation":
            return self.json() | marks
        shown = self.json()["animation"]
        return {"animation": shown, "document": {k: v for k, v in shown.items() if k not in MOVING}} | marks


@dataclass(frozen=True)
class Special:
    """What is neither words nor a file: a place, a link in a poll."""

    fields: Json

    def json(self) -> Json:
        return self.fields


def new_id(kind: str) -> str:
    return f"{KINDS[kind].prefix}{secrets.token_urlsafe(36)}"


def new_unique_id(kind: str) -> str:
    return f"{'AQAD' if kind in PICTURES else 'AgAD'}{secrets.token_urlsafe(9)}"
