"""
Is a convolution on a CPU faster in channels_last?

Five convolutions as networks have them, from a depthwise one to 512→512, float32, one CPU thread: the forward pass
(with `training` the backward pass, too), input and weights in torch.contiguous_format and in torch.channels_last, in
turns. Only the order in memory changes: the shape stays (N, C, H, W), the strides differ. Converting is not counted: a
network whose layers all keep the format converts its input once.

Rule of the verdict: by how much the quickest of `pairs` calls is quicker in channels_last, in CPU time, in each seed
(an input and weights of its own). A convolution is faster if that is 1.2 times or more in at least 3/4 of the seeds,
and it is not if that is 1.1 times or less in at least 3/4. always: all five are faster; never: none is; sometimes: one
is, and another is not. While an unclear one could change an answer, that answer depends. Another processor or another
version of oneDNN may answer otherwise, so the picture names each convolution.

By hand: pollbot experiment channels_last --seeds 6 --votes 40,35,25 --out channels_last.png
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, quantity
from experiments.lazy import nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Text, Verdict
from experiments.pictures.chart import MILD, VERDICT, Bar, Bars, Drawing, Measured
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, say, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor


class ChannelsLastParams(Params):
    """Images in a `batch`; with the backward pass when `training`; `pairs` of timed calls of each convolution."""

    batch: int = Field(default=4, ge=1, le=32)
    training: bool = False
    pairs: int = Field(default=9, ge=3, le=50)


@dataclass(frozen=True)
class Conv:
    """A convolution with padding that keeps the size of its square input; as many groups as channels is depthwise."""

    inputs: int
    outputs: int
    kernel: int
    size: int
    groups: int = 1

    def told(self, language: Language) -> str:
        """«3×3, 64→64, 56×56»."""
        k, size = f"{self.kernel}×{self.kernel}", f"{self.size}×{self.size}"
        if self.groups > 1:
            return f"{k} depthwise, {self.inputs} {CHANNELS[language]}, {size}"
        return f"{k}, {self.inputs}→{self.outputs}, {size}"


CONVS = {
    "depthwise": Conv(64, 64, 3, 56, groups=64),
    "first": Conv(3, 64, 3, 112),
    "middle": Conv(64, 64, 3, 56),
    "last": Conv(512, 512, 3, 7),
    "pointwise": Conv(256, 64, 1, 56),
}
FASTER, SAME = 1.2, 1.1  # times
MOST = 0.75  # of the seeds
WARM = 2  # calls that are not timed
SHORTEST = 1e-4  # ms: of a clock that stood still

CHANNELS = phrase("channels")
NUMBERS = {
    name: quantity.times(phrase("how many times as fast: {told}").of(told=spoken(conv.told)))
    for name, conv in CONVS.items()
}
TOPIC = Topic(params=ChannelsLastParams, options=("always", "sometimes", "never"), chunk=0, numbers=NUMBERS)
FINDINGS = {
    "always": phrase("all five are faster"),
    "sometimes": phrase("only some convolutions gain"),
    "never": phrase("none of the five is faster"),
    "depends": phrase("no clear answer"),
}
BESIDE = {
    "always": phrase("worst of five"),
    "sometimes": phrase("are faster"),
    "never": phrase("best of five"),
}
PANEL = phrase("How many times as fast in channels_last")
NOTES = (
    phrase("x.shape stays {shape}"),
    verbatim("x.stride(): {before} → {after}"),
)


def measure(params: ChannelsLastParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and convolution: milliseconds of CPU time in either format."""
    # given back, this block teaches the allocator to keep memory; else page faults cost a small call more than its work
    torch.empty(30 * 2**20, dtype=torch.uint8)
    return context.each(seeds, lambda seed: {name: pair(conv, params, seed) for name, conv in CONVS.items()})


def pair(conv: Conv, params: ChannelsLastParams, seed: int) -> list[float]:
    """The quickest call in contiguous_format and in channels_last, taken in turns."""
    calls = [
        call(conv, params, seed, memory_format) for memory_format in (torch.contiguous_format, torch.channels_last)
    ]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(WARM + params.pairs):
        for once, taken in zip(calls, times, strict=True):
            start = time.process_time()
            once()
            if number >= WARM:
                taken.append(1000 * (time.process_time() - start))
    return [max(round(min(taken), 4), SHORTEST) for taken in times]


