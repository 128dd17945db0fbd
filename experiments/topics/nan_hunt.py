"""
Which tool names the module that makes a NaN?

Blocks of Linear, LayerNorm and ReLU, one module replaced at random by a guilty one; random weights and inputs. The NaN
is born either in the forward pass (the log of a negative number; a hand-written softmax that overflows) or only in
the backward pass (sqrt at 0 behind torch.where; a hand-written norm of a zero row), where every output is finite.

Whom a tool names, as one reads it first:
* loss: nobody, it only says that something is NaN;
* forward_hook: the first module with an output that is not finite;
* backward_hook (full): the first one to fire with a grad_input that is not finite;
* detect_anomaly: the innermost line of ours in its traceback: a module, or the loss.

Rule of the verdict: a tool is right when it names the guilty module in every seed, with cross-entropy and with MSE. The
condition is where the NaN is born: parameter `nan_in`.

By hand: pollbot experiment nan_hunt --seeds 96 --set nan_in=backward --votes 10,30,15,45 --out nan.png
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments import numbers, quantity, spread
from experiments.lazy import F, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

NanIn = Literal["forward", "backward"]


class NanHuntParams(Params):
    """Where the NaN is born; three modules a block."""

    nan_in: NanIn = "forward"
    blocks: int = Field(default=8, ge=2, le=16)


TOOLS = ("loss", "forward_hook", "backward_hook", "detect_anomaly")
PASSES: tuple[NanIn, ...] = ("forward", "backward")
WIDTH, BATCH = 16, 32
NAMES = {
    "loss": "print(loss)",
    "forward_hook": "forward hook",
    "backward_hook": "backward hook",
    "detect_anomaly": "detect_anomaly",
}
NUMBERS = {tool: quantity.percent(phrase("{name} named the culprit").of(name=name)) for tool, name in NAMES.items()} | {
    f"{tool}.elsewhere": quantity.percent(
        phrase("{name} named the culprit where the NaN is born in the other pass").of(name=name)
    )
    for tool, name in NAMES.items()
}
TOPIC = Topic(params=NanHuntParams, options=TOOLS, chunk=32, numbers=NUMBERS)
FINDINGS = {
    ("forward_hook",): phrase("only a forward hook finds it"),
    ("backward_hook", "detect_anomaly"): phrase("a forward hook is blind here"),
    (): phrase("no tool finds the culprit"),
}
SOME = phrase("not every tool names it")
HEADING = phrase("named the culprit")
PANEL = phrase("Whom each tool names")
READ = phrase("by where the NaN is born; framed: our case")
COLUMNS = {
    "forward": phrase("in forward"),
    "backward": phrase("in backward"),
}
NAMED = {
    "guilty": phrase("the culprit"),
    "nobody": phrase("nobody"),
    "last": phrase("the last layer"),
    "loss": phrase("the loss"),
    "innocent": phrase("an innocent one"),
}
VERDICTS: dict[str, Verdict] = {"guilty": "yes", "nobody": "depends"}


def measure(params: NanHuntParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and pass: the guilty index, and whom each tool names with either loss (None: nobody)."""
    return context.each(seeds, lambda seed: {born: _hunt(born, params.blocks, seed) for born in PASSES})


def _hunt(born: NanIn, blocks: int, seed: int) -> Row:
    """One network with one guilty module, asked with two losses; an index one past the last module is the loss."""
    modules: list[nn.Module] = []
    with plain.seeded(seed):
        guilty = int(torch.randint(3 * blocks, (1,)))
        for _ in range(blocks):
            modules += [nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH), nn.ReLU()]
        x, y = torch.randn(BATCH, WIDTH), torch.randint(WIDTH, (BATCH,))
    modules[guilty] = _guilty(born, kind=seed % 2)
    losses: dict[str, Callable[[Tensor], Tensor]] = {
        "cross-entropy": lambda z: F.cross_entropy(z, y),
        "mse": lambda z: F.mse_loss(z, F.one_hot(y, WIDTH).float()),
    }
    return {"guilty": guilty, "named": {name: _named(modules, guilty, x, loss) for name, loss in losses.items()}}


