"""The record of Bot API calls received."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.wire import Json

KEPT = 10_000


@dataclass(frozen=True)
class Call:
    """`answer` is the body sent, or would have been: `fault` says what was done to it instead."""

    bot_id: int
    method: str
    params: Json
    time: float
    answer: Json
    fault: str | None

    def json(self) -> Json:
        return self.__dict__.copy()
