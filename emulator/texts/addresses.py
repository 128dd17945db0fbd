"""Web addresses, those of e-mail and of Telegram itself in a text (TDLib: find_tg_urls, find_urls)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from emulator.texts.domains import NO_END, Span, judged

INNER = re.compile("(?:tg|ton|tonsite)$", re.IGNORECASE)
HOST = re.compile("[A-Za-z0-9_-]{1,253}")
PORT = re.compile(":0*([1-9][0-9]{0,4})(?![0-9])")
NO_PATH = '\n<>"«»'
NO_PERSON = "\n/[]{}()'`<>\"@«»"
SCHEMES = {"http": ("shttp",), "https": (), "ftp": ("tftp", "sftp"), "tonsite": ()}  # and what only ends like them


def inner(text: str) -> Iterator[tuple[int, int]]:
    """Those that open in Telegram. Of tonsite:// TDLib finds here only "ite://", and the whole as one of the web."""
    place = text.find("://")
    while place >= 0:
        end = place + 3
        scheme, host = INNER.search(text, max(place - 7, 0), place), HOST.match(text, end)
        if scheme and host:
            end = _path_end(text, host.end())
            yield place - min(len(scheme[0]), 3), end
        place = text.find("://", end)


def outer(text: str) -> Iterator[Span]:
    for begin, end in _candidates(text):
        yield from judged(text, begin, end)


def _is_symbol(letter: str) -> bool:
    if "\u2000" <= letter <= "\u206f":
        return letter in "\u200c\u200d" or "\u2010" <= letter <= "\u2015"
    return not unicodedata.category(letter).startswith("Z")


def _in_path(letter: str) -> bool:
    return letter not in NO_PATH and _is_symbol(letter)


def _in_person(letter: str) -> bool:
    return letter not in NO_PERSON and _is_symbol(letter)


def _in_domain(letter: str) -> bool:
    if letter < "\xc0":
        return letter in ".~_-" or (letter.isascii() and letter.isalnum())
    return _is_symbol(letter)


def _in_scheme(letter: str) -> bool:
    if letter.isascii():
        return letter.isalnum() or letter in "+-"
    return not unicodedata.category(letter).startswith("Z")


def _back(text: str, place: int, begin: int, allowed: Callable[[str], bool]) -> int:
    """Where the letters begin that are allowed before this place."""
    while place > begin and allowed(text[place - 1]):
        place -= 1
    return place


def _path_end(text: str, place: int) -> int:
    """The end of the path that begins here, if one does; not of a lone ? or #, nor with a full stop."""
    if text[place : place + 1] not in ("/", "?", "#"):
        return place
    end = place + 1
    while end < len(text) and _in_path(text[end]):
        end += 1
    while end > place + 1 and text[end - 1] in NO_END:
        end -= 1
    return end if text[place] == "/" or end > place + 1 else place


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """What stands around each full stop, as far as it may belong to an address."""
    begin = 0
    while (dot := text.find(".", begin)) >= 0 and dot + 1 < len(text):
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        first, last, right = _around(text, begin, dot)
        if right and last > dot + 1:
            yield first, last
        if right:
            while text[last : last + 1] == ".":
                last += 1
        else:
            last = text.rfind(".", 0, last) + 1
        begin = max(last, dot + 1)


def _around(text: str, begin: int, dot: int) -> tuple[int, int, bool]:
    """From where to where, and whether it may stand there."""
    domain, end = _back(text, dot, begin, _in_domain), dot
    at = False
    while end < len(text) and (text[end] == "@" or _in_domain(text[end])):
        at = at or text[end] == "@"
        end += 1
    if at:
        domain = _back(text, domain, begin, _in_person)
    end = _end(text, end, dot)
    right = True
    if domain > begin and text[domain - 1] == "@":
        person = _back(text, domain - 1, begin, _in_person)
        right = not at and person < domain - 1
        domain = person
    first = _with_scheme(text, domain, begin)
    return (domain, end, False) if first is None else (first, end, right)


def _end(text: str, end: int, dot: int) -> int:
    port = PORT.match(text, end)
    if port and int(port[1]) <= 65535:
        end = port.end()
    end = _path_end(text, end)
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    return end


def _with_scheme(text: str, place: int, begin: int) -> int | None:
    """Where it begins with what stands before it; None where no address stands behind that."""
    if place == begin:
        return place
    if text.startswith("://", place - 3) and place - begin >= 6:
        scheme = text[_back(text, place - 3, begin, _in_scheme) : place - 3].lower()
        for known, others in SCHEMES.items():
            if scheme.endswith(known) and scheme not in others:
                return place - 3 - len(known)
        return None
    before = text[place - 1]
    return None if before in "/#@_" or before.isalnum() else place
