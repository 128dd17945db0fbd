"""
What should stand at the head of a network for multiclass classification?

Four heads on the same MLP (64-64-64-10, ReLU) and the same digits: Softmax or LogSoftmax, then NLLLoss or
CrossEntropyLoss. SGD with momentum, batches of 64, every head from the same initial weights and batch orders.

Rule of the verdict, the same for every optimiser: a head is right when its loss AND its gradient with respect to the
logits equal those of cross-entropy (Goodfellow et al. 2016, section 6.2.2.3: softmax(z) - onehot(y)) to 1e-5, on random
logits and on confidently right and confidently wrong ones. Test accuracy is shown as the consequence: by a rule on
accuracy alone Softmax + CrossEntropyLoss passes or fails with the optimiser. A head that fails does train, but on
the wrong objective: with Softmax twice, a confident mistake has hardly a gradient.

By hand: python -m experiments heads --seeds 16 --votes 18,23.6,51.7,6.7 --out heads.png
"""

from __future__ import annotations

import torch
from pydantic import JsonValue
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 the name that everybody knows it by

from experiments import words
from experiments.catalogue import ENTRIES, HeadsParams
from experiments.digits import CLASSES, load
from experiments.ensemble import Arm, Ensemble, Loss, Recipe, Report, band, cross_entropy, train, versions
from experiments.heads_figure import draw
from experiments.measurement import Finding, Language, Measurement, Text

__all__ = ["HEADS", "draw", "measure", "objective_gap"]

TOLERANCE = 1e-5
MARGIN = 10.0  # by how much a logit leads that is "confident"

HEADS: dict[str, Loss] = {
    "softmax+nll": lambda z, y: F.nll_loss(F.softmax(z, dim=-1), y, reduction="none"),
    "logsoftmax+nll": lambda z, y: F.nll_loss(F.log_softmax(z, dim=-1), y, reduction="none"),
    "softmax+ce": lambda z, y: F.cross_entropy(F.softmax(z, dim=-1), y, reduction="none"),
    "logsoftmax+ce": lambda z, y: F.cross_entropy(F.log_softmax(z, dim=-1), y, reduction="none"),
}


def measure(params: HeadsParams, seeds: int, report: Report) -> Measurement:
    """Train the four heads side by side, and compare each objective with cross-entropy."""
    ensemble = Ensemble([Arm(loss=loss, lr=params.lr) for loss in HEADS.values()], seeds)
    history = train(ensemble, load(), Recipe("sgd", params.epochs, params.momentum), report)
    accuracy = dict(zip(HEADS, 100 * history.accuracy, strict=True))  # each (seeds, epochs + 1), in percent
    mistake = {name: confident_mistake(loss) for name, loss in HEADS.items()}
    return Measurement(
        experiment="heads",
        params=params.model_dump(mode="json"),
        seeds=seeds,
        versions=versions(ENTRIES["heads"]),
        settings={language: _settings(params, seeds, language) for language in ("ru", "en")},
        findings=tuple(_finding(name, accuracy[name][:, -1], mistake[name]) for name in HEADS),
        data={"curves": {name: band(values) for name, values in accuracy.items()}, "mistake": _json(mistake)},
    )


def objective_gap(loss: Loss) -> float:
    """
    How far a loss, or its gradient by the logits, is from cross-entropy's: the largest difference on any of the probes.

    In float64, so that the formulas are compared and not their rounding.
    """
    logits, labels = probes()
    values, grads = _value_and_gradient(loss, logits, labels)
    right_values, right_grads = _value_and_gradient(cross_entropy, logits, labels)
    return max((values - right_values).abs().max().item(), (grads - right_grads).abs().max().item())


def probes() -> tuple[Tensor, Tensor]:
    """Logits (300, 10) and labels (300,): 100 random, 100 confidently right, 100 confidently wrong."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(300, CLASSES, generator=generator, dtype=torch.float64)
    labels = torch.randint(CLASSES, (300,), generator=generator)
    leaders = torch.cat([labels[100:200], (labels[200:] + 1) % CLASSES])  # (200,)
    logits[torch.arange(100, 300), leaders] += MARGIN
    return logits, labels


def confident_mistake(loss: Loss) -> float:
    """The norm of the gradient by the logits where a wrong class leads by 10; cross-entropy has sqrt(2)."""
    logits = torch.zeros(1, CLASSES, dtype=torch.float64)
    logits[0, 1] = MARGIN
    return float(_value_and_gradient(loss, logits, torch.tensor([0]))[1].norm())


def _value_and_gradient(loss: Loss, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    z = logits.clone().requires_grad_()
    values = loss(z, labels)  # (n,)
    return values.detach(), torch.autograd.grad(values.sum(), z)[0]  # (n, 10)


def _finding(name: str, accuracy: Tensor, mistake: float) -> Finding:
    """The verdict on one head; `accuracy` (seeds,) is final, in percent."""
    right = objective_gap(HEADS[name]) < TOLERANCE
    return Finding(
        option=name,
        supported="yes" if right else "no",
        number=round(accuracy.min().item(), 2),
        spread=(round(accuracy.min().item(), 2), round(accuracy.max().item(), 2)),
        unit=words.both("%", "%"),
        condition=_same() if right else _other(mistake),
    )


def _same() -> Text:
    return words.both(
        "лосс и градиент по логитам равны кросс-энтропии (до 0,00001)",
        "loss and logit gradient equal cross-entropy's (to 0.00001)",
    )


def _other(mistake: float) -> Text:
    ru, en = (words.plain(mistake, language) for language in ("ru", "en"))
    return words.both(
        f"учится, но не тому: при уверенной ошибке градиент {ru} вместо 1,41",
        f"trains, but on the wrong objective: a confident mistake has a gradient of {en} instead of 1.41",
    )


def _settings(params: HeadsParams, seeds: int, language: Language) -> str:
    lr, momentum = (words.plain(value, language) for value in (params.lr, params.momentum))
    sgd = f"SGD {lr}, момент {momentum}" if language == "ru" else f"SGD {lr}, momentum {momentum}"
    counts = f"{words.counted(seeds, 'seed', language)} · {words.counted(params.epochs, 'epoch', language)}"
    return f"{sgd} · {counts} · digits 8×8"


def _json(values: dict[str, float]) -> dict[str, JsonValue]:
    return {name: float(f"{value:.3g}") for name, value in values.items()}
