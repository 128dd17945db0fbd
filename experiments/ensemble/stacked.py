"""
The stacked models: forward and backward pass of M small MLPs at once, each pass a few batched products.

Model a * seeds + s is arm a with seed s. All parameters lie in one flat buffer (M, P), a model a row, so that an
optimiser is a few calls for everything; a layer's weights are a view (M, out, in) of it, as in nn.Linear. Activations
are (M, features, n), a sample a column: products with 10 columns, and softmax along a last dimension of 10, would each
be several times slower.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby, pairwise

import torch
from torch import Tensor

from experiments.ensemble.arm import Arm
from experiments.ensemble.digits import CLASSES, PIXELS
from experiments.ensemble.losses import Losses
from experiments.ensemble.optimiser import per_model

SIZES = (PIXELS, 64, 64, CLASSES)
WEIGHTS = [(m, n) for n, m in pairwise(SIZES)]
BIASES = [(m, 1) for m in SIZES[1:]]
SHAPES = [*WEIGHTS, *BIASES]
# A row begins at a multiple of 64 bytes: MKL may round differently elsewhere, and a model must not depend on its row.
ROW = -(-sum(m * n for m, n in SHAPES) // 16) * 16
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {  # in place
    "relu": torch.relu_,
    "tanh": torch.tanh_,
    "identity": lambda h: h,
}


class Ensemble:
    """Arms x seeds as they start; `flat` (M, P) is all that training changes."""

    def __init__(self, arms: list[Arm], seeds: range) -> None:
        self.arms = arms
        self.seeds = len(seeds)
        self.numbers = seeds
        self.losses = Losses(arms, len(seeds))
        self.flat = torch.zeros(len(arms) * len(seeds), ROW)
        self.parameters = views(self.flat)  # three weights (M, out, in) and three biases (M, out, 1)
        weights, biases = initial(seeds)
        for mine, start in zip(self.parameters, [*weights, *biases], strict=True):
            mine.copy_(start.repeat(len(arms), 1, 1))
        for index, arm in enumerate(arms):
            rows = slice(index * self.seeds, (index + 1) * self.seeds)
            for layer in arm.zeroed:
                self.weights[layer - 1][rows] = 0
            if arm.bias != "default":
                for b in self.biases:
                    b[rows] = 0
        # A bias that is not there is one that stays at zero: its gradient is masked.
        self.has_bias = per_model([float(arm.bias != "none") for arm in arms], self.seeds).unsqueeze(-1)  # (M, 1, 1)
        self.masked = any(arm.bias == "none" for arm in arms)
        self.activations = _neighbours(arms, self.seeds)

    def to(self, device: str) -> None:
        """Move everything there."""
        self.flat, self.has_bias = self.flat.to(device), self.has_bias.to(device)
        self.parameters = views(self.flat)

    @property
    def weights(self) -> list[Tensor]:
        """(M, out, in)."""
        return self.parameters[:3]

    @property
    def biases(self) -> list[Tensor]:
        """(M, out, 1)."""
        return self.parameters[3:]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Pixels (M, n, 64) -> what each layer puts out, activated: (M, 64, n) twice, logits (M, 10, n)."""
        w1, w2, w3, b1, b2, b3 = self.parameters
        first = self._activate(torch.baddbmm(b1, w1, x.mT))
        second = self._activate(torch.baddbmm(b2, w2, first))
        return [first, second, torch.baddbmm(b3, w3, second)]

    def gradient(self, x: Tensor, y: Tensor, out: list[Tensor]) -> Tensor:
        """
        Each model's mean loss (M,) on pixels (seeds, n, 64), labels (seeds, n); its gradient goes to the views `out`.

        Only the loss is differentiated by autograd, by the logits: an arm may bring any loss.
        """
        x = x.repeat(len(self.arms), 1, 1)  # (M, n, 64)
        first, second, logits = self.forward(x)
        loss, d = self.losses(logits, y)  # (M,), (M, 10, n)
        inputs = (x.mT, first, second)
        for layer in (2, 1, 0):  # d is the gradient by what the layer puts out, (M, out, n), still in the cache
            # With out=, which would not be contiguous, bmm loops over the models.
            out[layer].copy_(torch.bmm(d, inputs[layer].mT))
            torch.sum(d, dim=2, keepdim=True, out=out[3 + layer])
            if self.masked:
                out[3 + layer].mul_(self.has_bias)
            if layer:
                d = self._derive(torch.bmm(self.parameters[layer].mT, d), inputs[layer])
        return loss

    def accuracy(self, x: Tensor, y: Tensor) -> Tensor:
        """The share of right answers (M,) on pixels (n, 64) with labels (n,)."""
        logits = self.forward(x.expand(len(self.flat), -1, -1))[-1]  # (M, 10, n)
        guesses = logits.max(1).indices  # (M, n); argmax(1) is six times slower
        share: Tensor = guesses.eq(y).float().mean(-1)
        return share

    def weight_norm(self) -> Tensor:
        """Of the three weight matrices together: (M,)."""
        norm: Tensor = torch.linalg.vector_norm(self.flat[:, : sum(m * n for m, n in WEIGHTS)], dim=1)
        return norm

    def _activate(self, h: Tensor) -> Tensor:
        for name, rows in self.activations:
            ACTIVATIONS[name](h[rows])
        return h

    def _derive(self, d: Tensor, h: Tensor) -> Tensor:
        """By the activation, from what it put out: with the operators that autograd itself uses, in place."""
        for name, rows in self.activations:
            if name == "relu":
                torch.ops.aten.threshold_backward.grad_input(d[rows], h[rows], 0, grad_input=d[rows])
            elif name == "tanh":
                torch.ops.aten.tanh_backward.grad_input(d[rows], h[rows], grad_input=d[rows])
        return d


def _neighbours(arms: list[Arm], seeds: int) -> list[tuple[str, slice]]:
    """Neighbouring arms that share an activation share a call: its name and their rows."""
    found, start = [], 0
    for name, same in groupby(arm.activation for arm in arms):
        end = start + len(list(same)) * seeds
        found.append((name, slice(start, end)))
        start = end
    return found


def views(flat: Tensor) -> list[Tensor]:
    """Three weights (M, out, in) and three biases (M, out, 1) in a flat buffer (M, P)."""
    sizes = [m * n for m, n in SHAPES]
    parts = flat.split([*sizes, ROW - sum(sizes)], dim=1)
    return [part.unflatten(1, shape) for part, shape in zip(parts[:-1], SHAPES, strict=True)]


def initial(seeds: range) -> tuple[list[Tensor], list[Tensor]]:
    """nn.Linear's start for each seed: weights (seeds, out, in), biases (seeds, out, 1), uniform in ±1/sqrt(in)."""
    weights = [torch.empty(len(seeds), n, m) for n, m in pairwise(SIZES)]
    biases = [torch.empty(len(seeds), m, 1) for m in SIZES[1:]]
    for index, seed in enumerate(seeds):
        generator = torch.Generator().manual_seed(seed)
        for w, b in zip(weights, biases, strict=True):
            bound = w.shape[1] ** -0.5
            w[index].uniform_(-bound, bound, generator=generator)
            b[index].uniform_(-bound, bound, generator=generator)
    # Drawn as (in, out): the numbers of every measurement that is stored.
    return [w.mT for w in weights], biases
