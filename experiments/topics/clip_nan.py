"""
One gradient is NaN: how many weights are NaN after clip_grad_norm_ and a step?

An MLP (64-64-64-10, ReLU), one batch of digits, forward and backward; then one number of one gradient, drawn at random,
becomes NaN. clip_grad_norm_ divides every gradient by the norm of all of them, and that norm is NaN now.

Rule of the verdict, by how many weights are NaN after one step, for SGD and for Adam, in every seed: none; one, that
whose gradient it was; layer, the tensor that it stands in; all. Shown beside it: the same with inf, whose norm is inf,
so that all other gradients become 0 and their weights stay; and clip_grad_value_, which looks at each number alone.

By hand: pollbot experiment clip_nan --seeds 16 --votes 22,45,18,15 --out clip.png
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

Way = Literal["plain", "norm", "value"]


class ClipNanParams(Params):
    """What clips between backward and step (`plain`: nothing), and its limit, without a unit."""

    clipped: Way = "norm"
    limit: float = Field(default=1.0, gt=0, le=1000)


COUNTS = ("none", "one", "layer", "all")
WAYS: tuple[Way, ...] = ("plain", "value", "norm")
POISONS = ("nan", "inf")
TOPIC = Topic(params=ClipNanParams, options=COUNTS)

FINDINGS = {
    "none": phrase("the NaN reached no weight"),
    "one": phrase("a single weight is NaN"),
    "layer": phrase("one layer is NaN"),
    "all": phrase("every weight is NaN"),
    "": phrase("how many are NaN varies"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("Weights of NaN or ∞ after one step")
NOTE = phrase("one gradient of {total} is spoilt")
COLUMNS = {"nan": verbatim("NaN"), "inf": verbatim("∞")}
ROWS = {
    "plain": phrase("no clipping"),
    "value": verbatim("clip_grad_value_"),
    "norm": verbatim("clip_grad_norm_"),
}
STILL = phrase("{count}, rest still")
VARIES = phrase("varies")


def measure(params: ClipNanParams, seeds: range, context: Context) -> list[Row]:
    """For each seed, way and poison: of SGD and Adam how many weights are not finite, and how many others moved."""
    return context.each(seeds, lambda seed: _seed(params, seed))


def _seed(params: ClipNanParams, seed: int) -> Row:
    found: Row = {way: {poison: _steps(params, seed, way, poison) for poison in POISONS} for way in WAYS}
    with plain.seeded(seed):
        tensors = [parameter.numel() for parameter in plain.mlp().parameters()]
    return {"total": sum(tensors), "layer": tensors[_victim(seed, len(tensors))[0]], **found}


def _victim(seed: int, tensors: int) -> tuple[int, float]:
    """Which tensor is spoilt, and how far into it."""
    generator = torch.Generator().manual_seed(seed)
    tensor = int(torch.randint(tensors, (), generator=generator))
    return tensor, float(torch.rand((), generator=generator))


def _steps(params: ClipNanParams, seed: int, way: Way, poison: str) -> list[list[int]]:
    return [
        _step(params, seed, way, float(poison), optimiser)
        for optimiser in (lambda weights: torch.optim.SGD(weights, lr=0.1), torch.optim.Adam)
    ]


def _step(params: ClipNanParams, seed: int, way: Way, poison: float, optimiser: Any) -> list[int]:  # noqa: ANN401 a class or a function
    data = digits.load()
    with plain.seeded(seed):
        model = plain.mlp()
    weights = list(model.parameters())
    before = nn.utils.parameters_to_vector(weights).detach().clone()
    batch = plain.batches(len(data.train_y), torch.Generator().manual_seed(seed))[0]
    F.cross_entropy(model(data.train_x[batch]), data.train_y[batch]).backward()
    alive = torch.cat([_grad(weight).flatten() != 0 for weight in weights])
    tensor, share = _victim(seed, len(weights))
    gradient = _grad(weights[tensor]).view(-1)
    gradient[int(share * gradient.numel())] = poison
    if way == "norm":
        nn.utils.clip_grad_norm_(weights, params.limit)
    elif way == "value":
        nn.utils.clip_grad_value_(weights, params.limit)
    optimiser(weights).step()
    after = nn.utils.parameters_to_vector(weights).detach()
    moved = (after != before) & after.isfinite() & alive
    return [int((~after.isfinite()).sum()), int(moved.sum())]


def _grad(weight: Tensor) -> Tensor:
    assert weight.grad is not None
    return weight.grad


def conclude(params: ClipNanParams, rows: list[Row]) -> Outcome:
    """How many weights are NaN by the asked way."""
    seen = [[_counted(count, row) for count, _ in row[params.clipped]["nan"]] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, [spread.percent(found, name) for found in seen]) for name in COUNTS),
        data={
            "total": rows[0]["total"],
            "cells": {way: {poison: _cell(rows, way, poison) for poison in POISONS} for way in WAYS},
        },
    )


def _counted(count: int, row: Row) -> str:
    names = {0: "none", row["layer"]: "layer", row["total"]: "all", 1: "one"}
    return names.get(count, "other")


def _cell(rows: list[Row], way: str, poison: str) -> list[int] | None:
    """How many weights are not finite, and whether any other moved; None where seeds or optimisers differ."""
    cells = {(count, int(moved > 0)) for row in rows for count, moved in row[way][poison]}
    return list(cells.pop()) if len(cells) == 1 else None


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("one step, SGD and Adam")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(params: ClipNanParams, seeds: int, language: Language) -> str:
    call = (
        "" if params.clipped == "plain" else f"clip_grad_{params.clipped}_ {numbers.plain(params.limit, language)} · "
    )
    return f"{call}SGD, Adam · {numbers.counted(seeds, 'seed', language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Which count was seen; below, every way to clip and both poisons."""
    data: dict[str, Any] = measurement.data
    rows = {
        ROWS[way][language]: [_shown(data, way, poison, measurement, language) for poison in POISONS] for way in WAYS
    }
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(
            PANEL[language],
            (NOTE[language].format(total=data["total"]),),
            [COLUMNS[poison][language] for poison in POISONS],
            rows,
        ),
    )


def _shown(data: dict[str, Any], way: str, poison: str, measurement: Measurement, language: Language) -> Cell:
    cell = data["cells"][way][poison]
    framed = way == measurement.params["clipped"] and poison == "nan"
    if cell is None:
        return Cell(VARIES[language], "depends", framed)
    count, moved = cell
    verdict: Verdict = "no" if count == data["total"] else "depends" if count or not moved else "yes"
    told = str(count) if moved or count == data["total"] else STILL[language].format(count=count)
    return Cell(told, verdict, framed)
