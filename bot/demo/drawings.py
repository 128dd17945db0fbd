"""The pictures of reveals, drawn in a process of its own while the page shows all the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Self

from bot.loops.reveal import DRAW_LIMIT_S
from bot.store.runs import content_key
from experiments.engines.engine import Limits, Order
from experiments.engines.runner import NoOutcome, Runner, drawing

MISSING = "reveals have no pictures: matplotlib is missing; pip install '.[worker]' in pollbot's folder"


class Drawings:
    """What is asked for is drawn, and there when it is asked for again; `trouble` is why something cannot be drawn."""

    def __init__(self) -> None:
        self.able = find_spec("matplotlib") is not None
        self.trouble = "" if self.able else MISSING
        self.fresh = False  # something was drawn since all was asked for
        self._asked: dict[str, Order] = {}
        self._wanted: dict[str, Order] = {}
        self._drawn: dict[str, bytes | None] = {}
        self._closing = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._draw)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._closing = True
            self._turn.notify()
        self._thread.join()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """What is not asked for within is wanted no more."""
        self._asked, self.fresh = {}, False
        yield
        with self._turn:
            self._wanted = self._asked
            self._drawn = {key: picture for key, picture in self._drawn.items() if key in self._wanted}
            self._turn.notify()

    def of(self, order: Order) -> bytes | None:
        """The picture, once it is drawn."""
        key = content_key(order)
        self._asked[key] = order
        return self._drawn.get(key)

    def pending(self) -> bool:
        """Is any still to be drawn?"""
        return self.able and not self._wanted.keys() <= self._drawn.keys()

    def _draw(self) -> None:
        runner = drawing()
        while found := self._next():
            key, order = found
            picture = self._attempt(runner, order)
            with self._turn:
                self._drawn[key] = picture
                self.fresh = True
        runner.close()

    def _next(self) -> tuple[str, Order] | None:
        """Wait for something to draw; None at the end."""
        with self._turn:
            self._turn.wait_for(lambda: self._closing or self.pending())
            waiting = (found for found in self._wanted.items() if found[0] not in self._drawn)
            return None if self._closing else next(waiting)

    def _attempt(self, runner: Runner, order: Order) -> bytes | None:
        try:
            return runner.run(order, lambda *_: None, Limits(DRAW_LIMIT_S), lambda: self._closing)
        except (NoOutcome, OSError) as error:
            self.trouble = f"a reveal has no picture: {str(error).splitlines()[0]}"
            return None
