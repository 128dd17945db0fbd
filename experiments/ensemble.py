"""
Trains arms x seeds of one small MLP at once, as one batched program.

An arm is a variant under comparison (another loss, activation, bias, or weights that start at zero). All arms share
what is left to chance: seed number s gives every arm the same initial weights and the same order of batches.
The models are stacked: a layer is one tensor (M, in, out) with M = arms * seeds, model a * seeds + s being arm a with
seed s, and a forward pass is three `baddbmm`. That is 5 to 7 times faster than a loop over `nn.Module`, and equal to it
to float accuracy (tests/experiments/test_ensemble.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 the name that everybody knows it by

from experiments.digits import CLASSES, PIXELS, Digits
from experiments.experiment import Run
from experiments.optimiser import Adam, Optimiser, Sgd

Loss = Callable[[Tensor, Tensor], Tensor]  # logits (n, 10), labels (n,) -> loss of each sample (n,)

# Two threads are slower than one at these sizes, and far slower beside other processes: processes are the parallelism.
torch.set_num_threads(1)

SIZES = (PIXELS, 64, 64, CLASSES)
BATCH = 64
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "identity": lambda h: h,
}


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of an arm that does not name another."""
    return F.cross_entropy(logits, labels, reduction="none")


@dataclass(frozen=True)
class Arm:
    """One variant; `zeroed` counts layers from 1. Biases start as in nn.Linear, start at zero, or are not there."""

    loss: Loss = cross_entropy
    activation: str = "relu"
    bias: Literal["default", "zero", "none"] = "default"
    zeroed: tuple[int, ...] = ()
    lr: float = 0.1


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
    `gradients` (arms, seeds, steps, 3) are the norms of the weight matrices' gradients before each step,
    and empty if not asked for.
    """

    accuracy: Tensor
    gradients: Tensor


class Ensemble:
    """The stacked models: three weights (M, in, out), three biases (M, 1, out)."""

    def __init__(self, arms: list[Arm], seeds: range) -> None:
        self.arms = arms
        self.seeds = len(seeds)
        self.numbers = seeds
        weights, biases = initial(seeds)
        self.weights = [w.repeat(len(arms), 1, 1) for w in weights]  # (M, in, out)
        self.biases = [b.repeat(len(arms), 1, 1) for b in biases]  # (M, 1, out)
        for index, arm in enumerate(arms):
            for layer in arm.zeroed:
                self.weights[layer - 1][self._of(index)] = 0
            if arm.bias != "default":
                for b in self.biases:
                    b[self._of(index)] = 0
        # A bias that is not there is one that stays at zero: its gradient is masked.
        self.has_bias = self._per_model([arm.bias != "none" for arm in arms])  # (M, 1, 1)
        self.lr = self._per_model([arm.lr for arm in arms])  # (M, 1, 1)
        for parameter in self.parameters:
            parameter.requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        return [*self.weights, *self.biases]

    def forward(self, x: Tensor) -> Tensor:
        """Pixels (M, n, 64) -> logits (M, n, 10)."""
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = torch.baddbmm(b, x, w)  # (M, n, out)
            if layer < len(self.weights) - 1:
                x = self._activate(x)
        return x

    def gradients(self, x: Tensor, y: Tensor) -> list[Tensor]:
        """
        The gradient of every parameter on a batch: pixels (seeds, n, 64), labels (seeds, n).

        The objective is the sum of all models' mean losses: no model's gradient sees another model.
        """
        logits = self.forward(x.repeat(len(self.arms), 1, 1))  # (M, n, 10)
        losses = zip(self.arms, logits.split(self.seeds), strict=True)  # arm by arm (seeds, n, 10)
        total = torch.stack([arm.loss(z.flatten(0, 1), y.flatten()).sum() for arm, z in losses]).sum()
        grads = list(torch.autograd.grad(total / x.shape[1], self.parameters))
        return grads[:3] + [g * self.has_bias for g in grads[3:]]

    @torch.no_grad()
    def accuracy(self, x: Tensor, y: Tensor) -> Tensor:
        """The share of right answers, (arms, seeds), on pixels (n, 64) with labels (n,)."""
        guesses = self.forward(x.expand(len(self.arms) * self.seeds, -1, -1)).argmax(-1)  # (M, n)
        return (guesses == y).float().mean(-1).view(len(self.arms), self.seeds)

    def _activate(self, h: Tensor) -> Tensor:
        parts = zip(self.arms, h.split(self.seeds), strict=True)  # arm by arm (seeds, n, 64)
        if len({arm.activation for arm in self.arms}) == 1:
            return ACTIVATIONS[self.arms[0].activation](h)
        return torch.cat([ACTIVATIONS[arm.activation](part) for arm, part in parts])

    def _per_model(self, values: list[float] | list[bool]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32).repeat_interleave(self.seeds).view(-1, 1, 1)

    def _of(self, arm: int) -> slice:
        return slice(arm * self.seeds, (arm + 1) * self.seeds)


def initial(seeds: range) -> tuple[list[Tensor], list[Tensor]]:
    """nn.Linear's start for each seed: weights (seeds, in, out), biases (seeds, 1, out), uniform in ±1/sqrt(in)."""
    weights = [torch.empty(len(seeds), n, m) for n, m in pairwise(SIZES)]
    biases = [torch.empty(len(seeds), 1, m) for m in SIZES[1:]]
    for index, seed in enumerate(seeds):
        generator = torch.Generator().manual_seed(seed)
        for w, b in zip(weights, biases, strict=True):
            bound = w.shape[1] ** -0.5
            w[index].uniform_(-bound, bound, generator=generator)
            b[index].uniform_(-bound, bound, generator=generator)
    return weights, biases


def batch_orders(seeds: range, samples: int, epochs: int) -> Tensor:
    """Which sample stands where in each epoch: (epochs, seeds, samples); no arm has an order of its own."""
    generators = [torch.Generator().manual_seed(10_000 + seed) for seed in seeds]
    return torch.stack([torch.stack([torch.randperm(samples, generator=g) for g in generators]) for _ in range(epochs)])


def train(ensemble: Ensemble, data: Digits, recipe: Recipe, run: Run, *, watch_gradients: bool = False) -> History:
    """Train all models side by side, telling `run` how far it is after each epoch."""
    optimiser: Optimiser = Sgd(ensemble.lr, recipe.momentum) if recipe.optimiser == "sgd" else Adam(ensemble.lr)
    orders = batch_orders(ensemble.numbers, len(data.train_y), recipe.epochs)  # (epochs, seeds, 1437)
    accuracy = [ensemble.accuracy(data.test_x, data.test_y)]
    norms: list[Tensor] = []
    for epoch, order in enumerate(orders, start=1):
        for batch in order[:, : order.shape[1] // BATCH * BATCH].split(BATCH, dim=1):  # (seeds, 64)
            grads = ensemble.gradients(data.train_x[batch], data.train_y[batch])
            if watch_gradients:
                norms.append(torch.stack([g.flatten(1).norm(dim=1) for g in grads[:3]], dim=1))  # (M, 3)
            optimiser.step(ensemble.parameters, grads)
        accuracy.append(ensemble.accuracy(data.test_x, data.test_y))
        run.report(epoch / recipe.epochs, f"epoch {epoch}/{recipe.epochs}")
    shape = (len(ensemble.arms), ensemble.seeds, -1, 3)
    return History(torch.stack(accuracy, -1), torch.stack(norms, dim=1).view(shape) if norms else torch.empty(0))
