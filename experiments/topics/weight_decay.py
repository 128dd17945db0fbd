"""
Is Adam(weight_decay=0.1) the same as AdamW(weight_decay=0.1)?

The same MLP (64-64-64-10, ReLU), digits, seeds and learning rate, trained with both. Adam adds weight_decay * w to the
gradient, which is then divided by its own root mean square: L2 in the loss. AdamW (Loshchilov & Hutter 2019) takes
lr * weight_decay of each weight away beside the step. Options: `same`; `adam_smaller` and `adamw_smaller`: which of the
two ends with the smaller weights.

Rule of the verdict, for any number of epochs up to the one that is asked: `same` when the weights' norms agree to a
relative 1e-4 after every epoch in every seed; one is smaller when it is so by more than that after every epoch in every
seed; anything else depends. Neighbours: weight decays a hundred times smaller to a hundred times larger, whose
accuracy the picture shows.

By hand: pollbot experiment weight_decay --seeds 8 --votes 38,23,39 --out weight_decay.png
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import digits, ensemble
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, GREY, VERMILION, Drawing, Measured
from experiments.quantity import Quantity
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, say, spoken

if TYPE_CHECKING:
    from experiments.ensemble.digits import Digits


class WeightDecayParams(Params):
    """`weight_decay` and `lr` are those of both optimisers; one epoch is one pass over 1437 digits in batches of 64."""

    epochs: int = Field(default=30, ge=1, le=100)
    weight_decay: float = Field(default=0.1, ge=1e-6, le=1)
    lr: float = Field(default=0.001, gt=0, le=0.01)


KINDS: dict[str, Literal["l2", "decoupled"]] = {"adam": "l2", "adamw": "decoupled"}
NEIGHBOURS = (0.01, 0.1, 1, 10, 100)  # times the weight decay that is asked
NAMES = {"adam": "Adam", "adamw": "AdamW"}
NUMBERS = (
    {f"{kind}.norm": Quantity(phrase("norm of the weights: {name}").of(name=name)) for kind, name in NAMES.items()}
    | {f"{kind}.accuracy": quantity.percent(phrase("accuracy: {name}").of(name=name)) for kind, name in NAMES.items()}
    | {
        f"{kind}.accuracy@{factor:g}": quantity.percent(
            phrase("accuracy at {factor:g} times the weight decay: {name}").of(factor=factor, name=name)
        )
        for factor in NEIGHBOURS
        for kind, name in NAMES.items()
        if factor != 1
    }
    | {
        f"{kind}.norm@centred": Quantity(phrase("norm of the weights, centred inputs: {name}").of(name=name))
        for kind, name in NAMES.items()
    }
    | {
        f"{kind}.accuracy@centred": quantity.percent(phrase("accuracy, centred inputs: {name}").of(name=name))
        for kind, name in NAMES.items()
    }
    | {
        "agree": quantity.percent(phrase("seeds whose norms agree")),
        "step": quantity.percent(phrase("what AdamW took of a weight in all")),
        "steps": Quantity(phrase("steps")),
    }
)
TOPIC = Topic(params=WeightDecayParams, options=("same", "adam_smaller", "adamw_smaller"), numbers=NUMBERS)
STEPS = 22  # in an epoch
TOLERANCE = 1e-4
LONG = 6  # letters

COLOURS = {"adam": VERMILION, "adamw": BLUE}
OPTION_COLOURS = {"same": GREY, "adam_smaller": VERMILION, "adamw_smaller": BLUE}
FINDINGS = {
    "same": phrase("they are the same"),
    "adam_smaller": phrase("Adam shrinks weights more"),
    "adamw_smaller": phrase("AdamW shrinks weights more"),
    None: phrase("either may shrink weights more"),
}
HEADING = phrase("norm of the weights at the end")
SEEDS = phrase("seeds agree")
OF = phrase("of")
WITH = phrase("accuracy {accuracy}")
PANELS = {
    False: phrase("One λ (weight_decay), two strengths"),
    True: phrase("One λ (weight_decay)"),
}
NOTE = phrase("Adam: λ·w into the gradient; AdamW: w ← w − lr·λ·w")


def measure(params: WeightDecayParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and optimiser the norm of the weights after each epoch, and accuracy in % at each weight decay."""
    arms = [
        ensemble.Arm(lr=params.lr, weight_decay=decay, decay=kind)
        for kind in KINDS.values()
        for decay in decays(params)
    ]
    recipe = ensemble.Recipe("adam", params.epochs)
    history = ensemble.on_digits(arms, seeds, recipe, context.part(0, 0.8))
    two = [arms[NEIGHBOURS.index(1)], arms[len(NEIGHBOURS) + NEIGHBOURS.index(1)]]
    centred = ensemble.train(ensemble.Ensemble(two, seeds), standardised(), recipe, context.part(0.8, 1))
    asked = NEIGHBOURS.index(1)
    rows: list[Row] = [{} for _ in seeds]
    for index, name in enumerate(KINDS):
        mine = slice(index * len(NEIGHBOURS), (index + 1) * len(NEIGHBOURS))
        accuracy = (100 * history.accuracy[mine, :, -1]).T.tolist()  # (seeds, neighbours)
        norms = history.weight_norm[mine][asked].tolist()  # (seeds, epochs + 1)
        ends = 100 * centred.accuracy[index, :, -1], centred.weight_norm[index, :, -1]
        for row, mine_accuracy, mine_norms, *end in zip(rows, accuracy, norms, *map(list, ends), strict=True):
            row[name] = {
                "accuracy": [round(value, 2) for value in mine_accuracy],
                "norms": [float(f"{value:.6g}") for value in mine_norms],
                "centred": [float(f"{value:.6g}") for value in end],
            }
    return rows


