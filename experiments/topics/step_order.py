"""
forward, zero_grad, backward, step: in which orders does a training loop train as it should?

An MLP (64-64-64-10, ReLU) on digits, plain SGD, and Adam for an epoch. A loop makes the four calls in one of the 24
orders for each batch; `forward` is the model and the loss, and what is called before there is anything to call it on
does nothing. Its weights are held against those of zero_grad, forward, backward, step; where an order calls a scheduler
as well (LinearLR, a step for each batch), against those of zero_grad, forward, backward, step, scheduler.

Rule of the verdict: an order is right when the weights at each forward are, to the last bit, those of the usual loop,
with SGD and with Adam, in every seed; wrong when they are other ones, or a call raises, in every seed; else it depends.
An option is its calls' letters: `fzbs` is forward, zero_grad, backward, step; `l` steps the scheduler. `zero_grad`
sets .grad to None, its default.

By hand: pollbot experiment step_order --seeds 3 --out order.png
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import permutations
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures.chart import VERDICT, Cell, Drawing, Measured, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

    Optimiser = Callable[..., torch.optim.Optimizer]
    Run = tuple[list[Tensor] | None, float | None]


class StepOrderParams(Params):
    """`lr` is SGD's, without momentum and without a unit; an epoch is 22 batches of 64."""

    lr: float = Field(default=0.1, gt=0, le=1)
    epochs: int = Field(default=5, ge=1, le=20)


FOUR = tuple("".join(order) for order in permutations("fzbs"))
SCHEDULED = ("fbslz", "zfbsl", "fzbsl", "fblsz")  # as people write it; the last one steps the scheduler too early
ORDERS = (*FOUR, *SCHEDULED)
TOPIC = Topic(params=StepOrderParams, options=ORDERS)
USUAL, USUAL_SCHEDULED = "zfbs", "zfbsl"
CALLS = {"f": "forward", "z": "zero_grad", "b": "backward", "s": "step", "l": "scheduler"}
CIRCLES = ("zfbs", "fzbs", "fbzs", "sbfz", "bzfs", "szbf")  # each of the 24 is one of these, begun elsewhere

FINDING = phrase("{count} orders of 24 train alike")
HEADING = phrase("accuracy")
PANEL = phrase("Around a circle there are only six")
NOTE = phrase("the circle matters, not where it begins")
SAME = phrase("as usual")
OTHER = phrase("otherwise")
RAISED = phrase("an error")
COLUMNS = (phrase("trains alike?"), phrase("accuracy"))


