"""What the headers of films and sounds tell: width, height and seconds. Nothing is decoded."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator

from emulator.wire import Json

MPEG_KBIT = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # layer III of MPEG 1
MPEG2_KBIT = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MOST_UNPACKED = 8 * 1024 * 1024
INSIDE_MP4 = (b"moov", b"trak", b"mdia")
INSIDE_WEBM = (0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0)  # segment, info, tracks, track, video


def facts(content: bytes) -> Json:
    """`width`, `height`, `duration` in whole seconds, each where it is known; `kind` of the container."""
    try:
        if content[4:8] == b"ftyp":
            return {"kind": "mp4"} | _mp4(content)
        if content[:4] == b"\x1a\x45\xdf\xa3":
            return {"kind": "webm"} | _webm(content)
        if content[:4] == b"OggS":
            return {"kind": "ogg"} | _ogg(content)
        if content[:2] == b"\x1f\x8b":
            return {"kind": "tgs"} | _tgs(content)
        return _mp3(content)
    except (struct.error, IndexError, ValueError, OSError, EOFError, zlib.error, OverflowError):
        return {}  # cut short, or something else altogether


def _mp4(content: bytes) -> Json:
    found: Json = {}
    for name, body in _boxes(content):
        if name == b"mvhd":
            scale, length = struct.unpack(">IQ", body[20:32]) if body[0] else struct.unpack(">II", body[12:20])
            found["duration"] = round(length / max(scale, 1))
        if name == b"tkhd":
            width, height = struct.unpack(">II", body[-8:])
            turned = struct.unpack(">i", body[-40:-36])[0] != 0
            shape = (height >> 16, width >> 16) if turned else (width >> 16, height >> 16)
            found |= dict(zip(("width", "height"), shape, strict=True)) if all(shape) else {}
    return found


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", content[at + 8 : at + 16])[0], 16
        length = length or len(content) - at
        if length < head:
            return
        body = content[at + head : at + length]
        yield name, body
        if name in INSIDE_MP4:
            yield from _boxes(body)
        at += length


def _webm(content: bytes) -> Json:
    found: Json = {}
    scale, length = 1_000_000, 0.0
    for name, body in _elements(content, 0):
        match name:
            case 0x2AD7B1:
                scale = int.from_bytes(body, "big")
            case 0x4489:
                length = struct.unpack(">f" if len(body) == 4 else ">d", body)[0]
            case 0xB0:
                found["width"] = int.from_bytes(body, "big")
            case 0xBA:
                found["height"] = int.from_bytes(body, "big")
    return found | {"duration": round(length * scale / 1e9)}


def _elements(content: bytes, depth: int) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        name, at = _number(content, at, marked=True)
        length, at = _number(content, at, marked=False)
        body = content[at : at + length]
        yield name, body
        if name in INSIDE_WEBM and depth < len(INSIDE_WEBM):
            yield from _elements(body, depth + 1)
        at += length


def _number(content: bytes, at: int, *, marked: bool) -> tuple[int, int]:
    width = 9 - content[at].bit_length()
    if width > 8:
        raise ValueError("no number of this kind")
    value = int.from_bytes(content[at : at + width], "big")
    return value if marked else value & ((1 << (7 * width)) - 1), at + width


def _ogg(content: bytes) -> Json:
    last = content.rfind(b"OggS")
    samples = struct.unpack("<q", content[last + 6 : last + 14])[0]
    opus, vorbis = content.find(b"OpusHead"), content.find(b"\x01vorbis")
    if opus >= 0:
        skipped = struct.unpack("<H", content[opus + 10 : opus + 12])[0]
        return {"duration": round((samples - skipped) / 48_000)}
    rate = struct.unpack("<I", content[vorbis + 12 : vorbis + 16])[0] if vorbis >= 0 else 0
    return {"duration": round(samples / rate)} if rate else {}


def _tgs(content: bytes) -> Json:
    unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, MOST_UNPACKED)
    told = json.loads(unpacked)
    return {"width": int(told["w"]), "height": int(told["h"])} if isinstance(told, dict) and "w" in told else {}


def _mp3(content: bytes) -> Json:
    """By the first frame's rate; with a count of frames (Xing, Info) where there is one."""
    at = 0
    if content[:3] == b"ID3":
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
    at = content.index(b"\xff", at, at + 4096)
    head = struct.unpack(">I", content[at : at + 4])[0]
    version, layer = head >> 19 & 3, head >> 17 & 3
    if head >> 21 != 0x7FF or layer != 1:  # frames begin with eleven ones; 1 is layer III
        return {}
    kbit = (MPEG_KBIT if version == 3 else MPEG2_KBIT)[head >> 12 & 15]
    rate = (44_100, 48_000, 32_000)[head >> 10 & 3] >> (0 if version == 3 else 3 - version if version else 2)
    samples = 1152 if version == 3 else 576
    for mark in (b"Xing", b"Info"):
        where = content.find(mark, at, at + 200)
        if where >= 0 and content[where + 7] & 1:
            frames = struct.unpack(">I", content[where + 8 : where + 12])[0]
            return {"kind": "mp3", "duration": round(frames * samples / rate)}
    return {"kind": "mp3", "duration": round((len(content) - at) * 8 / (kbit * 1000))} if kbit else {}
