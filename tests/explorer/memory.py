"""What a living bot remembers: its parts, kept and brought back; and what of it makes a difference."""

from __future__ import annotations

import io
import pickle
from asyncio import Event, Queue
from collections import deque
from typing import Any

LONG_S = 5.0  # what is over is all alike after a while


def kept(parts: object, outside: dict[str, object]) -> bytes:
    names = {id(one): name for name, one in outside.items()}
    stream = io.BytesIO()

    class Keeper(pickle.Pickler):
        def persistent_id(self, one: object) -> str | None:
            return names.get(id(one))

    Keeper(stream, -1).dump(parts)
    return stream.getvalue()


def recall(remembered: bytes, outside: dict[str, object]) -> Any:
    class Reminder(pickle.Unpickler):
        def persistent_load(self, name: str) -> object:
            return outside[name]

    return Reminder(io.BytesIO(remembered)).load()


def mind(parts: object, outside: dict[str, object], now: float) -> object:
    """Plain data of all that is remembered, each part once; moments as seconds from now."""
    return _plain(parts, now, {id(one) for one in outside.values()})


def _plain(one: Any, now: float, known: set[int]) -> object:  # noqa: PLR0911 a case for each kind
    if id(one) in known:
        return None
    match one:
        case bool() | int() | str() | bytes() | None:
            return one
        case float():
            return max(one - now, -LONG_S)
        case dict():
            return sorted((repr(_plain(a, now, known)), _plain(b, now, known)) for a, b in one.items())
        case set() | frozenset():
            return sorted(repr(_plain(a, now, known)) for a in one)
        case list() | tuple() | deque():
            return [_plain(a, now, known) for a in one]
        case Event() | Queue():
            return None
    known.add(id(one))
    given = vars(one) if hasattr(one, "__dict__") else {}
    return type(one).__name__, [(name, _plain(value, now, known)) for name, value in given.items() if name not in IDLE]


# How far a look has come, and what the last one found, spares calls and nothing else.
# Limits are no choice of anybody, and of patience with a worker there is no end within so few steps.
IDLE = ("limits", "born", "since", "_looked", "_kinds", "awaited", "crowded", "_arrived", "woken", "searches", "others")