def standardised() -> Digits:
    """The digits with the mean of all training pixels at 0 and their standard deviation at 1."""
    data = digits.load()
    mean, deviation = data.train_x.mean(), data.train_x.std()
    return replace(data, train_x=(data.train_x - mean) / deviation, test_x=(data.test_x - mean) / deviation)


def decays(params: WeightDecayParams) -> list[float]:
    """The asked weight decay among its neighbours."""
    return [float(f"{factor * params.weight_decay:.6g}") for factor in NEIGHBOURS]


def conclude(params: WeightDecayParams, rows: list[Row]) -> Outcome:
    """Who ends with the smaller weights, and what the weights are worth at each weight decay."""
    asked = NEIGHBOURS.index(1)
    found = smaller([(row["adam"]["norms"], row["adamw"]["norms"]) for row in rows])
    ends = {name: [row[name]["norms"][-1] for row in rows] for name in KINDS}
    curves = {name: spread.band([row[name]["accuracy"] for row in rows]) for name in KINDS}
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=_findings(found, ends, {name: curve["low"][asked] for name, curve in curves.items()}),
        data={
            "found": found,
            "decays": decays(params),
            "curves": curves,
            "worst": {name: curve["low"][asked] for name, curve in curves.items()},
            "agree": sum(smaller([(row["adam"]["norms"], row["adamw"]["norms"])]) == "same" for row in rows),
        },
        numbers=_numbers(params, rows, ends),
    )