def call(conv: Conv, params: ChannelsLastParams, seed: int, memory_format: Any) -> Callable[[], object]:  # noqa: ANN401 torch's enum
    """One call of the layer, the same weights and input in whichever format."""
    with plain.seeded(seed):
        layer = nn.Conv2d(conv.inputs, conv.outputs, conv.kernel, padding=conv.kernel // 2, groups=conv.groups)
    layer.weight.data = layer.weight.data.to(memory_format=memory_format)
    x = images(conv, params.batch, seed).to(memory_format=memory_format)
    if params.training:
        return lambda: layer(x).sum().backward()
    layer.requires_grad_(requires_grad=False)
    return lambda: layer(x)


def images(conv: Conv, batch: int, seed: int) -> Tensor:
    """What the convolution gets: (n, c, h, w)."""
    return torch.randn(batch, conv.inputs, conv.size, conv.size, generator=torch.Generator().manual_seed(seed))


def conclude(params: ChannelsLastParams, rows: list[Row]) -> Outcome:
    """Which of the five are faster, and what the format changes in a tensor."""
    times = {name: [row[name][0] / row[name][1] for row in rows] for name in CONVS}
    faster = {name: _faster(values) for name, values in times.items()}
    verdicts = judge(list(faster.values()))
    x = images(CONVS["middle"], params.batch, 0)
    y = x.to(memory_format=torch.channels_last)
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(option, verdicts[option], times, faster) for option in TOPIC.options),
        data={
            "found": next((option for option, verdict in verdicts.items() if verdict == "yes"), "depends"),
            "times": {
                name: [round(v, 2) for v in (median(values), min(values), max(values))]
                for name, values in times.items()
            },
            "faster": faster,
            "tensor": {"shape": str(tuple(y.shape)), "before": str(x.stride()), "after": str(y.stride())},
        },
        numbers=times,
    )


def _faster(values: list[float]) -> Verdict:
    if sum(value >= FASTER for value in values) >= MOST * len(values):
        return "yes"
    return "no" if sum(value <= SAME for value in values) >= MOST * len(values) else "depends"


def judge(faster: list[Verdict]) -> dict[str, Verdict]:
    """What follows for all convolutions from what was found for each."""
    some, clear = ("yes" in faster, "no" in faster), "depends" not in faster
    always: Verdict = "no" if some[1] else "yes" if clear else "depends"
    never: Verdict = "no" if some[0] else "yes" if clear else "depends"
    return {"always": always, "sometimes": "yes" if all(some) else "no" if clear else "depends", "never": never}


def _finding(option: str, verdict: Verdict, times: dict[str, list[float]], faster: dict[str, Verdict]) -> Finding:
    """Behind `always` stands the worst of the five, behind `never` the best, else how many are faster."""
    by_time = sorted(times, key=lambda name: median(times[name]))
    chosen = times[by_time[0 if option == "always" else -1]]
    count = sum(found == "yes" for found in faster.values())
    counted = option == "sometimes"
    return Finding(
        option=option,
        supported=verdict,
        number=count if counted else round(median(chosen), 2),
        spread=(count, count) if counted else (round(min(chosen), 2), round(max(chosen), 2)),
        unit=phrase("of five") if counted else phrase("× as fast"),
        condition=_condition(faster),
    )


def _condition(faster: dict[str, Verdict]) -> Text:
    won = [CONVS[name] for name, found in faster.items() if found == "yes"]
    named = spoken(lambda language: "; ".join(conv.told(language) for conv in won) or "—")
    return phrase("CPU, one thread, faster: {named}").of(named=named)


def _settings(params: ChannelsLastParams, seeds: int, language: Language) -> str:
    what = "forward + backward" if params.training else "forward"
    batch = phrase("batch {batch}").of(batch=params.batch)[language]
    return f"Conv2d, {what}, {batch}, float32 · CPU · {numbers.counted(seeds, 'seed', language)}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """Each of the five beside its speed-up; above them, what the format changes in a tensor."""
    data: dict[str, Any] = measurement.data
    shown = [
        Bar(conv.told(language), value, f"{numbers.number(value, 2, language)}×", MILD[data["faster"][name]], low, high)
        for name, conv in CONVS.items()
        for value, low, high in [data["times"][name]]
    ]
    return Drawing(
        finding=FINDINGS[data["found"]][language],
        heading=phrase("measured")[language],
        measured={found.option: _measured(found, language) for found in measurement.findings},
        panel=Bars(PANEL[language], [note[language].format(**data["tensor"]) for note in NOTES], shown),
    )


def _measured(found: Finding, language: Language) -> Measured:
    count = say(phrase("{part} of {all}"), language, part=f"{found.number:.0f}", all=len(CONVS))
    number = count if found.option == "sometimes" else f"{numbers.number(found.number, 1, language)}×"
    return Measured(number, VERDICT[found.supported], BESIDE[found.option][language])
