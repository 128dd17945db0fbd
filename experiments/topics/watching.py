"""
A training step is watched: which watcher makes it slowest?

An MLP 64-64-64-10 (ReLU), batch 64, SGD with momentum, one CPU thread. `item`: loss.item() after every step; `hooks`: a
forward hook on each of the five modules that asks torch.isfinite(output).all(); `profiler`: the step inside of
torch.profiler.profile() as it comes; `anomaly`: inside of torch.autograd.detect_anomaly(). Watchers take turns in
blocks of ten steps, each step is timed by itself, each seed has weights and a batch of its own.

Rule of the verdict: the median step over the median step unwatched, in CPU time, which leaves out the waiting for a
core that other programs hold. A watcher is the slowest if it leads in at least 3/4 of the seeds and takes, in the
median over seeds, 1.25 times what the next one does; else those within 1.25 of the leader depend, the others do not.
Beside it stands what is not the step itself: the profiler's report at its end, for each step that it recorded;
detect_anomaly without its search for NaN; and forty calls deeper, because it writes down the Python stack for each
operation.

By hand: pollbot experiment watching --seeds 8 --votes 20,15,40,25 --out watching.png
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from statistics import median
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, quantity
from experiments.lazy import F, plain, torch
from experiments.measurement import Finding, Language, Measurement, Text, Verdict
from experiments.pictures.chart import BLUE, GREEN, GREY, ORANGE, VERMILION, Bar, Bars, Drawing, Measured
from experiments.quantity import Quantity
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

    Watcher = Callable[[], AbstractContextManager[object]]


class WatchingParams(Params):
    """`width` of the hidden layers, samples in a `batch`, and how many `steps` of each watcher are timed in a seed."""

    width: int = Field(default=64, ge=8, le=2048)
    batch: int = Field(default=64, ge=1, le=1024)
    steps: int = Field(default=60, ge=10, le=1000)


BLOCK, WARM = 10, 2  # steps that are timed before it is the next watcher's turn, after some that are not
DEPTH = 40  # calls between, for `deep`
CLEAR = 1.25
MOST = 0.75  # of the seeds
SHORTEST = 1e-4  # ms: of a clock that stood still

NAMES = {
    "item": verbatim("loss.item()"),
    "hooks": phrase("forward hooks with isfinite"),
    "profiler": phrase("torch.profiler, the step itself"),
    "report": phrase("torch.profiler and its report at the end"),
    "anomaly": verbatim("detect_anomaly"),
    "unchecked": verbatim("detect_anomaly(check_nan=False)"),
    "deep": phrase("detect_anomaly, a stack 40 calls deeper"),
}
NUMBERS = {
    name: quantity.times(phrase("the step over the step unwatched: {told}").of(told=told))
    for name, told in NAMES.items()
} | {
    "report.steps": Quantity(
        phrase("steps unwatched that the profiler's report costs for each step"),
        clocked=True,
    ),
    "step": Quantity(phrase("the step unwatched"), "ms", clocked=True),
}
TOPIC = Topic(params=WatchingParams, options=("item", "hooks", "profiler", "anomaly"), chunk=0, numbers=NUMBERS)
COLOURS = {"item": GREY, "hooks": BLUE, "profiler": GREEN, "anomaly": VERMILION}
SHOWN = COLOURS | {"report": GREEN, "unchecked": ORANGE, "deep": ORANGE}
FINDINGS = {
    "item": phrase("loss.item() is the slowest"),
    "hooks": phrase("hooks are the slowest"),
    "profiler": phrase("the profiler is the slowest"),
    "anomaly": phrase("detect_anomaly is the slowest"),
    "depends": phrase("nobody leads clearly"),
}

PANELS = {
    "stack": phrase("detect_anomaly pays for the stack, not for NaN"),
    "other": phrase("What watching costs"),
}
NOTE = phrase("CPU time of a step; 1× is unwatched, {step} ms")


def measure(params: WatchingParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and watcher: milliseconds of CPU time for a step; `report` adds the profiler's end to its steps."""
    os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # the profiler would tell every start and stop on standard error
    with torch.profiler.profile():
        pass  # its first use belongs in the thread that imported torch
    # a thread begins with an empty Python stack, so that detect_anomaly finds the same depth whoever calls
    with ThreadPoolExecutor(1) as thread:
        return context.each(seeds, lambda seed: thread.submit(_seed, params, seed).result())


def _seed(params: WatchingParams, seed: int) -> Row:
    model, step = training(params, seed)
    anomaly = torch.autograd.detect_anomaly
    watchers: dict[str, tuple[Watcher, Callable[[], object]]] = {
        "plain": (nullcontext, step),
        "item": (nullcontext, lambda: step().item()),
        "hooks": (lambda: hooked(model), step),
        "profiler": (torch.profiler.profile, step),
        "anomaly": (anomaly, step),
        "unchecked": (lambda: anomaly(check_nan=False), step),
        "deep": (anomaly, lambda: deeper(DEPTH, step)),
    }
    steps: dict[str, list[float]] = {name: [] for name in watchers}
    reports = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Anomaly Detection has been enabled")
        for _ in range(0, params.steps, BLOCK):
            for name, (watcher, watched) in watchers.items():
                block, end = timed(watcher, watched)
                steps[name] += block
                reports += [end / (WARM + BLOCK)] if name == "profiler" else []
    row = {name: median(times) for name, times in steps.items()}
    row["report"] = row["profiler"] + median(reports)
    return {name: max(round(value, 4), SHORTEST) for name, value in row.items()}