def _numbers(params: WeightDecayParams, rows: list[Row], ends: dict[str, list[float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for kind in KINDS:
        found[f"{kind}.norm"] = ends[kind]
        for index, factor in enumerate(NEIGHBOURS):
            where = "" if factor == 1 else f"@{factor:g}"
            found[f"{kind}.accuracy{where}"] = [row[kind]["accuracy"][index] for row in rows]
        found[f"{kind}.accuracy@centred"] = [row[kind]["centred"][0] for row in rows]
        found[f"{kind}.norm@centred"] = [row[kind]["centred"][1] for row in rows]
    steps = STEPS * params.epochs
    return found | {
        "agree": [100.0 * (smaller([(row["adam"]["norms"], row["adamw"]["norms"])]) == "same") for row in rows],
        "step": [100 * (1 - (1 - params.lr * params.weight_decay) ** steps)],
        "steps": [steps],
    }


def smaller(seeds: list[tuple[list[float], list[float]]]) -> str | None:
    """The option that holds after every epoch in every seed, from norms (Adam, AdamW); None where none does."""
    verdicts = {_smaller(adam, adamw) for one, two in seeds for adam, adamw in zip(one[1:], two[1:], strict=True)}
    return verdicts.pop() if len(verdicts) == 1 else None


def _smaller(adam: float, adamw: float) -> str:
    if abs(adam - adamw) <= TOLERANCE * max(adam, adamw):
        return "same"
    return "adam_smaller" if adam < adamw else "adamw_smaller"


def _findings(found: str | None, ends: dict[str, list[float]], worst: dict[str, float]) -> tuple[Finding, ...]:
    """The norm at the end stands behind the two that shrink; behind `same`, by how many % the two norms differ."""
    pairs = zip(ends["adam"], ends["adamw"], strict=True)
    gaps = [100 * (1 - min(pair) / max(pair)) for pair in pairs]
    measured = {"same": gaps, "adam_smaller": ends["adam"], "adamw_smaller": ends["adamw"]}
    norm = phrase("norm of the weights")
    units = {
        "same": phrase("% of difference"),
        "adam_smaller": norm,
        "adamw_smaller": norm,
    }
    told = spoken(lambda language: _condition(found, worst, language))
    return tuple(
        Finding(
            option=option,
            supported=_supported(found, option),
            number=float(f"{max(values):.4g}"),
            spread=(float(f"{min(values):.4g}"), float(f"{max(values):.4g}")),
            unit=units[option],
            condition=told,
        )
        for option, values in measured.items()
    )


def _supported(found: str | None, option: str) -> Verdict:
    if found is None:
        return "depends"
    return "yes" if found == option else "no"


def _condition(found: str | None, worst: dict[str, float], language: Language) -> str:
    adam, adamw = (numbers.percent(worst[name], 0, language) for name in KINDS)
    if found is None:
        return phrase("depends on the seed or the epoch")[language]
    worst_seed = phrase("after every epoch in every seed; accuracy in the worst: Adam {adam}, AdamW {adamw}")
    return say(worst_seed, language, adam=adam, adamw=adamw)


def _settings(params: WeightDecayParams, seeds: int, language: Language) -> str:
    lr, decay = (numbers.plain(value, language) for value in (params.lr, params.weight_decay))
    return f"weight_decay {decay} · lr {lr} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Who shrinks the weights more; below, accuracy over the weight decay."""
    data: dict[str, Any] = measurement.data
    scale: list[float] = data["decays"]
    curves = [parts.banded(NAMES[name], COLOURS[name], scale, data["curves"][name]) for name in KINDS]
    told = scale[len(numbers.plain(scale[0], language)) > LONG :]  # it would touch the scale of accuracy
    axis = parts.setting(scale[0] * 0.6, scale[-1], told, "λ = {}", language)
    return Drawing(
        finding=FINDINGS[data["found"]][language],
        heading=HEADING[language],
        measured={found.option: _measured(found, measurement, language) for found in measurement.findings},
        panel=parts.accuracy(PANELS[data["found"] in ("same", None)][language], NOTE[language], curves, axis, language),
    )


def _measured(found: Finding, measurement: Measurement, language: Language) -> Measured:
    data: dict[str, Any] = measurement.data
    colour = OPTION_COLOURS[found.option]
    if found.option == "same":
        return Measured(f"{data['agree']} {OF[language]} {measurement.seeds}", colour, SEEDS[language])
    accuracy = numbers.percent(data["worst"][found.option.removesuffix("_smaller")], 0, language)
    told = numbers.number(found.number, 1, language) if found.number >= 0.05 else f"≈{numbers.NBSP}0"
    return Measured(told, colour, WITH[language].format(accuracy=accuracy))
