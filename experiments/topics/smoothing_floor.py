"""
Label smoothing 0.1, ten classes: how low can the training loss go?

With label smoothing the target is no longer one class but 1 - e + e/K for it and e/K for each other; cross-entropy is
never below the entropy of that target. An MLP (64-64-64-10, ReLU) is trained on digits with Adam, and beside it ten
free logits are fitted to one target, which is as low as any network can go.

Rule of the verdict, by the lowest loss of the free logits and of training, in every seed: `zero` below 0.05, `tenth`
to 0.3, `half` to 0.7, `more` above. The two must fall into the same class; else it depends. Training without
smoothing, and accuracy, are shown beside it.

By hand: pollbot experiment smoothing_floor --seeds 4 --votes 44,33,15,8 --out smoothing.png
"""

from __future__ import annotations

from math import log
from typing import Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, plain, torch
from experiments.measurement import Finding, Language, Measurement
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, PINK, Axis, Curves, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken


class SmoothingFloorParams(Params):
    """How much of the target goes to all classes alike; an epoch is 22 batches of 64."""

    smoothing: float = Field(default=0.1, ge=0.001, le=0.9)
    epochs: int = Field(default=30, ge=1, le=100)


LIMITS = {"zero": 0.05, "tenth": 0.3, "half": 0.7, "more": float("inf")}
TOPIC = Topic(params=SmoothingFloorParams, options=tuple(LIMITS))
LR = 0.003
COLOURS = {"smooth": PINK, "sharp": BLUE}

FINDINGS = {
    "zero": phrase("the loss falls to zero"),
    "tenth": phrase("the loss has a small floor"),
    "half": phrase("the loss has a floor of a half"),
    "more": phrase("the loss has a high floor"),
    "": phrase("not all have reached the floor"),
}
HEADING = phrase("the lowest loss")
PANEL = phrase("Loss in training")
NOTE = phrase("test accuracy: {smooth}, without smoothing {sharp}")
BAND = phrase("median and range over seeds")
NAMES = {"smooth": phrase("smoothing {e}"), "sharp": phrase("none")}


def measure(params: SmoothingFloorParams, seeds: range, context: Context) -> list[Row]:
    """For each seed: what free logits come to, the loss after each epoch, and the accuracy in % at the end."""
    return context.each(seeds, lambda seed: _seed(params, seed))


def _seed(params: SmoothingFloorParams, seed: int) -> Row:
    smooth, sharp = (_train(params.epochs, value, seed) for value in (params.smoothing, 0.0))
    return {"free": free(params.smoothing, seed), "smooth": smooth, "sharp": sharp}


def free(smoothing: float, seed: int) -> float:
    """The lowest cross-entropy of ten logits that may be anything, by LBFGS in float64."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(1, digits.CLASSES, generator=generator, dtype=torch.float64).requires_grad_()
    label = torch.randint(digits.CLASSES, (1,), generator=generator)
    optimizer = torch.optim.LBFGS([logits], max_iter=200, tolerance_grad=1e-10, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        loss = F.cross_entropy(logits, label, label_smoothing=smoothing)
        loss.backward()
        return float(loss.detach())

    optimizer.step(closure)
    return round(float(F.cross_entropy(logits.detach(), label, label_smoothing=smoothing)), 4)


def _train(epochs: int, smoothing: float, seed: int) -> dict[str, Any]:
    data = digits.load()
    with plain.seeded(seed):
        model = plain.mlp()
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    shuffle = torch.Generator().manual_seed(seed)
    losses = []
    for _ in range(epochs):
        for batch in plain.batches(len(data.train_y), shuffle):
            optimizer.zero_grad()
            F.cross_entropy(model(data.train_x[batch]), data.train_y[batch], label_smoothing=smoothing).backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(float(F.cross_entropy(model(data.train_x), data.train_y, label_smoothing=smoothing)))
    accuracy = plain.accuracy(model, data.test_x, data.test_y)
    return {"loss": [round(value, 4) for value in losses], "accuracy": round(accuracy, 2)}


def floor(smoothing: float, classes: int = 10) -> float:
    """The entropy of the smoothed target in nats."""
    other = smoothing / classes
    top = 1 - smoothing + other
    return -top * log(top) - (classes - 1) * other * log(other)


def conclude(params: SmoothingFloorParams, rows: list[Row]) -> Outcome:
    """Where the floor is."""
    seen = [_class(row["free"], min(row["smooth"]["loss"])) for row in rows]
    curves = {name: spread.band([row[name]["loss"] for row in rows]) for name in COLOURS}
    accuracy = {name: spread.band([[row[name]["accuracy"]] for row in rows])["median"][0] for name in COLOURS}
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, seen, rows) for name in LIMITS),
        data={"floor": round(floor(params.smoothing), 4), "curves": curves, "accuracy": accuracy},
    )


def _class(*losses: float) -> str:
    names = {next(name for name, limit in LIMITS.items() if loss <= limit) for loss in losses}
    return names.pop() if len(names) == 1 else "other"


def _finding(name: str, seen: list[str], rows: list[Row]) -> Finding:
    """Its number is the lowest loss that any seed's training came to."""
    lows = [min(row["smooth"]["loss"]) for row in rows]
    free_low = min(row["free"] for row in rows)
    told = spoken(lambda language: numbers.number(free_low, 3, language))
    return Finding(
        option=name,
        supported=spread.always([100.0 * (found == name) for found in seen]),
        number=min(lows),
        spread=(min(lows), max(lows)),
        unit=phrase("loss"),
        condition=phrase("free logits: {told}").of(told=told),
    )


def _settings(params: SmoothingFloorParams, seeds: int, language: Language) -> str:
    smoothing, lr = (numbers.plain(value, language) for value in (params.smoothing, LR))
    return f"smoothing {smoothing} · Adam {lr} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """The lowest loss; below, training with and without smoothing."""
    data: dict[str, Any] = measurement.data
    params = SmoothingFloorParams.model_validate(measurement.params)
    smoothing = numbers.plain(params.smoothing, language)
    epochs = range(1, params.epochs + 1)
    curves = [
        parts.banded(NAMES[name][language].format(e=smoothing), COLOURS[name], epochs, data["curves"][name])
        for name in COLOURS
    ]
    accuracy = {name: numbers.percent(value, 1, language) for name, value in data["accuracy"].items()}
    high = max(2.0, 1.05 * max(max(band["high"]) for band in data["curves"].values()))
    lowest = data["floor"]
    ticks = [(0, "0"), (lowest, numbers.number(lowest, 2, language)), (2.0, numbers.number(2, 0, language))]
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.once(measurement, numbers.number(measurement.findings[0].number, 2, language)),
        panel=Curves(
            PANEL[language],
            (NOTE[language].format(**accuracy), BAND[language]),
            curves,
            parts.epochs(params.epochs, language),
            Axis(0, high, ticks),
        ),
    )
