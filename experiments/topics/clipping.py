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

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers
from experiments.lazy import F, digits, nn, panels, torch
from experiments.measurement import Ballot, Finding, Language, Measurement, Text
from experiments.pictures.chart import GREEN, GREY, ORANGE, VERMILION, Axis, Curve, Drawing, Measured
from experiments.topic import Context, Outcome, Params, Row, Topic

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
TOPIC = Topic(params=ClippingParams, options=PLACES)
BATCH = 64
ADAM_LR, ADAM_NORM = 0.001, 0.1  # of the second optimiser, which trains for one epoch; its gradients are smaller

COLOURS = {"yes": GREEN, "no": VERMILION, "depends": ORANGE}
NAMES = {
    "none": numbers.both("без клиппинга", "no clipping"),
    "before": numbers.both("до backward", "before backward"),
    "between": numbers.both("перед step", "before step"),
    "after": numbers.both("после step", "after step"),
}
FINDINGS = {
    ("between",): numbers.both("клиппинг — строго перед step", "clip between backward and step"),
    (): numbers.both("порог достигнут не всегда", "the limit is not always reached"),
}
ELSE = numbers.both("клиппинг — не только перед step", "clipping acts elsewhere, too")
HEADING = numbers.both("точность в худшем сиде", "accuracy, worst seed")
SAME = numbers.both("как без клиппинга", "as without clipping")
OTHER = numbers.both("другие веса", "other weights")
PANEL = numbers.both("Не на месте клиппинга как будто нет", "In the wrong place it is as if it were not there")
NORM = numbers.both("норма градиента до {norm}, порог {limit}", "gradient norms up to {norm}, max_norm {limit}")
BAND = numbers.both("точность на тесте: медиана, размах, ● худший сид", "test accuracy: median, range, ● worst seed")


