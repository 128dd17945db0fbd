"""One thing and another made wrong, by a random generator: within JSON, and within bytes."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

NUMBERS = (0, -1, 1, 11, 12, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 0.5, 1e308, -0.0)
NO_NUMBERS = (float("inf"), float("-inf"), float("nan"))
WORDS = ("", "0", "\0", "\ud800", "é", "\u202e", "x" * 40, "x" * 70_000, "9" * 400, "-1", "true", "v1|again|1|1|post.0")
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], [{}], {"": None}, [None] * 100)
BYTES = (
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"\xff",
    b"Content-Length: 7\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"HTTP/1.1 ",
)
BYTES += (
    b"1e999",
    b"-1",
    b"[" * 5_000,
    b'{"a":' * 2_000,
    b"NaN",
    b'"',
    b"9" * 5_000,
    b"Connection: close\r\n",
    b"\xed\xa0\x80",
)


def value(random: Random) -> Any:
    """Something that has no business here."""
    return deepcopy(random.choice(random.choice((NUMBERS, NO_NUMBERS, WORDS, OTHERS))))


def mutated(random: Random, whole: Any) -> Any:
    """The same JSON with one to three places changed: another value, none, one too many, or one from elsewhere."""
    root = {"": deepcopy(whole)}
    for _ in range(random.randint(1, 3)):
        place, key = random.choice(list(_places(root)))
        match random.randrange(5):
            case 0 if key != "":
                del place[key]
            case 1 if isinstance(place[key], list):
                place[key] = place[key] * random.choice((2, 5, 40)) if place[key] else [value(random)]
            case 2 if isinstance(place[key], dict):
                place[key][random.choice(("id", "chat", "poll", "voter_chat", "options", "x"))] = value(random)
            case 3:
                other, name = random.choice(list(_places(root)))
                place[key] = deepcopy(other[name])
            case _:
                place[key] = value(random)
    place, key = random.choice(list(_places(root)))
    for _ in range(random.choice((0,) * 50 + (1, 3, 1200))):
        place[key] = [place[key]]
    return root[""]


def _places(root: Any) -> Any:
    """Each value within, as the container and its key there."""
    waiting = [root]
    while waiting:
        inside = waiting.pop()
        for key, held in inside.items() if isinstance(inside, dict) else enumerate(inside):
            yield inside, key
            if isinstance(held, (dict, list)):
                waiting.append(held)


def written(random: Random, whole: Any) -> bytes:
    """As JSON; what is nested too deeply to be written is brackets."""
    try:
        return json.dumps(whole, ensure_ascii=random.random() < 0.9).encode(errors="surrogatepass")
    except RecursionError:
        return b"[" * 100_000


def garbled(random: Random, data: bytes) -> bytes:
    """The same bytes with one to three places changed: cut, doubled, or with something strange put in."""
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(data) + 1)
        match random.randrange(5):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
            case 2:
                data = data[:at] + data[random.randrange(len(data) + 1) :]
            case 3:
                data = data[:at] + random.choice(BYTES) + data[at:]
            case _:
                data = data[:at] + data[max(at - 50, 0) :]
    return data
