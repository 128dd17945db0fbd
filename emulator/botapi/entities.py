"""Message entities: checked, trimmed together with their text, and found where Telegram finds them by itself."""

from __future__ import annotations

import re
from typing import Any

from emulator.wire import Json, bad_request

LIMIT = 100
FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w+)?)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?P<mention>(?<!\w)@[a-zA-Z]\w{3,31})"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts offsets."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """What an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def clean(text: str, entities: list[Any]) -> tuple[str, list[Json]]:
    """Trim the text as Telegram does, keep the entities in place, and add those that it finds by itself."""
    given = [_checked(entity, text) for entity in entities[:LIMIT]]
    left = units(text) - units(text.lstrip())
    trimmed = text.strip()
    kept = [moved for entity in given if (moved := _moved(entity, left, units(trimmed)))]
    return trimmed, sorted(kept + _found(trimmed, kept), key=lambda e: (e["offset"], -e["length"]))


def _checked(entity: object, text: str) -> Json:
    if not isinstance(entity, dict):
        raise bad_request("expected an Object")
    try:
        offset, length, kind = int(entity["offset"]), int(entity["length"]), str(entity["type"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse entities: field must be present and of its type") from None
    end = units(text)
    if not 0 <= offset <= offset + length <= end:
        reason = f"ends after the end of the text at UTF-16 offset {end}"
        raise bad_request(f"entity beginning at UTF-16 offset {offset} {reason}")
    if _splits_symbol(text, offset) or _splits_symbol(text, offset + length):
        raise bad_request(f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol")
    return {**entity, "offset": offset, "length": length, "type": kind}


def _splits_symbol(text: str, offset: int) -> bool:
    following = text.encode("utf-16-le")[2 * offset : 2 * offset + 2]
    return len(following) == 2 and 0xDC00 <= int.from_bytes(following, "little") <= 0xDFFF


def _moved(entity: Json, left: int, end: int) -> Json | None:
    start = max(entity["offset"] - left, 0)
    stop = min(entity["offset"] - left + entity["length"], end)
    return {**entity, "offset": start, "length": stop - start} if stop > start else None


def _found(text: str, given: list[Json]) -> list[Json]:
    """Commands, addresses, mentions and hashtags outside the given entities."""
    found = []
    for match in FOUND.finditer(text):
        offset, length = units(text[: match.start()]), units(match.group())
        if not any(e["offset"] < offset + length and offset < e["offset"] + e["length"] for e in given):
            found.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    return found