def measure(params: ClippingParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and placement the accuracy in %, and whether weights are those without clipping."""
    rows = []
    for index, seed in enumerate(seeds):
        sgd = {place: train(seed, place, params.epochs, torch.optim.SGD, params.lr, params.max_norm) for place in ALL}
        adam = {place: train(seed, place, 1, torch.optim.Adam, ADAM_LR, ADAM_NORM) for place in ALL}
        rows.append(
            {
                "accuracy": {place: accuracy for place, (accuracy, _, _) in sgd.items()},
                "same": {place: [_same(runs[place][1], runs["none"][1]) for runs in (sgd, adam)] for place in PLACES},
                "norm": float(f"{sgd['between'][2]:.3g}"),
            }
        )
        context.report((index + 1) / len(seeds), f"seed {index + 1}/{len(seeds)}")
    return rows


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
) -> tuple[list[float], Tensor, float]:
    """Accuracy in % before training and after each epoch, the weights at the end, the largest norm before clipping."""
    data = digits.load()
    model = _model(seed)
    parameters = list(model.parameters())
    optimizer = optimiser(parameters, lr=lr)
    accuracy, largest = [_accuracy(model)], 0.0
    shuffle = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        order = torch.randperm(len(data.train_y), generator=shuffle)
        for batch in order[: len(order) // BATCH * BATCH].split(BATCH):
            optimizer.zero_grad()
            if place == "before":
                nn.utils.clip_grad_norm_(parameters, max_norm)
            F.cross_entropy(model(data.train_x[batch]), data.train_y[batch]).backward()
            if place == "between":
                largest = max(largest, float(nn.utils.clip_grad_norm_(parameters, max_norm)))
            optimizer.step()
            if place == "after":
                nn.utils.clip_grad_norm_(parameters, max_norm)
        accuracy.append(_accuracy(model))
    return accuracy, nn.utils.parameters_to_vector(parameters).detach(), largest


def _model(seed: int) -> nn.Sequential:
    """As nn.Linear starts it; the seed of the process is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def _accuracy(model: nn.Sequential) -> float:
    data = digits.load()
    with torch.no_grad():
        right = model(data.test_x).argmax(-1) == data.test_y  # (360,)
    return round(100 * float(right.float().mean()), 2)


def conclude(params: ClippingParams, rows: list[Row]) -> Outcome:
    """Which placements change the weights at all."""
    curves = {place: numbers.band([row["accuracy"][place] for row in rows]) for place in ALL}
    norms = [row["norm"] for row in rows]
    findings = tuple(_finding(place, [row["same"][place] for row in rows], curves[place]) for place in PLACES)
    return Outcome(
        settings={language: _settings(params, len(rows), language) for language in ("ru", "en")},
        findings=findings,
        data={
            "curves": curves,
            "norm": max(norms),
            "acts": [found.option for found in findings if found.supported == "yes"],
        },
    )


def _finding(place: str, seeds: list[list[bool]], curve: dict[str, Any]) -> Finding:
    """The verdict on one placement; its number is the accuracy of the worst seed."""
    same = {bit for seed in seeds for bit in seed}
    # Where clipping *should* act and does not, the gradients were too small: that is a condition and no verdict.
    verdict: Literal["yes", "no", "depends"] = (
        "yes" if same == {False} else "no" if same == {True} and place != "between" else "depends"
    )
    low, high = curve["low"][-1], curve["high"][-1]
    return Finding(
        option=place, supported=verdict, number=low, spread=(low, high), unit=numbers.both("%", "%"),
        condition=_condition(same),
    )  # fmt: skip


def _condition(same: set[bool]) -> Text:
    if same == {True}:
        return numbers.both(
            "веса бит в бит те же, что без клиппинга", "the weights are the same bits as without clipping"
        )
    if same == {False}:
        return numbers.both("SGD и Adam: другие веса в каждом сиде", "SGD and Adam: other weights in every seed")
    return numbers.both("веса другие не в каждом сиде", "other weights in some seeds only")


def _settings(params: ClippingParams, seeds: int, language: Language) -> str:
    lr, norm = (numbers.plain(value, language) for value in (params.lr, params.max_norm))
    counts = f"{numbers.counted(seeds, 'seed', language)} · {numbers.counted(params.epochs, 'epoch', language)}"
    return f"SGD {lr} · max_norm = {norm} · {counts} · digits 8×8"


def draw(measurement: Measurement, ballot: Ballot, language: Language) -> Drawing:  # noqa: ARG001 every picture gets the votes
    """What each placement is worth; below, how it trains beside no clipping at all."""
    data: dict[str, Any] = measurement.data
    colours = {found.option: COLOURS[found.supported] for found in measurement.findings}
    epochs = len(data["curves"]["none"]["median"]) - 1
    curves = [
        Curve(
            NAMES[place][language], colours.get(place, GREY), range(epochs + 1), *_band(data["curves"][place]),
            dashed=place in ("before", "after"),
        )
        for place in ("between", "none", "before", "after")
    ]  # fmt: skip
    limit: Any = measurement.params["max_norm"]
    norm, limit = numbers.plain(data["norm"], language), numbers.plain(limit, language)
    return Drawing(
        finding=FINDINGS.get(tuple(data["acts"]), ELSE)[language],
        heading=HEADING[language],
        measured={found.option: _measured(found, language) for found in measurement.findings},
        paint=lambda page: panels.curves(
            page,
            PANEL[language],
            (NORM[language].format(norm=norm, limit=limit), BAND[language]),
            curves,
            x=Axis(0, epochs, numbers.ticks(epochs, "epoch", language)),
            y=Axis(0, 103, [*((n, str(n)) for n in (0, 25, 50, 75)), (100, numbers.percent(100, 0, language))]),
        ),
    )


def _measured(found: Finding, language: Language) -> Measured:
    note = SAME if found.supported == "no" else OTHER
    return Measured(numbers.percent(found.number, 0, language), COLOURS[found.supported], note[language])


def _band(curve: dict[str, Any]) -> tuple[list[float], list[float], list[float]]:
    return curve["median"], curve["low"], curve["high"]
