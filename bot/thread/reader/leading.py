"""Where a link leads, held against what it shows: nobody who taps it shall be surprised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from bot.thread.worded import worded

OPENED = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]|mailto:", re.IGNORECASE)
COMMANDS = re.compile(r"(?<![\w-])(?:tg|ton|tonsite)://", re.IGNORECASE)
USUAL = "com|net|org|info|biz|edu|gov|io|co|me|ai|app|dev|su|ru|рф"  # .py and .md are files here
ADDRESS = re.compile(
    rf"(?P<whole>https?://|www\.)(?P<host>[^\s/?#:]+)|(?<![\w@./-])(?P<named>(?:[\w-]+\.)+(?:{USUAL}))(?![\w.-])",
    re.IGNORECASE,
)
CHATS, CHAT = ("t.me", "telegram.me"), re.compile(r"/([\w+-]+)")
Told = tuple[str, Literal["error", "warning"]]


def problems(text: str, address: str) -> Iterator[Told]:
    """Of a link to `address`, tapped at `text`."""
    if COMMANDS.match(address):
        yield worded("a tap on {address!r} would command the app: link to a page, https://…", address=address), "error"
    elif not OPENED.match(address):
        yield (
            worded("Telegram opens no link to {address!r}: write the whole address, https://…", address=address),
            "error",
        )
    else:
        yield from _disguised(text, address)


def _disguised(text: str, address: str) -> Iterator[Told]:
    try:
        place = urlsplit(address)
        host = place.hostname or ""
    except ValueError as error:
        yield worded("Telegram opens no link to {address!r}: {error}", address=address, error=error), "error"
        return
    if "@" in place.netloc:
        yield (
            worded(
                "{address!r} leads to {host}, whatever stands before the @: leave that away", address=address, host=host
            ),
            "error",
        )
    for shown in ADDRESS.finditer(text):
        name = (shown["host"] or shown["named"]).rpartition("@")[2].lower()
        if not _same(name, host) or _other_chat(name, text[shown.end() :], place.path):
            severity: Literal["error", "warning"] = "error" if shown["whole"] else "warning"
            yield (
                worded(
                    "the text says {shown}, the link leads to {host}: write where it leads",
                    shown=shown[0],
                    host=host or address,
                ),
                severity,
            )


def _other_chat(name: str, behind: str, path: str) -> bool:
    """At t.me it is the path that says where."""
    said, led = (CHAT.match(one.lower()) for one in (behind, path))
    return name in CHATS and said is not None and (led is None or said[1] != led[1])


def _same(one: str, other: str) -> bool:
    """The same site, or one a part of the other."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
