"""
Gradients vanish in a deep network: does clip_grad_norm_ help?

Random networks of `depth` layers Linear(64, 64) with Sigmoid between them, one batch of random inputs, a squared loss.
The norm of the first layer's gradient is taken before and after clip_grad_norm_, which multiplies all gradients by
min(1, max_norm / norm of all): never by more than 1.

Rule of the verdict, in every seed, for each of three limits: `larger` when the first layer's gradient has grown,
`same` when it is the same to the last bit wherever the limit is not reached, and smaller where it is; `smaller` when it
shrinks even below the limit. Nothing is trained.

By hand: pollbot experiment small_clip --seeds 16 --votes 41,38,21 --out small.png
"""

from __future__ import annotations

from statistics import median
from typing import Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken


class SmallClipParams(Params):
    """How many layers of 64."""

    depth: int = Field(default=12, ge=2, le=50)


OUTCOMES = ("larger", "same", "smaller")
TOPIC = Topic(params=SmallClipParams, options=OUTCOMES)
LIMITS = {"double": 2.0, "ten": 10.0, "half": 0.5}  # times the norm of all gradients

FINDINGS = {
    "larger": phrase("clipping enlarges them"),
    "same": phrase("clipping never enlarges them"),
    "smaller": phrase("clipping makes them smaller"),
    "": phrase("it is not always the same"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("The first layer's gradient")
NOTE = phrase("the limit, times the norm of all gradients")
COLUMNS = (phrase("before"), phrase("after"))


def measure(params: SmallClipParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and limit the norm of the first layer's gradient before and after, and whether its bits changed."""
    return context.each(seeds, lambda seed: {name: _clipped(params.depth, seed, at) for name, at in LIMITS.items()})


def _clipped(depth: int, seed: int, times: float) -> list[float]:
    with plain.seeded(seed):
        layers = [layer for _ in range(depth) for layer in (nn.Linear(64, 64), nn.Sigmoid())]
        model, x = nn.Sequential(*layers[:-1]), torch.randn(32, 64)
    model(x).pow(2).mean().backward()
    first = next(model.parameters())
    assert first.grad is not None
    whole = float(nn.utils.clip_grad_norm_(model.parameters(), float("inf")))
    before = first.grad.clone()
    nn.utils.clip_grad_norm_(model.parameters(), times * whole)
    same = torch.equal(before.view(torch.int32), first.grad.view(torch.int32))
    return [float(f"{float(before.norm()):.4g}"), float(f"{float(first.grad.norm()):.4g}"), float(same)]


def conclude(params: SmallClipParams, rows: list[Row]) -> Outcome:
    """What clipping does to a gradient that has vanished."""
    seen = [_outcome(row) for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params.depth, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in seen]) for name in OUTCOMES),
        data={name: [median(row[name][part] for row in rows) for part in (0, 1)] for name in LIMITS},
    )


def _outcome(row: Row) -> str:
    if any(after > before for before, after, _ in (row[name] for name in LIMITS)):
        return "larger"
    unreached = all(row[name][2] for name in ("double", "ten"))
    return "same" if unreached and row["half"][1] < row["half"][0] else "smaller"


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("limits above and below the norm of the gradients")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(depth: int, seeds: int, language: Language) -> str:
    return f"{depth} × Linear(64, 64), Sigmoid · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What it does; below, the gradient before and after, at each limit."""
    data: dict[str, Any] = measurement.data
    rows = {
        f"× {numbers.plain(times, language)}": [
            Cell(numbers.power(value, language), "yes" if value == data[name][0] else "no") for value in data[name]
        ]
        for name, times in LIMITS.items()
    }
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (NOTE[language],), [column[language] for column in COLUMNS], rows),
    )