def _guilty(born: NanIn, kind: int) -> nn.Module:
    class Guilty(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return culprit(born, kind, x)

    return Guilty()


def culprit(born: NanIn, kind: int, x: Tensor) -> Tensor:
    """What a guilty module computes of x (n, features); the name stands in the traceback of detect_anomaly."""
    if born == "forward":
        e = (1000 * x).exp()  # overflows to inf, and inf / inf is NaN: a softmax without the maximum subtracted
        return x.log() if kind else e / e.sum(-1, keepdim=True)
    x = x * (torch.arange(len(x)) > 0)[:, None]  # one row of zeros, as padding has
    if kind:
        return torch.where(x > 0, x.sqrt(), 0.0)
    return x / (x.pow(2).sum(-1, keepdim=True).sqrt() + 1e-6)


def _named(modules: list[nn.Module], guilty: int, x: Tensor, loss: Callable[[Tensor], Tensor]) -> dict[str, int | None]:
    """The index that each tool names: one past the last module is the loss, None is nobody."""
    bad: dict[str, list[int]] = {"forward_hook": [], "backward_hook": []}
    handles = []
    for index, module in enumerate(modules):
        # A forward hook that returns something replaces the module's output: these return None.
        def after(_m: nn.Module, _x: Any, out: Tensor, index: int = index) -> None:  # noqa: ANN401 what torch gives
            if not out.isfinite().all():
                bad["forward_hook"].append(index)

        def back(_m: nn.Module, grad_input: Any, _g: Any, index: int = index) -> None:  # noqa: ANN401
            if not grad_input[0].isfinite().all():
                bad["backward_hook"].append(index)

        handles += [module.register_forward_hook(after), module.register_full_backward_hook(back)]
    loss(nn.Sequential(*modules)(x.clone().requires_grad_())).backward()
    for handle in handles:
        handle.remove()
    first = {name: indices[0] if indices else None for name, indices in bad.items()}
    place = {"guilty": guilty, "loss": len(modules)}.get(_traceback(modules, x, loss))
    return {"loss": None, **first, "detect_anomaly": place}


def _traceback(modules: list[nn.Module], x: Tensor, loss: Callable[[Tensor], Tensor]) -> str:
    """What the traceback of detect_anomaly shows: the guilty module, the loss, or neither."""
    with warnings.catch_warnings(record=True, action="always") as told, torch.autograd.detect_anomaly():
        try:
            loss(nn.Sequential(*modules)(x.clone().requires_grad_())).backward()
        except RuntimeError:
            shown = str(told[-1].message)
            return "guilty" if f"in {culprit.__name__}\n" in shown else "loss" if "<lambda>" in shown else ""
    return ""


def conclude(params: NanHuntParams, rows: list[Row]) -> Outcome:
    """How often each tool names the guilty module, and whom it names most, for either place where the NaN is born."""
    last = 3 * params.blocks - 1
    elsewhere = PASSES[params.nan_in == PASSES[0]]
    hits = [[_hit(row[params.nan_in], tool) for row in rows] for tool in TOOLS]
    return Outcome(
        settings=spoken(lambda language: _settings(last + 1, len(rows), params.nan_in, language)),
        findings=tuple(_finding(tool, found) for tool, found in zip(TOOLS, hits, strict=True)),
        data={born: {tool: _usual([row[born] for row in rows], tool, last) for tool in TOOLS} for born in PASSES},
        numbers={
            f"{tool}{where}": [_hit(row[born], tool) for row in rows]
            for where, born in (("", params.nan_in), (".elsewhere", elsewhere))
            for tool in TOOLS
        },
    )


def _hit(hunt: dict[str, Any], tool: str) -> float:
    return 100.0 * all(named[tool] == hunt["guilty"] for named in hunt["named"].values())


def _usual(hunts: list[dict[str, Any]], tool: str, last: int) -> str:
    """Whom a tool names: guilty in every seed, else the most frequent of those who are not."""
    if all(_hit(hunt, tool) for hunt in hunts):
        return "guilty"
    places = {None: "nobody", last: "last", last + 1: "loss"}
    named = [(hunt["guilty"], index) for hunt in hunts for index in (named[tool] for named in hunt["named"].values())]
    return Counter(places.get(index, "innocent") for guilty, index in named if index != guilty).most_common(1)[0][0]


def _finding(tool: str, hits: list[float]) -> Finding:
    """The verdict on one tool; its number is the share of seeds in which it is right."""
    always = all(hits)
    condition = (
        phrase("names the guilty module, with cross-entropy and with MSE")
        if always
        else phrase("does not name the guilty module, with cross-entropy and with MSE")
    )
    return spread.share(tool, hits, "yes" if always else "no", phrase("% of seeds"), condition)


def _settings(modules: int, seeds: int, born: NanIn, language: Language) -> str:
    counted = numbers.counted(seeds, "seed", language)
    who = phrase("1 module guilty of")[language]
    return f"{who} {modules} · NaN {COLUMNS[born][language]} · {counted}"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """How often each tool is right, and whom it names, as the NaN is born in the forward or in the backward pass."""
    data: dict[str, Any] = measurement.data
    always = tuple(found.option for found in measurement.findings if found.supported == "yes")
    rows = {
        NAMES[tool]: [
            Cell(NAMED[name][language], VERDICTS.get(name, "no"), framed=born == measurement.params["nan_in"])
            for born, name in ((born, data[born][tool]) for born in PASSES)
        ]
        for tool in TOOLS
    }
    return Drawing(
        finding=FINDINGS.get(always, SOME)[language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (READ[language],), [COLUMNS[born][language] for born in PASSES], rows),
    )
