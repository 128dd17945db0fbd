"""The emulator's time: the real one, shifted, or standing still."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Clock:
    offset: float = 0.0
    fixed: float | None = None

    def now(self) -> int:
        return int(time.time() + self.offset if self.fixed is None else self.fixed)
