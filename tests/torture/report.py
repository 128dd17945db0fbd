"""What is counted in a round, or in all, and how it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

LOSSES = (
    *("votes lost", "votes doubled", "posts doubled", "posts forgotten", "reveals forgotten", "polls left open"),
    *("out of order", "stopped without a question", "ended by itself", "orphan processes", "news doubled"),
)


@dataclass
class Report:
    """`losses` must all be 0; `details` has a line for each."""

    totals: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    losses: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(LOSSES, 0)))
    details: list[str] = field(default_factory=list)

    def lose(self, name: str, count: int, detail: str) -> None:
        if count:
            assert name in LOSSES, name
            self.losses[name] += count
            self.details.append(f"{name}, {count}: {detail}")

    def include(self, other: Report) -> None:
        for name in ("totals", "kills", "faults", "answers", "losses"):
            getattr(self, name).update(getattr(other, name))
        self.details += other.details

    def table(self, seed: int, seconds: float) -> str:
        rows = {"seed": seed, "seconds": round(seconds), **self.totals}
        for name, parts in {"kills": self.kills, "faults": self.faults, "questions answered": self.answers}.items():
            rows |= {name: parts.total()} | {f"  {part}": count for part, count in sorted(parts.items())}
        rows |= self.losses
        width = max(map(len, rows))
        return "\n".join([*(f"{name:<{width}}  {value:>9,}" for name, value in rows.items()), *self.details])
