"""
What is in .grad after several backward calls without zero_grad?

A Linear layer, a few batches of digits, a forward and a backward pass for each, zero_grad never called: .grad is held
against the last batch's gradient, the sum and the mean of all, each computed by itself with torch.autograd.grad.

Rule of the verdict, no optimiser in it: an option is right when it equals .grad to a relative 1e-5 in every seed;
`error` when a backward call raised in every seed. Each batch has a graph of its own; a second backward call through
the *same* graph does raise, and is another question.

What it does to training is shown, not judged: an MLP (64-64-64-10, ReLU), plain SGD, over learning rates. Without
zero_grad the sum grows over all steps, which is momentum 1 to the letter: v <- 1 * v + g. Small rates go faster by it,
large ones fail: the condition is the rate times the number of steps.

By hand: pollbot experiment accumulation --seeds 8 --votes 31,44,9,16 --out accumulation.png
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import F, digits, ensemble, nn, torch
from experiments.measurement import Finding, Language, Measurement, Text, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, MILD, VERMILION, Curves, Drawing, Measured
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, say, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor


class AccumulationParams(Params):
    """How many `backwards` come one after another; how many `epochs` are trained at each learning rate."""

    backwards: int = Field(default=3, ge=2, le=10)
    epochs: int = Field(default=10, ge=1, le=50)


RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
GUESSES = ("last", "sum", "mean")
NUMBERS = {
    f"gap.{guess}": quantity.percent(
        phrase("how far .grad is from {told}").of(told=told), missing="where every seed raised"
    )
    for guess, told in (
        ("last", phrase("the last gradient")),
        ("sum", phrase("the sum of the gradients")),
        ("mean", phrase("the mean of the gradients")),
    )
} | {
    f"{name}@{lr:g}": quantity.percent(phrase("accuracy at lr {lr:g}, {told}").of(lr=lr, told=told))
    for lr in RATES
    for name, told in (
        ("zeroed", phrase("with zero_grad")),
        ("forgotten", phrase("without zero_grad")),
    )
}
TOPIC = Topic(params=AccumulationParams, options=("last", "sum", "mean", "error"), numbers=NUMBERS)
TOLERANCE = 1e-5
BATCH = 64

FINDINGS = {
    "last": phrase("only the last gradient stays"),
    "sum": phrase("gradients add up in .grad"),
    "mean": phrase("gradients are averaged"),
    "error": phrase("backward raises an error"),
    None: phrase(".grad is not always the same"),
}
HEADING = phrase("difference from .grad")
RAISED = phrase("raised")
PANELS = {
    True: phrase("To forget zero_grad is to have momentum 1"),
    False: phrase("With zero_grad and without"),
}
BAND = phrase("test accuracy: median, range")
FORGOTTEN = phrase("forgotten")
ZEROED = phrase("zero_grad")


def measure(params: AccumulationParams, seeds: range, context: Context) -> list[Row]:
    """For each seed how far .grad is from each option, and accuracy in % at each rate, with and without zero_grad."""
    arms = [ensemble.Arm(lr=lr, keep_grad=kept) for kept in (False, True) for lr in RATES]
    recipe = ensemble.Recipe("sgd", params.epochs, momentum=0)
    history = ensemble.on_digits(arms, seeds, recipe, context)
    accuracy = (100 * history.accuracy[..., -1]).T.tolist()  # (seeds, arms)
    return [
        {
            "gaps": gaps(seed, params.backwards),
            "zeroed": [round(value, 2) for value in row[: len(RATES)]],
            "forgotten": [round(value, 2) for value in row[len(RATES) :]],
        }
        for seed, row in zip(seeds, accuracy, strict=True)
    ]


def gaps(seed: int, backwards: int) -> dict[str, float] | None:
    """The relative distance of .grad from what each option says it is; None where a backward call raised."""
    generator = torch.Generator().manual_seed(seed)
    layer = nn.Linear(digits.PIXELS, digits.CLASSES)
    with torch.no_grad():
        layer.weight.uniform_(-0.125, 0.125, generator=generator)
        layer.bias.zero_()
    data = digits.load()
    batches = torch.randperm(len(data.train_y), generator=generator)[: backwards * BATCH].split(BATCH)
    losses = [F.cross_entropy(layer(data.train_x[batch]), data.train_y[batch]) for batch in batches]
    each = torch.stack([torch.autograd.grad(loss, layer.weight, retain_graph=True)[0] for loss in losses])
    try:
        for loss in losses:
            loss.backward()
    except RuntimeError:
        return None
    assert layer.weight.grad is not None
    return {
        name: _gap(guess, layer.weight.grad)
        for name, guess in (("last", each[-1]), ("sum", each.sum(0)), ("mean", each.mean(0)))
    }


def _gap(guess: Tensor, grad: Tensor) -> float:
    return float((guess - grad).norm() / grad.norm())


def conclude(params: AccumulationParams, rows: list[Row]) -> Outcome:
    """What .grad is in every seed, and from which rate on it matters in training."""
    curves = {name: spread.band([row[name] for row in rows]) for name in ("zeroed", "forgotten")}
    told = _condition(curves["zeroed"]["median"], curves["forgotten"]["median"])
    findings = tuple(_finding(option, [row["gaps"] for row in rows], told) for option in TOPIC.options)
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=findings,
        data={
            "curves": curves,
            "raised": sum(row["gaps"] is None for row in rows),
            "is": next((found.option for found in findings if found.supported == "yes"), None),
        },
        numbers={
            **{f"gap.{guess}": [100 * row["gaps"][guess] for row in rows if row["gaps"]] for guess in GUESSES},
            **{
                f"{name}@{lr:g}": [row[name][index] for row in rows]
                for name in ("zeroed", "forgotten")
                for index, lr in enumerate(RATES)
            },
        },
    )


def _finding(option: str, seeds: list[dict[str, float] | None], told: Text) -> Finding:
    """The verdict on one option; its number is the largest distance of any seed in %, or how many raised."""
    raised = [gap is None for gap in seeds]
    if option == "error":
        right = raised
        unit: Text = phrase("seeds that raised")
        values = [float(sum(raised))]
    else:
        distances = [gap[option] for gap in seeds if gap is not None]
        right = [gap is not None and gap[option] < TOLERANCE for gap in seeds]
        values, unit = [float(f"{100 * d:.3g}") for d in distances] or [100.0], verbatim("%")
    verdict: Verdict = "yes" if all(right) else "depends" if any(right) else "no"
    return Finding(
        option=option, supported=verdict, number=max(values), spread=(min(values), max(values)), unit=unit,
        condition=told,
    )  # fmt: skip


def _condition(zeroed: list[float], forgotten: list[float]) -> Text:
    """At which learning rates forgetting it ends worse; rates go up."""
    worse = [forgotten[index] < zeroed[index] for index in range(len(RATES))]
    start = next((index for index in range(len(RATES)) if all(worse[index:])), None)
    if start is None or any(worse[:start]):
        return phrase("without zero_grad it may end worse or better")
    if start == 0:
        return phrase("without zero_grad it ends worse at any lr")
    return phrase("without zero_grad: worse from lr {worse} on, no worse up to {same}").of(
        worse=numbers.setting(RATES[start]), same=numbers.setting(RATES[start - 1])
    )


def _settings(params: AccumulationParams, seeds: int, language: Language) -> str:
    backwards = f"{params.backwards} × backward"
    sgd = phrase("plain SGD")[language]
    return f"{backwards} · {sgd} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """How far each option is from .grad; below, what forgetting does to training at each learning rate."""
    data: dict[str, Any] = measurement.data
    shown = (("zeroed", ZEROED, BLUE), ("forgotten", FORGOTTEN, VERMILION))
    return Drawing(
        finding=FINDINGS[data["is"]][language],
        heading=HEADING[language],
        measured={found.option: _measured(found, measurement.seeds, language) for found in measurement.findings},
        panel=Curves(
            PANELS[data["is"] == "sum"][language],
            (measurement.findings[0].condition[language], BAND[language]),
            [parts.banded(name[language], colour, RATES, data["curves"][key]) for key, name, colour in shown],
            x=parts.setting(RATES[0], RATES[-1], RATES[1::2], "lr {}", language),
            y=parts.percent(language),
        ),
    )


def _measured(found: Finding, seeds: int, language: Language) -> Measured:
    if found.option == "error":
        count = say(phrase("{part} of {all}"), language, part=f"{found.number:.0f}", all=seeds)
        return Measured(count, MILD[found.supported], RAISED[language])
    return Measured(numbers.percent(found.number, 0, language), MILD[found.supported])
