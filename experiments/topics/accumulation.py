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
from languages.text import spoken

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
        f"насколько .grad отличается от {ru}", f"how far .grad is from {en}", missing="where every seed raised"
    )
    for guess, ru, en in (
        ("last", "последнего градиента", "the last gradient"),
        ("sum", "суммы градиентов", "the sum of the gradients"),
        ("mean", "среднего градиентов", "the mean of the gradients"),
    )
} | {
    f"{name}@{lr:g}": quantity.percent(f"точность при lr {lr:g}, {ru}", f"accuracy at lr {lr:g}, {en}")
    for lr in RATES
    for name, ru, en in (
        ("zeroed", "с zero_grad", "with zero_grad"),
        ("forgotten", "без zero_grad", "without zero_grad"),
    )
}
TOPIC = Topic(params=AccumulationParams, options=("last", "sum", "mean", "error"), numbers=NUMBERS)
TOLERANCE = 1e-5
BATCH = 64

FINDINGS = {
    "last": numbers.both("остаётся последний градиент", "only the last gradient stays"),
    "sum": numbers.both("градиенты складываются", "gradients add up in .grad"),
    "mean": numbers.both("градиенты усредняются", "gradients are averaged"),
    "error": numbers.both("backward падает с ошибкой", "backward raises an error"),
    None: numbers.both(".grad бывает разным", ".grad is not always the same"),
}
HEADING = numbers.both("отличие от .grad", "difference from .grad")
RAISED = numbers.both("упали", "raised")
PANELS = {
    True: numbers.both("Забыть zero_grad — это momentum = 1", "To forget zero_grad is to have momentum 1"),
    False: numbers.both("С zero_grad и без", "With zero_grad and without"),
}
BAND = numbers.both("точность на тесте: медиана, размах", "test accuracy: median, range")
FORGOTTEN = numbers.both("забыли", "forgotten")
ZEROED = numbers.both("с zero_grad", "zero_grad")


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
        values, unit = [float(sum(raised))], numbers.both("сидов с ошибкой", "seeds that raised")
    else:
        distances = [gap[option] for gap in seeds if gap is not None]
        right = [gap is not None and gap[option] < TOLERANCE for gap in seeds]
        values, unit = [float(f"{100 * d:.3g}") for d in distances] or [100.0], numbers.both("%", "%")
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
        return numbers.both("без zero_grad бывает и хуже, и лучше", "without zero_grad it may end worse or better")
    if start == 0:
        return numbers.both("без zero_grad хуже при любом lr", "without zero_grad it ends worse at any lr")
    lr = {
        language: [numbers.plain(rate, language) for rate in RATES[start - 1 : start + 1]] for language in ("ru", "en")
    }
    return numbers.both(
        f"без zero_grad хуже при lr от {lr['ru'][1]}, до {lr['ru'][0]} — не хуже",
        f"without zero_grad: worse from lr {lr['en'][1]} on, no worse up to {lr['en'][0]}",
    )


def _settings(params: AccumulationParams, seeds: int, language: Language) -> str:
    backwards = f"{params.backwards} × backward"
    sgd = "SGD без момента" if language == "ru" else "plain SGD"
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
        of = "из" if language == "ru" else "of"
        return Measured(f"{found.number:.0f} {of} {seeds}", MILD[found.supported], RAISED[language])
    return Measured(numbers.percent(found.number, 0, language), MILD[found.supported])
