"""
Does `best = model.state_dict()` still hold the best weights when training has gone on?

An MLP (64-64-64-10, ReLU) on the digits; the last 287 training digits are set aside to tell the best epoch. Training
goes well at first, then the learning rate is 100 times as high and spoils it. At each new best epoch the weights are
kept in three ways: model.state_dict(), its dict.copy(), copy.deepcopy of it. Each is then loaded into a fresh model.

Rule of the verdict: yes when what model.state_dict() gave is, to the bit, what the best epoch had, in every seed with
SGD and with Adam; no when it is in none of them, and equals the last weights. A state_dict holds the parameters' own
memory, and an optimiser writes into that. The condition is that training went on after the best epoch: a seed where
the last epoch is the best does not count.

By hand: pollbot experiment state_dict_alias --seeds 8 --votes 71,29 --out alias.png
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import GREEN, VERMILION, Axis, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from torch import Tensor

    Weights = dict[str, Tensor]


class StateDictAliasParams(Params):
    """Epochs that go well, and epochs with a learning rate that is too high; an epoch is 17 batches of 64."""

    good: int = Field(default=8, ge=1, le=50)
    spoilt: int = Field(default=4, ge=1, le=50)


RATES = {"SGD": 0.1, "Adam": 0.001}
NUMBERS = {
    f"{name}.{way}": quantity.percent(phrase("{name}: accuracy of what {told} kept").of(name=name, told=told))
    for name in RATES
    for way, told in (("state_dict", "state_dict()"), ("copy", "state_dict().copy()"), ("deepcopy", "deepcopy"))
} | {
    "best": quantity.percent(phrase("trainings whose state_dict() kept the best weights")),
    "last": quantity.percent(phrase("trainings whose state_dict() holds the last weights")),
}
TOPIC = Topic(params=StateDictAliasParams, options=("yes", "no"), numbers=NUMBERS)
FACTOR = 100  # by which the rate is too high in the end
TRAIN = 1150
WAYS = ("state_dict", "copy", "deepcopy")
COLOURS = {"deepcopy": GREEN, "state_dict": VERMILION}

FINDINGS = {
    "yes": phrase("state_dict() kept the weights"),
    "no": phrase("state_dict() is no copy"),
    "depends": phrase("state_dict() kept some of them"),
}
HEADING = phrase("share of trainings")
PANEL = phrase("What best holds after each epoch")
SPOILT = phrase("SGD; from epoch {first} on the lr is {factor} times as high")


def measure(params: StateDictAliasParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and optimiser: test accuracy in % of what is kept, after each epoch, and whose weights it is."""
    return context.each(seeds, lambda seed: {name: _train(name, params, seed) for name in RATES})


def _train(name: str, params: StateDictAliasParams, seed: int) -> dict[str, Any]:
    """One training; a fresh model is given what is kept, so that nothing is read from the live one."""
    data = digits.load()
    generator = torch.Generator().manual_seed(10_000 + seed)
    with plain.seeded(seed):
        model = plain.mlp()
    fresh = copy.deepcopy(model)
    sgd = torch.optim.SGD(model.parameters(), RATES["SGD"], momentum=0.9)
    optimiser = sgd if name == "SGD" else torch.optim.Adam(model.parameters(), RATES["Adam"])
    best, best_epoch, kept = -1.0, -1, keep(model)
    curves: dict[str, list[float]] = {way: [] for way in WAYS}
    for epoch in range(params.good + params.spoilt):
        if epoch == params.good:
            optimiser.param_groups[0]["lr"] *= FACTOR
        for batch in plain.batches(TRAIN, generator):
            optimiser.zero_grad()
            F.cross_entropy(model(data.train_x[batch]), data.train_y[batch]).backward()
            optimiser.step()
        found = plain.accuracy(model, data.train_x[TRAIN:], data.train_y[TRAIN:])
        if found > best:
            best, best_epoch, kept = found, epoch, keep(model)
        for way, curve in curves.items():
            fresh.load_state_dict(kept[way])
            curve.append(round(plain.accuracy(fresh, data.test_x, data.test_y), 2))
    return {
        "curves": curves,
        "went_on": best_epoch < epoch,
        "is_best": {way: equal(kept[way], kept["deepcopy"]) for way in WAYS},
        "is_last": {way: equal(kept[way], model.state_dict()) for way in WAYS},
    }


