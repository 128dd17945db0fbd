"""How long to wait before the next try: longer each time, until something goes well."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_S, LONGEST_S = 1.0, 60.0


@dataclass
class Pauses:
    _next_s: float = FIRST_S

    def after_failure(self, least_s: float = 0.0) -> float:
        """The pause to make now: 1, 2, 4 … 60 s, and never less than `least_s`, which the other side asked for."""
        pause_s, self._next_s = self._next_s, min(2 * self._next_s, LONGEST_S)
        return max(pause_s, least_s)

    def success(self) -> None:
        self._next_s = FIRST_S
