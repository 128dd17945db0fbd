"""Films, sounds and pictures for tests: only as much of each container as its header tells."""

import gzip
import json
import struct
from io import BytesIO

from PIL import Image


def film(width: int = 64, height: int = 48, seconds: int = 3) -> bytes:
    """An MP4 without a picture in it."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", len(body) + 8, name) + body

    mvhd = struct.pack(">4xIIII80x", 0, 0, 1000, seconds * 1000)
    upright = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    tkhd = bytes(40) + upright + struct.pack(">II", width << 16, height << 16)
    return box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", mvhd) + box(b"trak", box(b"tkhd", tkhd)))


def speech(seconds: int = 2) -> bytes:
    """An Ogg with Opus, its first page and its last."""

    def page(granule: int, body: bytes) -> bytes:
        return b"OggS\0\0" + struct.pack("<q", granule) + bytes(12) + b"\x01" + bytes([len(body)]) + body

    head = b"OpusHead\x01\x01" + struct.pack("<H", 312) + bytes(7)
    return page(0, head) + page(seconds * 48_000 + 312, b"x")


def song(seconds: int = 4) -> bytes:
    """An MP3 of 128 kbit a second."""
    return b"\xff\xfb\x90\x00" + bytes(16_000 * seconds - 4)


def clip(width: int = 100, height: int = 50) -> bytes:
    """A WebM: a segment with tracks, a track, a video."""

    def element(name: bytes, body: bytes) -> bytes:
        return name + struct.pack(">BI", 0x08, len(body)) + body

    sides = element(b"\xb0", struct.pack(">H", width)) + element(b"\xba", struct.pack(">H", height))
    tracks = element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\xe0", sides)))
    return element(b"\x1a\x45\xdf\xa3", b"\x42\x86\x81\x01") + element(b"\x18\x53\x80\x67", tracks)


def moving_sticker(side: int = 512) -> bytes:
    return gzip.compress(json.dumps({"w": side, "h": side, "layers": []}).encode())


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options) -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def moving(frames: int = 5, milliseconds: int = 400) -> bytes:
    """A GIF."""
    file = BytesIO()
    shown = [Image.new("L", (20, 10), 40 * number) for number in range(frames)]
    shown[0].save(file, "GIF", save_all=True, append_images=shown[1:], duration=milliseconds)
    return file.getvalue()