def measure(params: StepOrderParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and order: accuracy in % (None: a call raised), and whether SGD and Adam trained as usual."""
    return context.each(seeds, lambda seed: _seed(params, seed))


def _seed(params: StepOrderParams, seed: int) -> Row:
    def sgd(weights: Any) -> torch.optim.Optimizer:  # noqa: ANN401 torch's own parameters
        return torch.optim.SGD(weights, lr=params.lr)

    def both(order: str) -> list[Run]:
        return [run(order, seed, sgd, params.epochs), run(order, seed, torch.optim.Adam, 1)]

    usual = {False: both(USUAL), True: both(USUAL_SCHEDULED)}
    row: Row = {}
    for order in ORDERS:
        runs = both(order)
        same = [alike(one[0], other[0]) for one, other in zip(runs, usual["l" in order], strict=True)]
        row[order] = [runs[0][1], *same]
    return row


class Loop:
    """A model, its optimiser and scheduler, and the five calls that a loop makes of them for a batch (n,)."""

    def __init__(self, seed: int, optimiser: Optimiser, batches: int) -> None:
        self.data = digits.load()
        with plain.seeded(seed):
            self.model = plain.mlp()
        self.optimizer = optimiser(self.model.parameters())
        self.scheduler = torch.optim.lr_scheduler.LinearLR(self.optimizer, 1.0, 0.1, total_iters=batches)
        self.loss: Tensor | None = None
        self.seen: list[Tensor] = []

    def call(self, letter: str, batch: Tensor) -> None:
        """One of `CALLS`; RuntimeError where backward cannot go through its graph."""
        match letter:
            case "f":
                self.seen.append(nn.utils.parameters_to_vector(self.model.parameters()).detach().clone())
                self.loss = F.cross_entropy(self.model(self.data.train_x[batch]), self.data.train_y[batch])
            case "z":
                self.optimizer.zero_grad()
            case "s":
                self.optimizer.step()
            case "l":
                self.scheduler.step()
            case _ if self.loss is not None:
                self.loss.backward()


def run(order: str, seed: int, optimiser: Optimiser, epochs: int) -> Run:
    """The weights at each forward, and the accuracy in % at the end; None and None where a call raised."""
    shuffle = torch.Generator().manual_seed(seed)
    samples = len(digits.load().train_y)
    batches = [batch for _ in range(epochs) for batch in plain.batches(samples, shuffle)]
    loop = Loop(seed, optimiser, len(batches))
    with warnings.catch_warnings(action="ignore"):  # torch warns of a scheduler that comes first: just that is asked
        try:
            for batch in batches:
                for letter in order:
                    loop.call(letter, batch)
        except RuntimeError:
            return None, None
    return loop.seen, round(plain.accuracy(loop.model, loop.data.test_x, loop.data.test_y), 2)


def alike(one: list[Tensor] | None, other: list[Tensor] | None) -> bool:
    """Whether two loops had the same weights at each forward, to the last bit."""
    if one is None or other is None:
        return False
    return all(
        torch.equal(left.view(torch.int32), right.view(torch.int32)) for left, right in zip(one, other, strict=True)
    )


def conclude(params: StepOrderParams, rows: list[Row]) -> Outcome:
    """Which orders train as usual."""
    findings = tuple(_finding(order, [row[order] for row in rows]) for order in ORDERS)
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=findings,
        data={
            "raised": [order for order in ORDERS if all(row[order][0] is None for row in rows)],
            "right": [order for order in FOUR if findings[ORDERS.index(order)].supported == "yes"],
        },
    )


def _finding(order: str, runs: list[list[Any]]) -> Finding:
    """Its number is the accuracy of SGD in %, the mean over seeds; 0 where a call raised."""
    hits = [50.0 * (sgd + adam) for _, sgd, adam in runs]
    accuracies = [accuracy or 0.0 for accuracy, _, _ in runs]
    told = ", ".join(CALLS[call] for call in order)
    verdict: Verdict = spread.always(hits)
    unit = phrase("% of accuracy")
    return spread.share(order, accuracies, verdict, unit, verbatim(told))


def _settings(params: StepOrderParams, seeds: int, language: Language) -> str:
    lr = numbers.plain(params.lr, language)
    return f"SGD {lr}, Adam · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """How many orders are right; below, one of each circle."""
    data: dict[str, Any] = measurement.data
    found = {finding.option: finding for finding in measurement.findings}
    rows = {
        ", ".join(CALLS[call].removesuffix("_grad") for call in order): [
            Cell(_worded(found[order], data, language), found[order].supported),
            Cell(_accuracy(found[order], data, language), found[order].supported),
        ]
        for order in CIRCLES
    }
    return Drawing(
        finding=FINDING[language].format(count=len(data["right"])),
        heading=HEADING[language],
        measured={
            order: Measured(_accuracy(one, data, language), VERDICT[one.supported], _worded(one, data, language))
            for order, one in found.items()
        },
        panel=Table(PANEL[language], (NOTE[language],), [column[language] for column in COLUMNS], rows),
    )


def _worded(found: Finding, data: dict[str, Any], language: Language) -> str:
    if found.option in data["raised"]:
        return RAISED[language]
    return (SAME if found.supported == "yes" else OTHER)[language]


def _accuracy(found: Finding, data: dict[str, Any], language: Language) -> str:
    return "—" if found.option in data["raised"] else numbers.percent(found.number, 0, language)
