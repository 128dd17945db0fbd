"""What all seeds say together: curves as bands, shares as findings."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median
from typing import TypedDict

from experiments.measurement import Finding, Text, Verdict


class Band(TypedDict):
    """Curves of several seeds as one: median, lowest and highest at each point."""

    median: list[float]
    low: list[float]
    high: list[float]


def band(rows: Sequence[Sequence[float]]) -> Band:
    """From a row for each seed."""
    points = list(zip(*rows, strict=True))
    return {
        "median": [round(median(point), 4) for point in points],
        "low": [round(min(point), 4) for point in points],
        "high": [round(max(point), 4) for point in points],
    }


def always(shares: Sequence[float]) -> Verdict:
    """What is seen in 100 % of each seed is so, what is seen in none is not, anything else depends."""
    return "yes" if min(shares) == 100 else "no" if max(shares) == 0 else "depends"


def percent(seen: Sequence[str], name: str) -> float:
    """How often `name` is what was seen, in %."""
    return 100 * sum(found == name for found in seen) / len(seen)


def share(option: str, shares: Sequence[float], verdict: Verdict, unit: Text, condition: Text) -> Finding:
    """A finding whose number is the mean of each seed's share in %."""
    return Finding(
        option=option,
        supported=verdict,
        number=round(mean(shares), 1),
        spread=(min(shares), max(shares)),
        unit=unit,
        condition=condition,
    )
