"""What is compared and how it trains: arms, the recipe that they share, and the history that training leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 the name that everybody knows it by

Loss = Callable[[Tensor, Tensor], Tensor]  # logits (n, 10), labels (n,) -> loss of each sample (n,)
BATCH = 64


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of an arm that does not name another."""
    return F.cross_entropy(logits, labels, reduction="none")


@dataclass(frozen=True)
class Arm:
    """
    One variant; `zeroed` counts layers from 1. Biases start as in nn.Linear, start at zero, or are not there.

    `decay` is where `weight_decay` acts: "l2" adds it to the gradient as SGD and Adam do, "decoupled" shrinks the
    parameters beside the step as AdamW does. `schedule` gives the factor on `lr` by how often the scheduler has been
    stepped, as LambdaLR does. `keep_grad` forgets zero_grad: gradients add up from batch to batch.
    """

    loss: Loss = cross_entropy
    activation: str = "relu"
    bias: Literal["default", "zero", "none"] = "default"
    zeroed: tuple[int, ...] = ()
    lr: float = 0.1
    weight_decay: float = 0.0
    decay: Literal["l2", "decoupled"] = "l2"
    schedule: Callable[[int], float] | None = None
    schedule_per: Literal["epoch", "batch"] = "epoch"
    keep_grad: bool = False

    def rate(self, step: int, steps_per_epoch: int) -> float:
        """The learning rate at a step, counted from 0; at the last one plus 1 it is what training leaves behind."""
        if self.schedule is None:
            return self.lr
        return self.lr * self.schedule(step if self.schedule_per == "batch" else step // steps_per_epoch)


@dataclass(frozen=True)
class Recipe:
    """How all arms train; an epoch is 22 batches of 64, the 29 digits left over wait for another epoch's order."""

    optimiser: Literal["sgd", "adam"] = "sgd"
    epochs: int = 30
    momentum: float = 0.9


@dataclass(frozen=True)
class History:
    """
    What training left behind.

    `accuracy` (arms, seeds, epochs + 1) is on the test digits, in [0, 1], before training and after each epoch;
    `objective` (arms, seeds, epochs) is the mean loss of the epoch's batches, each before its step;
    `weight_norm` (arms, seeds, epochs + 1) is the norm of the three weight matrices together, without biases;
    `lr` (arms, epochs) is the learning rate that stands after each epoch, the scheduler's step included;
    `gradients` (arms, seeds, steps, 3) are the norms of the weight matrices' .grad after each backward pass, and empty
    if not asked for. A model that diverged goes on as it does in torch: its logits are NaN, its guesses all the same.
    """

    accuracy: Tensor
    objective: Tensor
    weight_norm: Tensor
    lr: Tensor
    gradients: Tensor


def rates(arms: list[Arm], epochs: int, steps_per_epoch: int) -> Tensor:
    """Every arm's learning rate at every step, and after the last one: (arms, steps + 1), float64."""
    steps = range(epochs * steps_per_epoch + 1)
    return torch.tensor([[arm.rate(step, steps_per_epoch) for step in steps] for arm in arms], dtype=torch.float64)
