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

from experiments.arm import Arm
from experiments.digits import CLASSES, PIXELS
from experiments.losses import Losses
from experiments.optimiser import per_model

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
Hook = Callable[[str, str, Tensor], None]


class Ensemble:
    """Arms x seeds as they start; `flat` (M, P) is all that training changes."""

    def __init__(self, arms: list[Arm], seeds: range) -> None:
        self.arms = arms
        self.seeds = len(seeds)
        self.numbers = seeds
        self.losses = Losses(arms, len(seeds))
        self.flat = torch.zeros(len(arms) * len(seeds), ROW)
        weights, biases = initial(seeds)
        for mine, start in zip(self.views(self.flat), [*weights, *biases], strict=True):
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
        # Told, when set, what each module puts out ("output") and the gradient by it ("gradient"), as hooks are.
        self.hook: Hook | None = None

    def to(self, device: str) -> None:
        """Move everything there."""
        self.flat, self.has_bias = self.flat.to(device), self.has_bias.to(device)

    def views(self, flat: Tensor) -> list[Tensor]:
        """Three weights (M, out, in) and three biases (M, out, 1) in a flat buffer."""
        sizes = [m * n for m, n in SHAPES]
        parts = flat.split([*sizes, ROW - sum(sizes)], dim=1)
        return [part.unflatten(1, shape) for part, shape in zip(parts[:-1], SHAPES, strict=True)]

    @property
    def weights(self) -> list[Tensor]:
        """(M, out, in)."""
        return self.views(self.flat)[:3]

    @property
    def biases(self) -> list[Tensor]:
        """(M, out, 1)."""
        return self.views(self.flat)[3:]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Pixels (M, n, 64) -> what each layer puts out, activated: (M, 64, n) twice, logits (M, 10, n)."""
        w1, w2, w3, b1, b2, b3 = self.views(self.flat)
        first = self._activate("layer 1", torch.baddbmm(b1, w1, x.mT))
        second = self._activate("layer 2", torch.baddbmm(b2, w2, first))
        logits = torch.baddbmm(b3, w3, second)
        self._tell("layer 3", "output", logits)
        return [first, second, logits]

    def gradient(self, x: Tensor, y: Tensor, out: Tensor) -> Tensor:
        """
        Write the gradient of each model's mean loss to `out` (M, P): pixels (seeds, n, 64), labels (seeds, n) -> (M,).

        Only the loss is differentiated by autograd, by the logits: an arm may bring any loss.
        """
        x = x.repeat(len(self.arms), 1, 1)  # (M, n, 64)
        first, second, logits = self.forward(x)
        loss, d3 = self.losses(logits, y)  # (M,), (M, 10, n)
        _, w2, w3, *_ = self.views(self.flat)
        self._tell("loss", "output", loss.unsqueeze(1))
        self._tell("layer 3", "gradient", d3)
        d2 = self._derive("layer 2", torch.bmm(w3.mT, d3), second)  # (M, 64, n)
        d1 = self._derive("layer 1", torch.bmm(w2.mT, d2), first)
        views = self.views(out)
        for w, b, d, h in zip(views[:3], views[3:], (d1, d2, d3), (x.mT, first, second), strict=True):
            w.copy_(torch.bmm(d, h.mT))  # with out=w, which is not contiguous, it would loop over the models
            torch.sum(d, dim=2, keepdim=True, out=b)
            if self.masked:
                b.mul_(self.has_bias)
        return loss

    def accuracy(self, x: Tensor, y: Tensor) -> Tensor:
        """The share of right answers (M,) on pixels (n, 64) with labels (n,)."""
        logits = self.forward(x.expand(len(self.flat), -1, -1))[-1]  # (M, 10, n)
        guesses = logits.max(1).indices  # (M, n); argmax(1) is six times slower
        share: Tensor = guesses.eq(y).float().mean(-1)
        return share

    def weight_norm(self) -> Tensor:
        """Of the three weight matrices together: (M,)."""
        return torch.linalg.vector_norm(self.flat[:, : sum(m * n for m, n in WEIGHTS)], dim=1)

    def _activate(self, module: str, h: Tensor) -> Tensor:
        self._tell(module, "output", h)
        for name, rows in self._activations():
            ACTIVATIONS[name](h[rows])
        return h

    def _derive(self, module: str, d: Tensor, h: Tensor) -> Tensor:
        """By the activation, from what it put out: with the operators that autograd itself uses, in place."""
        for name, rows in self._activations():
            if name == "relu":
                torch.ops.aten.threshold_backward.grad_input(d[rows], h[rows], 0, grad_input=d[rows])
            elif name == "tanh":
                torch.ops.aten.tanh_backward.grad_input(d[rows], h[rows], grad_input=d[rows])
        self._tell(module, "gradient", d)
        return d

    def _activations(self) -> list[tuple[str, slice]]:
        """Neighbouring arms that share an activation share a call."""
        found, start = [], 0
        for name, arms in groupby(arm.activation for arm in self.arms):
            end = start + len(list(arms)) * self.seeds
            found.append((name, slice(start, end)))
            start = end
        return found

    def _tell(self, module: str, what: str, value: Tensor) -> None:
        if self.hook:
            self.hook(module, what, value)


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
