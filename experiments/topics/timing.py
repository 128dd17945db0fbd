"""
You time the first call in a fresh process: is that how long it takes?

torch is imported, the model and the batch are there, nothing was computed yet; then call after call is timed. `call` is
a training step (MLP 64-64-64-10, batch 64, SGD), the forward pass of a 3×3 convolution (8×3×32×32 to 16 channels), or
the product of two 256×256 matrices; eager, float32, one CPU thread. Each seed is a process of its own. Beside it: a
second model, built and timed the same way in that process, which is warm by then.

Rule of the verdict: the first call over the median of the second half of the calls, in each seed, both in CPU time,
which leaves out the waiting for a core that other programs hold. same: below 1.5; several: 1.5 to 3; many: above 3.
Supported if true of at least 3/4 of the seeds, not supported if true of at most 1/4, else it depends. By the clock on
the wall any call may be longer yet, now and then: the picture says how much, and a median does not see it.

By hand: pollbot experiment timing --seeds 4 --set call=matmul --out timing.png
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Literal

from pydantic import Field

from experiments import launch, numbers, quantity, spread
from experiments.lazy import F, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Text
from experiments.pictures import parts
from experiments.pictures.chart import GREEN, VERDICT, VERMILION, Axis, Curves, Drawing, Measured
from experiments.quantity import Quantity
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, plural, say, spoken


class TimingParams(Params):
    """What is timed, and how many calls of it one after another."""

    call: Literal["step", "conv", "matmul"] = "step"
    calls: int = Field(default=100, ge=20, le=1000)


NUMBERS = {
    "first": quantity.times(phrase("the first call in a fresh process")),
    "again": quantity.times(phrase("the first call of a second model there")),
    "first.ms": Quantity(phrase("the first call"), "ms", clocked=True),
    "typical.ms": Quantity(phrase("the typical call"), "ms", clocked=True),
}
TOPIC = Topic(params=TimingParams, options=("same", "several", "many"), chunk=0, numbers=NUMBERS)
BOUNDS = {"same": (0.0, 1.5), "several": (1.5, 3.0), "many": (3.0, float("inf"))}  # first call / typical call
MOST = 0.75  # of the seeds
SHOWN = 20  # calls in the picture
SHORTEST = 1e-4  # ms, to which times are rounded

FINDINGS = {
    "same": phrase("the first call is like any"),
    "several": phrase("the first call takes {times} as long"),
    "many": phrase("the first call takes {times} as long"),
    "depends": phrase("the first call varies"),
}
CALLS = {
    "step": phrase("training step, MLP 64-64-64-10, batch 64"),
    "conv": phrase("Conv2d(3, 16, 3), input 8×3×32×32"),
    "matmul": phrase("product of 256×256 matrices"),
}
HEADING = phrase("true of so many seeds")
PANELS = {
    True: phrase("Call by call: it is the process that warms up"),
    False: phrase("Call by call"),
}
UNIT = phrase("1× is the median late call, CPU time; bands are seeds")
WALL = phrase("by the clock, a late call took up to {worst} as long")
TIMES = plural("{number}×", "{number}×")
LAST = phrase("20th")
KINDS = {
    "fresh": (phrase("fresh process"), VERMILION),
    "again": (phrase("second model"), GREEN),
}


def measure(params: TimingParams, seeds: range, context: Context) -> list[Row]:
    """For each seed, of a process of its own: milliseconds, call by call."""
    return context.each(seeds, lambda seed: _process(params, seed))


def _process(params: TimingParams, seed: int) -> Row:
    command = launch.command("experiments.topics.timing", params.call, str(seed), str(params.calls))
    env, cwd = launch.environment(), launch.ROOT
    done = subprocess.run(command, stdout=subprocess.PIPE, env=env, cwd=cwd, check=True)  # noqa: S603 our own
    row: Row = json.loads(done.stdout)
    return row


def main(call: str, seed: int, calls: int) -> None:
    """Time a fresh process: this one. `fresh` and `again` are CPU time, `wall` is `fresh` by the clock."""
    torch.set_num_threads(1)
    fresh, wall = milliseconds(BUILD[call](seed), calls)
    again, _ = milliseconds(BUILD[call](seed + 1), calls)
    print(json.dumps({"fresh": fresh, "again": again, "wall": wall}))  # for `measure`


def milliseconds(call: Callable[[], object], calls: int) -> tuple[list[float], list[float]]:
    """How long each of so many calls takes: CPU time, and by the clock on the wall."""
    cpu, wall = [], []
    for _ in range(calls):
        start = time.process_time(), time.perf_counter()
        call()
        end = time.process_time(), time.perf_counter()
        cpu.append(round(1000 * (end[0] - start[0]), 4))
        wall.append(round(1000 * (end[1] - start[1]), 4))
    return cpu, wall


def step(seed: int) -> Callable[[], object]:
    """zero_grad, forward, backward and step of a small MLP."""
    torch.manual_seed(seed)
    model = plain.mlp()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.rand(64, 64), torch.randint(10, (64,))

    def call() -> None:
        optimiser.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimiser.step()

    return call


def conv(seed: int) -> Callable[[], object]:
    """The forward pass of a convolution, (8, 3, 32, 32) -> (8, 16, 30, 30)."""
    torch.manual_seed(seed)
    layer, x = nn.Conv2d(3, 16, 3), torch.rand(8, 3, 32, 32)
    return lambda: layer(x)


def matmul(seed: int) -> Callable[[], object]:
    """(256, 256) @ (256, 256)."""
    torch.manual_seed(seed)
    a, b = torch.rand(256, 256), torch.rand(256, 256)
    return lambda: a @ b


BUILD: dict[str, Callable[[int], Callable[[], object]]] = {"step": step, "conv": conv, "matmul": matmul}


def typical(times: Sequence[float]) -> float:
    """The median of the second half of the calls; of a clock that stood still, the shortest time that is kept."""
    return max(median(times[len(times) // 2 :]), SHORTEST)


def first(times: Sequence[float]) -> float:
    """How many times as long as the typical call the first one takes."""
    return times[0] / typical(times)


def conclude(params: TimingParams, rows: list[Row]) -> Outcome:
    """The first call over the typical one, seed by seed; the longest of the late ones beside it."""
    findings = tuple(_finding(option, rows) for option in TOPIC.options)
    worst = median(max(row["wall"][len(row["wall"]) // 2 :]) / typical(row["wall"]) for row in rows)
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=findings,
        data={
            "found": next((found.option for found in findings if found.supported == "yes"), "depends"),
            "holds": {option: sum(true_of(option, row) for row in rows) for option in BOUNDS},
            "worst": round(worst, 1),
            "curves": {
                kind: spread.band([[value / typical(row[kind]) for value in row[kind][:SHOWN]] for row in rows])
                for kind in KINDS
            },
        },
        numbers={
            "first": [first(row["fresh"]) for row in rows],
            "again": [first(row["again"]) for row in rows],
            "first.ms": [row["fresh"][0] for row in rows],
            "typical.ms": [typical(row["fresh"]) for row in rows],
        },
    )


def true_of(option: str, row: Row) -> bool:
    """Whether the first call of a fresh process took as many times the typical one as the option says."""
    low, high = BOUNDS[option]
    return low <= first(row["fresh"]) < high


def _finding(option: str, rows: list[Row]) -> Finding:
    share = sum(true_of(option, row) for row in rows) / len(rows)
    ratios = [first(row["fresh"]) for row in rows]
    return Finding(
        option=option,
        supported="yes" if share >= MOST else "no" if share <= 1 - MOST else "depends",
        number=round(median(ratios), 1),
        spread=(round(min(ratios), 1), round(max(ratios), 1)),
        unit=phrase("× the typical call"),
        condition=_condition(rows),
    )


def _condition(rows: list[Row]) -> Text:
    told = [(row["fresh"][0], typical(row["fresh"]), first(row["again"])) for row in rows]
    fresh, usual, again = (numbers.setting(median(column)) for column in zip(*told, strict=True))
    return phrase(
        "CPU, one thread: first call {fresh} ms, typical {usual} ms; {again}× for a second model in that process"
    ).of(fresh=fresh, usual=usual, again=again)


def _settings(params: TimingParams, seeds: int, language: Language) -> str:
    return f"{CALLS[params.call][language]} · CPU · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Call after call, in units of the typical one: a fresh process, and a second model in it."""
    data: dict[str, Any] = measurement.data
    last = len(data["curves"]["fresh"]["median"])
    curves = [
        parts.banded(name[language], colour, range(1, last + 1), data["curves"][kind])
        for kind, (name, colour) in KINDS.items()
    ]
    top = 1.3 * max(10.0, *(max(curve.high) for curve in curves))
    again, fresh = (data["curves"][kind]["median"][0] for kind in ("again", "fresh"))
    warms = again < BOUNDS["same"][1] < fresh  # a second model starts at its usual speed, the first did not
    return Drawing(
        finding=FINDINGS[data["found"]][language].format(times=_times(measurement.findings[0].number, language)),
        heading=HEADING[language],
        measured={
            found.option: Measured(f"{data['holds'][found.option]}/{measurement.seeds}", VERDICT[found.supported])
            for found in measurement.findings
        },
        panel=Curves(
            PANELS[warms][language],
            (UNIT[language], WALL[language].format(worst=_times(data["worst"], language))),
            curves,
            x=Axis(1, last, [(1, "1"), (last / 2, f"{last // 2}"), (last, LAST[language])]),
            y=Axis(0.8, top, [(n, f"{n}×") for n in (1, 3, 10, 30, 100) if n < top], log=True),
        ),
    )


def _times(value: float, language: Language) -> str:
    """«в 15 раз», «в 8,6 раза», and “15×”; a fraction has the form of two."""
    whole = value >= 10
    number = numbers.number(value, 0 if whole else 1, language)
    return say(TIMES, language, count=round(value) if whole else 2, number=number)


if __name__ == "__main__":  # the process that `measure` starts
    main(sys.argv[1], *map(int, sys.argv[2:]))
