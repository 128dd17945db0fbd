"""Which of what looks like an address of the web or of e-mail is one (TDLib: fix_url, is_email_address)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

NAMES = frozenset((Path(__file__).parent / "domains.txt").read_text(encoding="utf-8").split())  # of the top level
EMAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}",
    re.IGNORECASE,
)
BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = re.compile(rf"{BYTE}(?:\.{BYTE}){{3}}")
NO_END = ".:;,('?!`"
SPOKEN = ("http://", "https://", "ftp://", "tonsite://")

Span = tuple[str, int, int]  # the kind; from which letter to which


def judged(text: str, begin: int, end: int) -> Iterator[Span]:
    url = text[begin:end]
    if EMAIL.fullmatch(url):
        yield "email", begin, end
    elif url.startswith("mailto:") and EMAIL.fullmatch(url[7:]):
        yield "email", begin + 7, end
    elif length := _right_length(url):
        yield "url", begin, begin + length


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
