"""Web addresses, those of e-mail and of Telegram itself in a text (TDLib: find_tg_urls, find_urls)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

NAMES = frozenset((Path(__file__).parent / "domains.txt").read_text(encoding="utf-8").split())  # of the top level
INNER = re.compile("(?:tg|ton|tonsite)$", re.IGNORECASE)
HOST = re.compile("[A-Za-z0-9_-]{1,253}")
EMAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}",
    re.IGNORECASE,
)
PORT = re.compile(":0*([1-9][0-9]{0,4})(?![0-9])")
BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = re.compile(rf"{BYTE}(?:\.{BYTE}){{3}}")
NO_END = ".:;,('?!`"
NO_PATH = '\n<>"«»'
NO_PERSON = "\n/[]{}()'`<>\"@«»"
SPOKEN = ("http://", "https://", "ftp://", "tonsite://")
SCHEMES = {"http": ("shttp",), "https": (), "ftp": ("tftp", "sftp"), "tonsite": ()}  # and what only ends like them

Span = tuple[str, int, int]  # the kind; from which letter to which


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
        yield from _judged(text, begin, end)


def _judged(text: str, begin: int, end: int) -> Iterator[Span]:
    url = text[begin:end]
    if EMAIL.fullmatch(url):
        yield "email", begin, end
    elif url.startswith("mailto:") and EMAIL.fullmatch(url[7:]):
        yield "email", begin + 7, end
    elif length := _right_length(url):
        yield "url", begin, begin + length


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


def _right_length(url: str) -> int:
    """How much of it is an address; 0 for none."""
    spoken = next((len(scheme) for scheme in SPOKEN if url.lower().startswith(scheme)), 0)
    cut = re.search("[/?#]", url[spoken:])
    domain_end = spoken + cut.start() if cut else len(url)
    domain = url[spoken:domain_end]
    domain = domain.partition("@")[2] if "@" in domain else domain
    domain = domain.rpartition(":")[0] if ":" in domain else domain
    if not _is_domain(domain, spoken=bool(spoken)):
        return 0
    return domain_end + _balanced(url[domain_end:])


def _balanced(path: str) -> int:
    """How long it is until a bracket closes that did not open."""
    open_ = {"(": 0, "[": 0, "{": 0}
    pairs = {")": "(", "]": "[", "}": "{"}
    end = 0
    for letter in path:
        if letter in open_:
            open_[letter] += 1
        elif letter in pairs:
            open_[pairs[letter]] -= 1
            if open_[pairs[letter]] < 0:
                break
        end += 1
    return len(path[:end].rstrip(NO_END))


def _is_domain(domain: str, *, spoken: bool) -> bool:
    parts = domain.split(".")
    if len(parts) == 1 or domain.lower() == "teiegram.org":  # a trap
        return False
    if any(not part or len(part.encode()) >= 64 or part.endswith("-") for part in parts):
        return False
    if IPV4.fullmatch(domain):
        return True
    if re.fullmatch("[0-9.]+", domain) or "_" in parts[-2]:
        return False
    return _is_top(parts[-1], spoken=spoken)


def _is_top(name: str, *, spoken: bool) -> bool:
    """With a scheme before it any name will do."""
    if name.startswith("xn--"):
        return len(name) > 5 and name[4:].isascii() and name[4:].isalnum()
    if len(name) <= 1 or "_" in name or "-" in name:
        return False
    lower = name.lower()
    capital = lower != name and lower[1:] == name[1:]
    return spoken or (lower in NAMES and not capital)
