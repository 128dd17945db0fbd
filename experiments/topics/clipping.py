"""
Where must clip_grad_norm_ stand: before backward, between backward and step, or after step?

The usual loop (zero_grad, forward, backward, step) on an MLP (64-64-64-10, ReLU) with torch.optim.SGD at a learning
rate where training without clipping fails; `before` stands between zero_grad and backward. All placements start from
the same weights and see the same batches.

Rule of the verdict, for SGD and for Adam alike: a placement counts when the trained weights differ from those without
clipping in every seed, and does nothing when they are the same to the last bit in every seed; anything else depends,
for instance a max_norm that no gradient reaches. Accuracy is shown as the consequence.

By hand: pollbot experiment clipping --seeds 8 --votes 21,58,21 --out clipping.png
"""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Text, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import GREY, VERDICT, Drawing, Measured
from experiments.quantity import Quantity
from experiments.spread import Band
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


class ClippingParams(Params):
    """`lr` is SGD's, without momentum; `max_norm` bounds the norm of all gradients; an epoch is 22 batches of 64."""

    epochs: int = Field(default=10, ge=1, le=30)
    lr: float = Field(default=2.0, gt=0, le=10)
    max_norm: float = Field(default=1.0, gt=0, le=1000)


PLACES = ("before", "between", "after")
ALL = ("none", *PLACES)
NUMBERS = {
    f"{place}.accuracy": quantity.percent(phrase("accuracy, {told}").of(told=told))
    for place, told in (
        ("none", phrase("without clipping")),
        ("before", phrase("clipping before backward")),
        ("between", phrase("clipping between backward and step")),
        ("after", phrase("clipping after step")),
    )
} | {
    "between.norm": Quantity(phrase("the largest norm before clipping")),
    "after.norm": Quantity(phrase("the largest norm where the line stands after step")),
    "after.over": quantity.percent(phrase("calls after step whose norm is above the limit")),
}
TOPIC = Topic(params=ClippingParams, options=PLACES, numbers=NUMBERS)
ADAM_LR, ADAM_NORM = 0.001, 0.1  # of the second optimiser, which trains for one epoch; its gradients are smaller

NAMES = {
    "none": phrase("no clipping"),
    "before": phrase("before backward"),
    "between": phrase("before step"),
    "after": phrase("after step"),
}
FINDINGS = {
    ("between",): phrase("clip between backward and step"),
    (): phrase("the limit is not always reached"),
}
PLAINLY: dict[str, Verdict] = {"before": "no", "between": "yes", "after": "no"}
ELSE = phrase("clipping acts elsewhere, too")
HEADING = phrase("accuracy, median seed")
NOTES: dict[Verdict, Text] = {
    "no": phrase("as without clipping"),
    "yes": phrase("other weights"),
    "depends": phrase("sometimes other"),
}
PANELS = {
    True: phrase("In the wrong place it is as if it were not there"),
    False: phrase("How it trains, clipped and not"),
}
NORM = phrase("gradient norms up to {norm}, max_norm {limit}")


