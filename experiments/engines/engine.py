"""
What every engine is: it does jobs, several at a time, and says what becomes of each.

A job that was started is spoken of by any number of `Progress`, then by exactly one of the others. `say` may be called
from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Protocol

Order = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """For one job: seconds from its first word on, and the resident memory of its process."""

    seconds: float = 120.0
    memory_mib: int = 2048


@dataclass(frozen=True, eq=False)
class Job:
    """One job, handed out once; `name` is like no other's. Training may leave what it has so far at `checkpoint`."""

    name: str
    order: Order
    limits: Limits
    checkpoint: Path | None = None
    stopped: Event = field(default_factory=Event)


@dataclass(frozen=True)
class Progress:
    name: str
    fraction: float
    note: str


@dataclass(frozen=True)
class Done:
    name: str
    output: bytes


@dataclass(frozen=True)
class Failed:
    """By the job's own doing: it raised, or passed a limit. The first line says why, a traceback may follow."""

    name: str
    reason: str


@dataclass(frozen=True)
class Died:
    """Its process died, and perhaps by the job's doing."""

    name: str
    reason: str


@dataclass(frozen=True)
class Lost:
    """It was stopped, or the engine was lost: nothing is known, and nothing is the job's fault."""

    name: str


Word = Progress | Done | Failed | Died | Lost
Say = Callable[[Word], None]


class Engine(Protocol):
    @property
    def slots(self) -> int:
        """How many jobs it can do at a time just now; 0 while it cannot be reached."""

    def start(self, job: Job) -> None:
        """Begin a job, when there is a slot for it."""

    def stop(self, job: Job) -> None:
        """End a job soon; it is `Lost` then, or has just ended by itself."""

    def close(self) -> None:
        """End all jobs and every process; what is still said is of no use to anybody."""
