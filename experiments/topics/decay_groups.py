"""
AdamW(model.parameters(), weight_decay=0.1): what decays besides the weight matrices?

A small network with a Linear, a BatchNorm, a LayerNorm and an Embedding. Every gradient is exactly 0, so one step of
the optimiser shows the decay alone: each number is multiplied by 1 - lr * weight_decay, or stays. Beside it stand two
groups of parameters, as most training code has them: weight_decay for tensors of two dimensions or more, none for the
rest.

Rule of the verdict, for one group of all parameters, in every seed: `weights` when only tensors of two dimensions or
more shrink, `all` when biases and the gains of the norms shrink too, `biases` when biases do and gains do not. No
training: what it does to accuracy is not asked.

By hand: pollbot experiment decay_groups --seeds 8 --votes 46,33,21 --out groups.png
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import nn, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch.optim import Optimizer

Optimiser = Literal["adamw", "sgd"]


class DecayGroupsParams(Params):
    """The optimiser; `weight_decay` and `lr` are its own and have no unit."""

    optimiser: Optimiser = "adamw"
    weight_decay: float = Field(default=0.1, ge=1e-3, le=1)
    lr: float = Field(default=0.01, ge=1e-3, le=1)


OUTCOMES = ("weights", "all", "biases")
TOPIC = Topic(params=DecayGroupsParams, options=OUTCOMES)
PARTS = ("matrix", "embedding", "bias", "gain")
HOWS = ("one", "two")

FINDINGS = {
    "weights": phrase("only matrices decay"),
    "all": phrase("all of it decays, biases too"),
    "biases": phrase("matrices and biases decay"),
    "": phrase("it is not always the same"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("One step with a gradient of 0")
NOTE = phrase("by how much the numbers shrink")
COLUMNS = (verbatim("parameters()"), phrase("two groups"))
ROWS = {
    "matrix": phrase("Linear's matrix"),
    "embedding": verbatim("Embedding"),
    "bias": phrase("biases"),
    "gain": phrase("γ of the norms"),
}


def network() -> nn.ModuleDict:
    """All numbers of it are random, so that none is 0 and its decay is seen."""
    model = nn.ModuleDict(
        {
            "linear": nn.Linear(8, 8),
            "batch": nn.BatchNorm1d(8),
            "layer": nn.LayerNorm(8),
            "embedding": nn.Embedding(8, 8),
        }
    )
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.5, 1.5)
    return model


def part(name: str) -> str:
    """What a parameter is, by its name."""
    if name.endswith("bias"):
        return "bias"
    return {"linear": "matrix", "embedding": "embedding"}.get(name.partition(".")[0], "gain")


def measure(params: DecayGroupsParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and grouping by how many % each part has shrunk, the largest of its tensors."""
    return context.each(seeds, lambda seed: {how: _step(params, seed, how) for how in HOWS})


def _step(params: DecayGroupsParams, seed: int, how: str) -> dict[str, float]:
    with plain.seeded(seed):
        model = network()
    optimizer = _optimiser(params, model, how)
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    shrunk = dict.fromkeys(PARTS, 0.0)
    for name, parameter in model.named_parameters():
        lost = float((1 - parameter.detach() / before[name]).abs().max())
        shrunk[part(name)] = max(shrunk[part(name)], float(f"{100 * lost:.3g}") if lost > 1e-6 else 0.0)
    return shrunk


def _optimiser(params: DecayGroupsParams, model: nn.Module, how: str) -> Optimizer:
    every = list(model.parameters())
    groups: list[dict[str, Any]] = [{"params": every, "weight_decay": params.weight_decay}]
    if how == "two":
        groups = [
            {"params": [one for one in every if one.ndim >= 2], "weight_decay": params.weight_decay},
            {"params": [one for one in every if one.ndim < 2], "weight_decay": 0.0},
        ]
    made = torch.optim.AdamW if params.optimiser == "adamw" else torch.optim.SGD
    return made(groups, lr=params.lr)


def conclude(params: DecayGroupsParams, rows: list[Row]) -> Outcome:
    """What has shrunk."""
    seen = [_outcome(row["one"]) for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, [100.0 * (found == name) for found in seen]) for name in OUTCOMES),
        data={how: {name: max(row[how][name] for row in rows) for name in PARTS} for how in HOWS},
    )


def _outcome(shrunk: dict[str, float]) -> str:
    if not (shrunk["matrix"] and shrunk["embedding"]):
        return "other"
    return {(False, False): "weights", (True, True): "all", (True, False): "biases"}.get(
        (shrunk["bias"] > 0, shrunk["gain"] > 0), "other"
    )


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("model.parameters() as one group")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(params: DecayGroupsParams, seeds: int, language: Language) -> str:
    decay, lr = (numbers.plain(value, language) for value in (params.weight_decay, params.lr))
    name = "AdamW" if params.optimiser == "adamw" else "SGD"
    return f"{name} · weight_decay {decay} · lr {lr} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What decays; below, both groupings."""
    data: dict[str, Any] = measurement.data
    rows = {
        ROWS[name][language]: [
            Cell(
                numbers.percent(data[how][name], 1 if data[how][name] else 0, language),
                "depends" if data[how][name] else "yes",
                how == "one" and name in ("bias", "gain"),
            )
            for how in HOWS
        ]
        for name in PARTS
    }
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (NOTE[language],), [column[language] for column in COLUMNS], rows),
    )