def measure(params: ClippingParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and placement the accuracy in %, and whether weights are those without clipping."""
    return context.each(seeds, lambda seed: _seed(params, seed))


def _seed(params: ClippingParams, seed: int) -> Row:
    sgd = {place: train(seed, place, params.epochs, torch.optim.SGD, params.lr, params.max_norm) for place in ALL}
    adam = {place: train(seed, place, 1, torch.optim.Adam, ADAM_LR, ADAM_NORM) for place in ALL}
    return {
        "accuracy": {place: accuracy for place, (accuracy, _, _) in sgd.items()},
        "same": {place: [_same(runs[place][1], runs["none"][1]) for runs in (sgd, adam)] for place in PLACES},
        "norm": float(f"{max(sgd['between'][2]):.3g}"),
        "after": [max(sgd["after"][2]), 100 * mean(norm > params.max_norm for norm in sgd["after"][2])],
    }


def _same(one: Tensor, two: Tensor) -> bool:
    """To the last bit, NaN included."""
    return torch.equal(one.view(torch.int32), two.view(torch.int32))


def train(
    seed: int,
    place: str,
    epochs: int,
    optimiser: Callable[..., torch.optim.Optimizer],
    lr: float,
    max_norm: float,
) -> tuple[list[float], Tensor, list[float]]:
    """Accuracy in % before training and after each epoch, the weights at the end, what each call says is the norm."""
    data = digits.load()
    with plain.seeded(seed):
        model = plain.mlp()
    parameters = list(model.parameters())
    optimizer = optimiser(parameters, lr=lr)
    accuracy, norms = [_accuracy(model)], list[float]()
    shuffle = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for batch in plain.batches(len(data.train_y), shuffle):
            optimizer.zero_grad()
            if place == "before":
                norms.append(float(nn.utils.clip_grad_norm_(parameters, max_norm)))
            F.cross_entropy(model(data.train_x[batch]), data.train_y[batch]).backward()
            if place == "between":
                norms.append(float(nn.utils.clip_grad_norm_(parameters, max_norm)))
            optimizer.step()
            if place == "after":
                norms.append(float(nn.utils.clip_grad_norm_(parameters, max_norm)))
        accuracy.append(_accuracy(model))
    return accuracy, nn.utils.parameters_to_vector(parameters).detach(), norms


def _accuracy(model: nn.Sequential) -> float:
    data = digits.load()
    return round(plain.accuracy(model, data.test_x, data.test_y), 2)


def conclude(params: ClippingParams, rows: list[Row]) -> Outcome:
    """Which placements change the weights at all."""
    curves = {place: spread.band([row["accuracy"][place] for row in rows]) for place in ALL}
    norms = [row["norm"] for row in rows]
    findings = tuple(_finding(place, [row["same"][place] for row in rows], curves[place]) for place in PLACES)
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=findings,
        data={
            "curves": curves,
            "norm": max(norms),
            "acts": [found.option for found in findings if found.supported == "yes"],
        },
        numbers={
            **{f"{place}.accuracy": [row["accuracy"][place][-1] for row in rows] for place in ALL},
            "between.norm": norms,
            "after.norm": [row["after"][0] for row in rows],
            "after.over": [row["after"][1] for row in rows],
        },
    )


def _finding(place: str, seeds: list[list[bool]], curve: Band) -> Finding:
    """The verdict on one placement; its number is the accuracy of the median seed, which more seeds do not move."""
    same = {bit for seed in seeds for bit in seed}
    # Where clipping *should* act and does not, the gradients were too small: that is a condition and no verdict.
    verdict = "yes" if same == {False} else "no" if same == {True} and place != "between" else "depends"
    low, high = curve["low"][-1], curve["high"][-1]
    return Finding(
        option=place, supported=verdict, number=curve["median"][-1], spread=(low, high), unit=verbatim("%"),
        condition=_condition(same),
    )  # fmt: skip


def _condition(same: set[bool]) -> Text:
    if same == {True}:
        return phrase("the weights are the same bits as without clipping")
    if same == {False}:
        return phrase("SGD and Adam: other weights in every seed")
    return phrase("other weights in some seeds only")


def _settings(params: ClippingParams, seeds: int, language: Language) -> str:
    lr, norm = (numbers.plain(value, language) for value in (params.lr, params.max_norm))
    return f"SGD {lr} · max_norm = {norm} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What each placement is worth; below, how it trains beside no clipping at all."""
    data: dict[str, Any] = measurement.data
    params = ClippingParams.model_validate(measurement.params)
    colours = {found.option: VERDICT[found.supported] for found in measurement.findings}
    curves = [
        parts.banded(
            NAMES[place][language], colours.get(place, GREY), range(params.epochs + 1), data["curves"][place],
            dashed=place in ("before", "after"),
        )
        for place in ("between", "none", "before", "after")
    ]  # fmt: skip
    norm, limit = (numbers.plain(value, language) for value in (data["norm"], params.max_norm))
    note = NORM[language].format(norm=norm, limit=limit)
    plainly = {found.option: found.supported for found in measurement.findings} == PLAINLY
    return Drawing(
        finding=FINDINGS.get(tuple(data["acts"]), ELSE)[language],
        heading=HEADING[language],
        measured={found.option: _measured(found, language) for found in measurement.findings},
        panel=parts.accuracy(PANELS[plainly][language], note, curves, parts.epochs(params.epochs, language), language),
    )


def _measured(found: Finding, language: Language) -> Measured:
    told = numbers.percent(found.number, 0, language)
    return Measured(told, VERDICT[found.supported], NOTES[found.supported][language])
