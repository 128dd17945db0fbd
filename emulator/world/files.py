"""Uploaded files, and how large a picture is."""

from __future__ import annotations

import mimetypes
import secrets
import struct
from dataclasses import dataclass, field

from emulator.wire import Json, filled

PHOTO_LIMIT = 10 * 1024 * 1024
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request."""

    name: str
    content: bytes


@dataclass(frozen=True)
class StoredFile:
    """`size` is width and height for a picture, None for anything else."""

    unique_id: str
    name: str
    content: bytes = field(repr=False)
    path: str
    size: tuple[int, int] | None
    id: str = field(default_factory=lambda: f"AgAC{secrets.token_urlsafe(24)}")

    @property
    def mime(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def json(self) -> Json:
        """A File, the answer of getFile."""
        ids = {"file_id": self.id, "file_unique_id": self.unique_id}
        return {**ids, "file_size": len(self.content), "file_path": self.path}

    def photo_json(self) -> list[Json]:
        """The sizes of a photo; here there is one, the picture itself."""
        width, height = self.size or (0, 0)
        return [self._ids() | {"width": width, "height": height}]

    def document_json(self) -> Json:
        return filled({**self._ids(), "file_name": self.name, "mime_type": self.mime})

    def _ids(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


@dataclass(frozen=True)
class Media:
    """What a message or a part of a poll shows; `kind` is "photo" or "document"."""

    kind: str
    file: StoredFile

    def json(self) -> Json:
        shown = self.file.photo_json() if self.kind == "photo" else self.file.document_json()
        return {self.kind: shown}


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None for anything else."""
    try:
        size = _size(content)
    except (struct.error, IndexError):  # cut short: not a picture
        return None
    return size if size and all(size) else None


def _size(content: bytes) -> tuple[int, int] | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return struct.unpack(">II", content[16:24])
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return struct.unpack("<HH", content[6:10])
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a byte between two segments
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # start of frame, not tables
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    """Each of the three kinds of WebP keeps its size elsewhere."""
    if content[12:16] == b"VP8X" and len(content) >= 30:  # with transparency, movement or notes
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if content[12:16] == b"VP8L" and content[20] == 0x2F:  # without loss: two numbers of 14 bits
        bits = struct.unpack("<I", content[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if content[12:16] == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":  # the upper two bits are a scale
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
