"""Faults to order: what goes wrong with the next calls of a method."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.wire import ApiError, Json, SimError

KINDS = ("flood", "error", "reset", "lost", "delay")
MOST = 10_000


@dataclass
class Fault:
    """
    `flood` answers 429, `error` with `status` and `description`, both without effect; `reset` breaks the connection
    before the effect and `lost` after it; `delay` waits `seconds` before the effect, `lost` before breaking.
    """

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 0.0
    status: int = 500
    description: str = "Internal Server Error: restart"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SimError(400, f"no fault {self.kind!r}; there are {', '.join(KINDS)}")

    def refusal(self) -> ApiError | None:
        if self.kind == "flood":
            reason = f"Too Many Requests: retry after {self.retry_after}"
            return ApiError(429, reason, retry_after=self.retry_after)
        return ApiError(self.status, self.description) if self.kind == "error" else None

    def json(self) -> Json:
        return self.__dict__.copy()


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def order(self, fault: Fault) -> None:
        if len(self.waiting) >= MOST:
            raise SimError(400, f"{MOST} faults wait already; clear them with DELETE /sim/faults")
        self.waiting.append(fault)

    def take(self, method: str) -> Fault | None:
        """The first fault that waits for this method, or for any ("*")."""
        for fault in self.waiting:
            if fault.method.lower() in ("*", method.lower()):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
