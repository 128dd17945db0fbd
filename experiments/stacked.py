"""
The stacked models: forward and backward pass of M small MLPs at once, each pass a few batched products.

All parameters lie in one flat buffer (M, P), a model a row, so that an optimiser is a few calls for everything; a
layer's weights are a view (M, in, out) of it. Model a * seeds + s is arm a with seed s. The last layer is stored 16
wide and its 6 spare columns stay at zero: products with 10 columns are several times slower, and every parameter begins
at a multiple of 64 bytes, so that a model's numbers do not depend on its row.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from experiments.arm import Arm
from experiments.digits import CLASSES, PIXELS
from experiments.optimiser import per_model

SIZES = (PIXELS, 64, 64, CLASSES)
WIDE = 16
SHAPES = ((PIXELS, 64), (64, 64), (64, WIDE), (1, 64), (1, 64), (1, WIDE))
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "identity": lambda h: h,
}


class Ensemble:
    """Arms x seeds as they start; `flat` (M, P) is all that training changes."""

    def __init__(self, arms: list[Arm], seeds: range) -> None:
        self.arms = arms
        self.seeds = len(seeds)
        self.numbers = seeds
        self.flat = torch.zeros(len(arms) * len(seeds), sum(n * m for n, m in SHAPES))
        self.mask = torch.ones_like(self.flat)
        # A bias that is not there is one that stays at zero: its gradient is masked.
        has_bias = per_model([float(arm.bias != "none") for arm in arms], self.seeds)
        for bias in self.views(self.mask)[3:]:
            bias.mul_(has_bias.unsqueeze(-1))
        weights, biases = initial(seeds)
        for mine, start in zip(self.weights, weights, strict=True):
            mine.copy_(start.repeat(len(arms), 1, 1))
        for mine, start in zip(self.biases, biases, strict=True):
            mine.copy_(start.repeat(len(arms), 1, 1))
        for index, arm in enumerate(arms):
            rows = slice(index * self.seeds, (index + 1) * self.seeds)
            for layer in arm.zeroed:
                self.weights[layer - 1][rows] = 0
            if arm.bias != "default":
                for b in self.biases:
                    b[rows] = 0

    def views(self, flat: Tensor) -> list[Tensor]:
        """Three weights (M, in, out) and three biases (M, 1, out) in a flat buffer."""
        parts = flat.split([n * m for n, m in SHAPES], dim=1)
        return [part.unflatten(1, shape) for part, shape in zip(parts, SHAPES, strict=True)]

    @property
    def weights(self) -> list[Tensor]:
        """(M, in, out), without the spare columns."""
        return [w[..., :m] for w, m in zip(self.views(self.flat)[:3], SIZES[1:], strict=True)]

    @property
    def biases(self) -> list[Tensor]:
        """(M, 1, out), without the spare columns."""
        return [b[..., :m] for b, m in zip(self.views(self.flat)[3:], SIZES[1:], strict=True)]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Pixels (M, n, 64) -> what each layer puts out, activated: (M, n, 64) twice, logits (M, n, 16)."""
        w1, w2, w3, b1, b2, b3 = self.views(self.flat)
        first = self._activate(torch.baddbmm(b1, x, w1))
        second = self._activate(torch.baddbmm(b2, first, w2))
        return [first, second, torch.baddbmm(b3, second, w3)]

    def gradient(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """
        Mean loss (M,) and its gradient (M, P) on a batch: pixels (seeds, n, 64), labels (seeds, n).

        Only the loss is differentiated by autograd, by the logits: an arm may bring any loss.
        """
        x = x.repeat(len(self.arms), 1, 1)  # (M, n, 64)
        first, second, logits = self.forward(x)
        loss, d3 = self._loss(logits, y)  # (M,), (M, n, 16)
        _, w2, w3, *_ = self.views(self.flat)
        d2 = self._derive(torch.bmm(d3, w3.mT), second)  # (M, n, 64)
        d1 = self._derive(torch.bmm(d2, w2.mT), first)
        inputs, deltas = (x, first, second), (d1, d2, d3)
        weights = [torch.bmm(h.mT, d).flatten(1) for h, d in zip(inputs, deltas, strict=True)]
        return loss, torch.cat([*weights, *(d.sum(1) for d in deltas)], dim=1).mul_(self.mask)

    def accuracy(self, x: Tensor, y: Tensor) -> Tensor:
        """The share of right answers, (arms, seeds), on pixels (n, 64) with labels (n,)."""
        logits = self.forward(x.expand(len(self.flat), -1, -1))[-1]
        right = logits[..., :CLASSES].argmax(-1).eq(y)  # (M, n)
        return right.float().mean(-1).view(len(self.arms), self.seeds)

    def weight_norm(self) -> Tensor:
        """Of the three weight matrices together: (arms, seeds)."""
        biases = sum(m for n, m in SHAPES if n == 1)
        return torch.linalg.vector_norm(self.flat[:, :-biases], dim=1).view(len(self.arms), self.seeds)

    def _loss(self, logits: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        n = y.shape[1]
        losses, deltas = [], torch.zeros_like(logits)
        share = torch.full((self.seeds * n,), 1 / n)  # of a sample in its model's mean
        for index, arm in enumerate(self.arms):
            rows = slice(index * self.seeds, (index + 1) * self.seeds)
            with torch.enable_grad():
                z = logits[rows, :, :CLASSES].flatten(0, 1).requires_grad_()  # (seeds * n, 10)
                loss = arm.loss(z, y.flatten())
                (d,) = torch.autograd.grad(loss, z, share)
            losses.append(loss.detach().view(self.seeds, n).mean(1))
            deltas[rows, :, :CLASSES] = d.view(self.seeds, n, CLASSES)
        return torch.cat(losses), deltas

    def _activate(self, h: Tensor) -> Tensor:
        for arm, part in zip(self.arms, h.split(self.seeds), strict=True):  # arm by arm (seeds, n, 64)
            if arm.activation != "identity":
                part.copy_(ACTIVATIONS[arm.activation](part))
        return h

    def _derive(self, d: Tensor, h: Tensor) -> Tensor:
        """By the activation, from what it put out; at 0 ReLU has the derivative 0, as in torch."""
        for arm, mine, out in zip(self.arms, d.split(self.seeds), h.split(self.seeds), strict=True):
            if arm.activation == "relu":
                mine.mul_(out > 0)
            elif arm.activation == "tanh":
                mine.mul_(1 - out * out)
        return d


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
