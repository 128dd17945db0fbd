"""An event loop without time and threads: it leaps to the next timer when nothing else is to do."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class Hung(BaseException):
    """Something waits for what never comes."""


class Loop(asyncio.SelectorEventLoop):
    """What asks this loop for its time, or sleeps in it, waits for nobody."""

    def __init__(self) -> None:
        self.moment = 0.0
        super().__init__(Leaping(self))

    def time(self) -> float:
        return self.moment

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # noqa: ARG002
        """At once, here: which thread would be faster is no choice to be made."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 whatever it is, it is the caller's
            done.set_exception(error)
        return done


class Leaping(selectors.DefaultSelector):
    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Hung
        self.loop.moment += timeout
        return super().select(0)
