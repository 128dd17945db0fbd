"""What a picture file is, by its first bytes: kind and size, as Telegram will see them. Nothing is decoded."""

from __future__ import annotations

import struct
from typing import NamedTuple

Size = tuple[int, int]


class Raster(NamedTuple):
    """`kind` is PNG, JPEG or WebP."""

    kind: str
    width: int
    height: int


def look(content: bytes) -> Raster | None:
    """None for what is none of these, or ends before its size is told."""
    try:
        kind, size = _kind_and_size(content)
    except (struct.error, IndexError):  # cut short
        return None
    return Raster(kind, *size) if size and all(size) else None


def _kind_and_size(content: bytes) -> tuple[str, Size | None]:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return "PNG", struct.unpack(">II", content[16:24])
    if content.startswith(b"\xff\xd8"):
        return "JPEG", _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP", _webp(content)
    return "", None


def _jpeg(content: bytes) -> Size | None:
    """The size stands in the first frame header, behind segments of any length."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC):  # those are tables
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return None


def _webp(content: bytes) -> Size | None:
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
