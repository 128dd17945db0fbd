"""
Weights in pure bfloat16: what share of the updates that are not zero moves nothing?

bfloat16 keeps 8 binary digits of a number, so w - step is w whenever the step is below some 1/512 of w. An MLP
(64-64-64-10, ReLU) whose weights, gradients and inputs are all bfloat16 is trained on digits by torch.optim.SGD; at
each step of the last epoch it is counted whose gradient is not 0 and whose weight all the same stays, to the bit.

Rule of the verdict, by that share, in every seed: `few` below 10 %, `some` from 10 to 90, `most` above 90. The same
training in float32, where next to no update is lost, and a larger rate are shown beside it.

By hand: pollbot experiment bf16_updates --seeds 4 --votes 48,36,16 --out bf16.png
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments import numbers, spread
from experiments.lazy import F, digits, nn, plain, torch
from experiments.measurement import Finding, Language, Measurement, Verdict
from experiments.pictures import parts
from experiments.pictures.chart import BLUE, PINK, Drawing
from experiments.topic import Context, Outcome, Params, Row, Topic
from languages.text import phrase, spoken, verbatim

if TYPE_CHECKING:
    from torch import Tensor


class Bf16UpdatesParams(Params):
    """`lr` is SGD's, without momentum; an epoch is 22 batches of 64."""

    lr: float = Field(default=0.01, gt=0, le=1)
    epochs: int = Field(default=30, ge=1, le=50)


SHARES = ("few", "some", "most")
TOPIC = Topic(params=Bf16UpdatesParams, options=SHARES)
FEW, MOST = 10.0, 90.0  # %
COLOURS = {"bf16": PINK, "fp32": BLUE}

FINDINGS = {
    "few": phrase("nearly all updates arrive"),
    "some": phrase("some of the updates are lost"),
    "most": phrase("nearly all updates are lost"),
    "": phrase("it differs from seed to seed"),
}
HEADING = phrase("updates lost")
PANEL = phrase("In float32 the same steps do train")
NOTE = verbatim("SGD, lr {lr}")


def measure(params: Bf16UpdatesParams, seeds: range, context: Context) -> list[Row]:
    """For each seed and type of numbers: lost updates in % and the accuracy in % before and after each epoch."""
    types = {"bf16": torch.bfloat16, "fp32": torch.float32}
    return context.each(seeds, lambda seed: {name: _train(params, seed, kind) for name, kind in types.items()})


def _train(params: Bf16UpdatesParams, seed: int, kind: torch.dtype) -> dict[str, Any]:
    data = digits.load()
    train, test = data.train_x.to(kind), data.test_x.to(kind)
    with plain.seeded(seed):
        model = plain.mlp().to(kind)
    optimizer = torch.optim.SGD(model.parameters(), lr=params.lr)
    shuffle = torch.Generator().manual_seed(seed)
    accuracy, lost, all_of_them = [plain.accuracy(model, test, data.test_y)], 0, 0
    for epoch in range(params.epochs):
        for batch in plain.batches(len(data.train_y), shuffle):
            optimizer.zero_grad()
            F.cross_entropy(model(train[batch]), data.train_y[batch]).backward()
            before = _vector(model)
            optimizer.step()
            if epoch == params.epochs - 1:
                asked = torch.cat([_grad(weight).flatten() != 0 for weight in model.parameters()])
                lost += int((asked & (_vector(model) == before)).sum())
                all_of_them += int(asked.sum())
        accuracy.append(plain.accuracy(model, test, data.test_y))
    return {
        "lost": round(100 * lost / all_of_them, 2) if all_of_them else 0.0,
        "accuracy": [round(value, 2) for value in accuracy],
    }


def _vector(model: nn.Module) -> Tensor:
    return nn.utils.parameters_to_vector(model.parameters()).detach().clone()


def _grad(weight: Tensor) -> Tensor:
    assert weight.grad is not None
    return weight.grad


def conclude(params: Bf16UpdatesParams, rows: list[Row]) -> Outcome:
    """What share is lost; accuracy is the consequence."""
    lost = [row["bf16"]["lost"] for row in rows]
    return Outcome(
        settings=spoken(lambda language: _settings(params, len(rows), language)),
        findings=tuple(_finding(name, lost, [row["fp32"]["lost"] for row in rows]) for name in SHARES),
        data={"curves": {name: spread.band([row[name]["accuracy"] for row in rows]) for name in COLOURS}},
    )


def _finding(name: str, lost: list[float], single: list[float]) -> Finding:
    seen = [100.0 * (_named(share) == name) for share in lost]
    most = spoken(lambda language: numbers.percent(max(single), 1, language))
    return spread.share(
        name, lost, _verdict(seen), phrase("% of updates"),
        phrase("in float32 up to {most} are lost").of(most=most),
    )  # fmt: skip


def _named(share: float) -> str:
    return "few" if share < FEW else "most" if share > MOST else "some"


def _verdict(seen: list[float]) -> Verdict:
    return spread.always(seen)


def _settings(params: Bf16UpdatesParams, seeds: int, language: Language) -> str:
    lr = numbers.plain(params.lr, language)
    return f"bfloat16 · SGD {lr} · {numbers.counts(seeds, params.epochs, language)} · digits 8×8"


def draw(measurement: Measurement, language: Language) -> Drawing:
    """What share was lost; below, what training came to in both types."""
    data: dict[str, Any] = measurement.data
    params = Bf16UpdatesParams.model_validate(measurement.params)
    names = {"bf16": "bfloat16", "fp32": "float32"}
    epochs = range(params.epochs + 1)
    curves = [parts.banded(names[name], COLOURS[name], epochs, data["curves"][name]) for name in COLOURS]
    note = NOTE[language].format(lr=numbers.plain(params.lr, language))
    return Drawing(
        finding=FINDINGS[parts.right(measurement)][language],
        heading=HEADING[language],
        measured=parts.once(measurement, numbers.percent(measurement.findings[0].number, 0, language)),
        panel=parts.accuracy(PANEL[language], note, curves, parts.epochs(params.epochs, language), language),
    )
