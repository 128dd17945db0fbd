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
    content: bytes
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


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None for anything else."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack(">II", content[16:24])
        if content[:6] in (b"GIF87a", b"GIF89a"):
            return struct.unpack("<HH", content[6:10])
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
        if content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8X":
            return _int24(content[24:27]) + 1, _int24(content[27:30]) + 1
    except (struct.error, IndexError):  # cut short: not a picture
        return None
    return None


def _int24(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # start of frame, not tables
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
