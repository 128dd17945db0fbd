"""
Every label of a batch is ignore_index: what are the loss and the weights after the step?

cross_entropy(ignore_index=-100) with the usual reduction="mean" divides the sum of the losses that count by how many
count: 0 / 0. An MLP (64-64-64-10, ReLU) has been trained for some steps of digits; then comes such a batch, with
backward and step as ever, and training goes on.

Rule of the verdict, in every seed, with SGD and with Adam: `zero` when the loss is 0; `poisoned` when it is NaN and
so are weights after the step; `alarm` when it is NaN and every weight is as finite as before; `error` when a call
raises. Shown beside it: reduction="sum", a batch with one label that counts, and the mean taken by hand.

By hand: pollbot experiment ignored_batch --seeds 8 --votes 38,35,9,18 --out ignored.png
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from experiments import numbers, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import Cell, Drawing, Table
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor

Reduction = Literal["mean", "sum"]


class IgnoredBatchParams(Params):
    """How cross_entropy makes one number of a batch."""

    reduction: Reduction = "mean"


OUTCOMES = ("zero", "poisoned", "alarm", "error")
TOPIC = Topic(params=IgnoredBatchParams, options=OUTCOMES)
WAYS = ("mean", "sum", "by_hand")
IGNORED, WARM = -100, 10  # the label that does not count; steps of training before

FINDINGS = {
    "zero": phrase("the loss is just 0"),
    "poisoned": phrase("NaN in the loss and the weights"),
    "alarm": phrase("a NaN loss, healthy weights"),
    "error": phrase("a call raises an error"),
    "": phrase("it is not always the same"),
}
HEADING = phrase("share of seeds")
PANEL = phrase("Loss and weights after such a batch")
NOTE = phrase("by hand: sum / max(labels that count, 1)")
COLUMNS = (phrase("loss"), phrase("gradient"), phrase("weights"))
ROWS = {"mean": "mean", "sum": "sum", "by_hand": "by hand"}
HEALTHY, BROKEN = phrase("healthy"), verbatim("NaN")
VARIES = phrase("varies")


def losses(way: str, logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of a batch, logits (n, classes) and labels (n,)."""
    if way == "by_hand":
        total = F.cross_entropy(logits, labels, reduction="sum", ignore_index=IGNORED)
        return total / (labels != IGNORED).sum().clamp(min=1)
    return F.cross_entropy(logits, labels, reduction=way, ignore_index=IGNORED)


def measure(params: IgnoredBatchParams, seeds: range, context: Context) -> list[Row]:  # noqa: ARG001 every way is in the picture
    """For each seed and way, of SGD and Adam: loss, gradient and weights in words."""
    optimisers: tuple[Callable[..., torch.optim.Optimizer], ...] = (torch.optim.SGD, torch.optim.Adam)
    return context.each(seeds, lambda seed: {way: [_batch(seed, way, made) for made in optimisers] for way in WAYS})


def _batch(seed: int, way: str, made: Callable[..., torch.optim.Optimizer]) -> dict[str, str]:
    data = digits.load()
    with plain.seeded(seed):
        model = plain.mlp()
    optimizer = made(model.parameters(), lr=0.01)
    *warm, last = plain.batches(len(data.train_y), torch.Generator().manual_seed(seed))[: WARM + 1]
    for batch in warm:
        _step(model, optimizer, way, data.train_x[batch], data.train_y[batch])
    try:
        loss = _step(model, optimizer, way, data.train_x[last], torch.full((len(last),), IGNORED))
    except RuntimeError:
        return {"loss": "error", "gradient": "error", "weights": "error"}
    gradients = torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.grad is not None])
    weights = nn.utils.parameters_to_vector(model.parameters())
    return {"loss": _said(loss), "gradient": _said(gradients), "weights": "NaN" if weights.isnan().any() else "finite"}


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, way: str, x: Tensor, y: Tensor) -> Tensor:
    optimizer.zero_grad()
    loss = losses(way, model(x), y)
    loss.backward()
    optimizer.step()
    return loss.detach()


def _said(found: Tensor) -> str:
    return "NaN" if found.isnan().any() else "0" if not found.any() else "finite"


def conclude(params: IgnoredBatchParams, rows: list[Row]) -> Outcome:
    """What the asked reduction makes of it."""
    seen = [[_outcome(found) for found in row[params.reduction]] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params.reduction, len(rows), language)),
        findings=tuple(_finding(name, [spread.percent(found, name) for found in seen]) for name in OUTCOMES),
        data={way: _cells([found for row in rows for found in row[way]]) for way in WAYS},
    )


def _outcome(found: dict[str, str]) -> str:
    if found["loss"] == "error":
        return "error"
    if found["loss"] == "0":
        return "zero"
    if found["loss"] == "NaN":
        return "poisoned" if found["weights"] == "NaN" else "alarm"
    return "other"


def _cells(seen: list[dict[str, str]]) -> dict[str, str]:
    """What all seeds and optimisers agree in: loss, gradient, weights."""
    told = {part: {found[part] for found in seen} for part in seen[0]}
    return {part: words.pop() if len(words) == 1 else "varies" for part, words in told.items()}


def _finding(name: str, hits: list[float]) -> Finding:
    condition = phrase("no label of the batch counts")
    return spread.share(name, hits, spread.always(hits), phrase("% of seeds"), condition)


def _settings(reduction: Reduction, seeds: int, language: Language) -> str:
    return f'reduction="{reduction}" · SGD, Adam · {numbers.counted(seeds, "seed", language)} · digits 8×8'


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What was seen; below, loss, gradient and weights by each way to make one number of a batch."""
    data: dict[str, Any] = measurement.data
    rows = {
        ROWS[way]: [
            Cell(_worded(data[way][part], language), _verdict(data[way][part]), way == measurement.params["reduction"])
            for part in ("loss", "gradient", "weights")
        ]
        for way in WAYS
    }
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.percents(measurement, language),
        panel=Table(PANEL[language], (NOTE[language],), [column[language] for column in COLUMNS], rows),
    )


def _verdict(told: str) -> Verdict:
    return "no" if told in {"NaN", "error"} else "depends" if told == "varies" else "yes"


def _worded(told: str, language: Language) -> str:
    return {"finite": HEALTHY, "varies": VARIES}.get(told, verbatim(told))[language]