def keep(model: nn.Module) -> dict[str, Weights]:
    """The model's weights, kept in each of the ways."""
    return {
        "state_dict": model.state_dict(),
        "copy": model.state_dict().copy(),
        "deepcopy": copy.deepcopy(model.state_dict()),
    }


def equal(one: Weights, other: Weights) -> bool:
    """Whether all weights are equal to the bit, NaN included."""
    return all(one[name].numpy().tobytes() == other[name].numpy().tobytes() for name in one)


def conclude(params: StateDictAliasParams, rows: list[Row]) -> Outcome:  # noqa: ARG001 the rows say it all
    """Whether the kept weights are still the best epoch's; what they are worth is the consequence."""
    runs = [row[name] for row in rows for name in RATES]
    counted = [run for run in runs if run["went_on"]]
    found = verdict(counted)
    return Outcome(
        settings=spoken(lambda language: _settings(len(rows), language)),
        findings=(_finding("yes", "is_best", found, counted), _finding("no", "is_last", found, counted)),
        data={
            "verdict": found,
            "shallow": all(run["is_last"]["copy"] for run in runs),
            "curves": {way: spread.band([row["SGD"]["curves"][way] for row in rows]) for way in WAYS},
        },
        numbers={
            **{f"{name}.{way}": [row[name]["curves"][way][-1] for row in rows] for name in RATES for way in WAYS},
            "best": [100.0 * run["is_best"]["state_dict"] for run in counted],
            "last": [100.0 * run["is_last"]["state_dict"] for run in counted],
        },
    )


def verdict(runs: list[dict[str, Any]]) -> Verdict:
    """Of trainings that went on after their best epoch."""
    is_best, is_last = ([run[which]["state_dict"] for run in runs] for which in ("is_best", "is_last"))
    if not runs or any(is_best) != all(is_best):
        return "depends"
    return "yes" if all(is_best) else "no" if all(is_last) else "depends"


def _finding(option: Verdict, which: str, found: Verdict, runs: list[dict[str, Any]]) -> Finding:
    """One answer; its number is the share of the trainings whose kept weights are the best, or the last."""
    hits = [100.0 * run[which]["state_dict"] for run in runs] or [0.0]
    verdict: Verdict = "depends" if found == "depends" else "yes" if found == option else "no"
    condition = phrase("SGD and Adam; training went on after the best epoch")
    return spread.share(option, hits, verdict, phrase("% of trainings"), condition)


def _settings(seeds: int, language: Language) -> str:
    rates = f"{numbers.sgd(RATES['SGD'], 0.9, language)} · Adam {numbers.plain(RATES['Adam'], language)}"
    return f"MLP 64-64-64-10 · {rates} · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Whether the kept weights were the best ones; below, what they and a copy are worth after each epoch."""
    data: dict[str, Any] = measurement.data
    params = StateDictAliasParams.model_validate(measurement.params)
    last = params.good + params.spoilt
    curves = [
        parts.banded(
            f"{way}: {numbers.percent(data['curves'][way]['median'][-1], 0, language)}",
            colour, range(1, last + 1), data["curves"][way],
        )
        for way, colour in COLOURS.items()
    ]  # fmt: skip
    room = params.good > 1 and 0.2 < params.good / last < 0.7
    between = [(params.good, str(params.good))] if room else []
    axis = Axis(1, last, [(1, "1"), *between, (last, numbers.counted(last, "epoch", language))])
    spoilt = SPOILT[language].format(first=params.good + 1, factor=FACTOR)
    return Drawing(
        finding=FINDINGS[data["verdict"]][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=parts.accuracy(PANEL[language], spoilt, curves, axis, language),
    )