def training(params: WatchingParams, seed: int) -> tuple[Module, Callable[[], Tensor]]:
    """The model and its step: zero_grad, forward, backward, step."""
    with plain.seeded(seed):
        x, y = torch.rand(params.batch, 64), torch.randint(10, (params.batch,))
        model = plain.mlp(64, params.width, params.width, 10)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> Tensor:
        optimiser.zero_grad()
        loss: Tensor = F.cross_entropy(model(x), y)
        loss.backward()
        optimiser.step()
        return loss

    return model, step


def timed(watcher: Watcher, step: Callable[[], object]) -> tuple[list[float], float]:
    """Each step of a block under the watcher, and the watcher's end: milliseconds of CPU time."""
    times = []
    with watcher():
        for number in range(WARM + BLOCK):
            start = time.process_time()
            step()
            if number >= WARM:
                times.append(1000 * (time.process_time() - start))
        start = time.process_time()
    return times, 1000 * (time.process_time() - start)


@contextmanager
def hooked(model: Module) -> Iterator[None]:
    """A forward hook on each module that asks whether all of the output is finite."""

    def hook(module: Module, args: object, output: Tensor) -> None:  # noqa: ARG001 as torch calls it
        if not torch.isfinite(output).all():
            msg = f"{module} gave a value that is not finite"
            raise FloatingPointError(msg)

    handles = [module.register_forward_hook(hook) for module in model.children()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def deeper(calls: int, step: Callable[[], Tensor]) -> Tensor:
    """The step, called from so many calls further down."""
    return deeper(calls - 1, step) if calls else step()


def conclude(params: WatchingParams, rows: list[Row]) -> Outcome:
    """Who leads, and by how much."""
    times = {name: sorted(row[name] / row["plain"] for row in rows) for name in NAMES}
    verdicts = judge([{name: row[name] for name in TOPIC.options} for row in rows])
    step = median(row["plain"] for row in rows)
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(
            Finding(
                option=name,
                supported=verdicts[name],
                number=round(median(times[name]), 2),
                spread=(round(times[name][0], 2), round(times[name][-1], 2)),
                unit=phrase("× the step unwatched"),
                condition=_condition(step),
            )
            for name in TOPIC.options
        ),
        data={
            "found": next((name for name, verdict in verdicts.items() if verdict == "yes"), "depends"),
            "pays": "stack" if median(times["unchecked"]) - 1 > MOST * (median(times["anomaly"]) - 1) else "other",
            "step": round(step, 3),
            "times": {
                name: [round(v, 2) for v in (median(values), values[0], values[-1])] for name, values in times.items()
            },
        },
        numbers={
            **times,
            "report.steps": [(row["report"] - row["profiler"]) / row["plain"] for row in rows],
            "step": [row["plain"] for row in rows],
        },
    )


def judge(rows: list[dict[str, float]]) -> dict[str, Verdict]:
    """Which of the options is the slowest, by the rule above."""
    middle = {name: median(row[name] for row in rows) for name in rows[0]}
    leader, next_one = sorted(middle, key=lambda name: -middle[name])[:2]
    leads = sum(max(row, key=lambda name: row[name]) == leader for row in rows) / len(rows)
    if leads >= MOST and middle[leader] >= CLEAR * middle[next_one]:
        return {name: "yes" if name == leader else "no" for name in middle}
    return {name: "depends" if CLEAR * middle[name] > middle[leader] else "no" for name in middle}


def _condition(step: float) -> Text:
    return phrase("the step unwatched takes {step} ms of CPU; the longer it is, the less the watcher weighs").of(
        step=numbers.setting(step)
    )


def _settings(params: WatchingParams, seeds: int, language: Language) -> str:
    sizes = f"MLP 64-{params.width}-{params.width}-10"
    batch = phrase("batch {batch}").of(batch=params.batch)[language]
    return f"{sizes}, {batch}, SGD · CPU · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """How many times as long a step takes under each watcher, and what the number leaves out."""
    data: dict[str, Any] = measurement.data
    step = numbers.number(data["step"], 2, language)
    shown = [
        Bar(name[language], value, _times(value, language), SHOWN[key], low, high)
        for key, name in NAMES.items()
        for value, low, high in [data["times"][key]]
        if key != "item"  # it costs nothing, and stands beside the votes
    ]
    return Drawing(
        finding=FINDINGS[data["found"]][language],
        heading=phrase("length of a step")[language],
        measured={
            found.option: Measured(_times(found.number, language), COLOURS[found.option])
            for found in measurement.findings
        },
        panel=Bars(PANELS[data["pays"]][language], (NOTE[language].format(step=step),), shown),
    )


def _times(value: float, language: Language) -> str:
    return f"{numbers.number(value, 1, language)}×"
