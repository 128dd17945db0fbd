"""What people write for a chat becomes what Telegram takes: @name or an id."""

from __future__ import annotations

import re

from bot.errors import SettingsError

NAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")
LINK = re.compile(r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(.+)", re.IGNORECASE)
DOMAIN = re.compile(r"(?:https?://)?([A-Za-z][A-Za-z0-9_]{3,31})\.t\.me(?:/.*)?", re.IGNORECASE)
RESOLVE = re.compile(r"tg://resolve\?(?:.*&)?domain=([^&]+).*", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,9}")
ID = re.compile(r"-?\d{1,16}")
SUPERGROUP = "-100"  # channels and supergroups: what stands in a link, behind this


def ref(words: str) -> str:
    """@name or id of the chat that a name, an id or a link means; raises `SettingsError` with what may be meant."""
    written = words.strip().replace("−", "-").replace("–", "-")
    if ID.fullmatch(written):
        return written
    if match := DOMAIN.fullmatch(written) or RESOLVE.fullmatch(written) or NAME.fullmatch(written):
        return _named(match[1], words)
    if match := LINK.fullmatch(written):
        return _linked(match[1].partition("?")[0].strip("/").split("/"), words)
    msg = f"--chat {words!r} is no chat: write @name, https://t.me/name or an id such as -1001234567890{_alike(words)}"
    raise SettingsError(msg)


def topic(words: str) -> int | None:
    """The topic that a link names, were its chat a forum: `c/ID/TOPIC`, `name/TOPIC`, with a message behind or not."""
    match = LINK.fullmatch(words.strip())
    path = match[1].partition("?")[0].strip("/").split("/") if match else []
    numbers = path[2:] if path[:1] == ["c"] else path[1:]
    return int(numbers[0]) if numbers and NUMBER.fullmatch(numbers[0]) else None


def _linked(path: list[str], words: str) -> str:
    """The chat of a link's path: `name`, `name/MESSAGE`, `s/name`, `c/ID/MESSAGE`; an invitation names none."""
    match path:
        case ["c", number, *_] if number.isdecimal():
            return f"{SUPERGROUP}{number}"
        case ["joinchat", *_]:
            pass
        case ["s", name, *_] | [name, *_] if not name.startswith("+"):
            return _named(name, words)
    msg = (
        f"--chat {words!r} is an invitation, and a bot cannot follow one: add the bot to the chat, then give its @name,"
        " or the id of a private one: -100 and the number in the link of any of its messages, t.me/c/NUMBER/…"
    )
    raise SettingsError(msg)


def _named(name: str, words: str) -> str:
    match = NAME.fullmatch(name)
    if match:
        return f"@{match[1]}"
    msg = f"--chat {words!r}: {name!r} is no name: Telegram's have 4 to 32 Latin letters, digits and _{_alike(name)}"
    raise SettingsError(msg)


def _alike(words: str) -> str:
    """What cannot be seen: letters of another alphabet that look like Latin ones."""
    foreign = "".join(dict.fromkeys(sign for sign in words if sign.isalpha() and not sign.isascii()))
    return f"; {foreign!r} is not Latin" if foreign else ""


def hint(ref: str) -> str:
    """What may be wrong with a chat that Telegram does not know."""
    if ref.isdecimal():
        return f"; a channel or supergroup would be {SUPERGROUP}{ref}"
    return f"; or is it {SUPERGROUP}{ref[1:]}?" if ref.startswith("-") and not ref.startswith(SUPERGROUP) else ""
