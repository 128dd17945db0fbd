"""
SGD with momentum and Adam for stacked models, each with a learning rate of its own.

The formulas are those of torch.optim.SGD and torch.optim.Adam; tests hold both against them.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Optimiser(Protocol):
    def step(self, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        """Change the parameters (M, ...) in place."""


class Sgd:
    """v <- momentum * v + g;  w <- w - lr * v.  The rates `lr` are (M, 1, 1)."""

    def __init__(self, lr: Tensor, momentum: float) -> None:
        self.lr = lr
        self.momentum = momentum
        self.velocities: list[Tensor] = []

    @torch.no_grad()
    def step(self, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        self.velocities = self.velocities or [torch.zeros_like(p) for p in parameters]
        for p, g, v in zip(parameters, gradients, self.velocities, strict=True):
            v.mul_(self.momentum).add_(g)
            p.addcmul_(v, self.lr, value=-1)


class Adam:
    """Kingma & Ba 2015, algorithm 1, with eps outside the root as in torch.optim.Adam. The rates `lr` are (M, 1, 1)."""

    def __init__(self, lr: Tensor, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8) -> None:
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.steps = 0
        self.means: list[Tensor] = []
        self.squares: list[Tensor] = []

    @torch.no_grad()
    def step(self, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        self.means = self.means or [torch.zeros_like(p) for p in parameters]
        self.squares = self.squares or [torch.zeros_like(p) for p in parameters]
        self.steps += 1
        first, second = self.betas
        rate = self.lr / (1 - first**self.steps)  # both averages start at zero: the division takes the bias out
        root = (1 - second**self.steps) ** 0.5
        for p, g, m, s in zip(parameters, gradients, self.means, self.squares, strict=True):
            m.lerp_(g, 1 - first)
            s.mul_(second).addcmul_(g, g, value=1 - second)
            p.addcdiv_(m * rate, s.sqrt().div_(root).add_(self.eps), value=-1)
