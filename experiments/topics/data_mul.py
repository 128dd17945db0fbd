"""
A tensor that backward needs is multiplied in place: who of .data, detach() and no_grad() gives a wrong gradient?

y = (w * w).sum() keeps w for its gradient, 2 * w. Between forward and backward w is multiplied by 10 in place: by
w.data.mul_(10), by w.detach().mul_(10), or by w.mul_(10) under torch.no_grad(). Autograd counts the versions of what
it has kept, and .data is the one way past that counter.

Rule of the verdict, in every seed and for float32 and float64: a way is silent when backward raises nothing and the
gradient is not 2 * w as w was in forward; `none` when no way is. Nothing is trained.

By hand: pollbot experiment data_mul --seeds 16 --votes 24,31,22,23 --out data.png
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor


class DataMulParams(Params):
    """What w is multiplied by, without a unit."""

    factor: float = Field(default=10.0, ge=1.5, le=1e6)


WAYS = ("data", "detach", "no_grad")
TOPIC = Topic(params=DataMulParams, options=(*WAYS, "none"))

FINDINGS = {
    ("data",): phrase("only .data lies in silence"),
    ("none",): phrase("none of them lies in silence"),
}
OTHER = phrase("not only .data lies")
HEADING = phrase("share of seeds")
PANEL = phrase("What came of backward")
NOTE = phrase("y = (w·w).sum(), between forward and backward: w × {factor}")
COLUMNS = (phrase("w's version"), phrase("gradient"))
ROWS = {"data": "w.data.mul_", "detach": "w.detach().mul_", "no_grad": "no_grad: w.mul_"}
VERSION = {
    "counted": phrase("counted"),
    "same": phrase("the same"),
    "varies": phrase("varies"),
}
TOLD = {
    "wrong": phrase("× {factor}, silent"),
    "right": phrase("right"),
    "raised": verbatim("RuntimeError"),
    "varies": phrase("varies"),
}


def measure(params: DataMulParams, seeds: range, context: Context) -> list[Row]:
    """For each seed, way and type: whether the version was counted, and what became of the gradient."""
    return context.each(seeds, lambda seed: {way: _way(way, params.factor, seed) for way in WAYS})


def _way(way: str, factor: float, seed: int) -> list[list[str]]:
    return [_backward(way, factor, seed, kind) for kind in (torch.float32, torch.float64)]


def _backward(way: str, factor: float, seed: int, kind: torch.dtype) -> list[str]:
    generator = torch.Generator().manual_seed(seed)
    w = torch.randn(16, generator=generator, dtype=kind).requires_grad_()
    right = 2 * w.detach().clone()
    y = (w * w).sum()
    version = w._version  # noqa: SLF001 torch has no other name for it
    changed(way, w, factor)
    counted = "counted" if w._version > version else "same"  # noqa: SLF001 as above
    try:
        y.backward()
    except RuntimeError:
        return [counted, "raised"]
    assert w.grad is not None
    return [counted, "right" if torch.allclose(w.grad, right) else "wrong"]


def changed(way: str, w: Tensor, factor: float) -> None:
    """Multiply w (n,) in place."""
    if way == "data":
        w.data.mul_(factor)
    elif way == "detach":
        w.detach().mul_(factor)
    else:
        with torch.no_grad():
            w.mul_(factor)


def conclude(params: DataMulParams, rows: list[Row]) -> Outcome:
    """Who is silent."""
    hits = {way: [spread.percent([found for _, found in row[way]], "wrong") for row in rows] for way in WAYS}
    hits["none"] = [100.0 * (not any(hits[way][seed] for way in WAYS)) for seed in range(len(rows))]
    verdicts = {option: spread.always(seen) for option, seen in hits.items()}
    return Outcome(
        settings=spoken(lambda language: _settings(params.factor, len(rows), language)),
        findings=tuple(_finding(option, seen, verdicts[option]) for option, seen in hits.items()),
        data={
            "silent": [option for option, verdict in verdicts.items() if verdict == "yes"],
            "cells": {way: _cells(row[way] for row in rows) for way in WAYS},
        },
    )


def _cells(seeds: Iterable[list[list[str]]]) -> list[str]:
    """What all seeds and types agree in: the version, the gradient."""
    both = zip(*(found for seed in seeds for found in seed), strict=True)
    return [found[0] if len(set(found)) == 1 else "varies" for found in both]


def _finding(option: str, hits: list[float], verdict: Verdict) -> Finding:
    condition = phrase("a wrong gradient and no error")
    return spread.share(option, hits, verdict, phrase("% of seeds"), condition)


def _settings(factor: float, seeds: int, language: Language) -> str:
    return f"w × {numbers.plain(factor, language)} · float32, float64 · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Who is silent; below, what each way does to the version and the gradient."""
    data: dict[str, Any] = measurement.data
    factor = numbers.plain(float(str(measurement.params["factor"])), language)
    rows = {
        ROWS[way]: [
            Cell(VERSION[version][language], "no" if version == "same" else "yes"),
            Cell(TOLD[found][language].format(factor=factor), "no" if found == "wrong" else "yes", framed=True),
        ]
        for way, (version, found) in data["cells"].items()
    }  # fmt: skip
    return Drawing(
        finding=FINDINGS.get(tuple(data["silent"]), OTHER)[language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(
            PANEL[language], (NOTE[language].format(factor=factor),), [column[language] for column in COLUMNS], rows
        ),
    )
