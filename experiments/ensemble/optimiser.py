"""
SGD with momentum and Adam for stacked models: one row of a flat buffer (M, P) is one model, with its own settings.

The formulas are those of torch.optim.SGD, Adam and AdamW; tests hold all against them.
Settings are (M, 1), so that every operation is one call for all models.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import InitVar, dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from experiments.ensemble.arm import Arm, Recipe


def per_model(values: list[float], seeds: int) -> Tensor:
    """One value for each arm -> (M, 1)."""
    return torch.tensor(values, dtype=torch.float32).repeat_interleave(seeds).view(-1, 1)


class Gradients:
    """
    What stands in .grad when the optimiser steps: an arm may forget to zero it.

    `fresh` (M, P) is where a backward pass writes, `total` what .grad holds where zero_grad is forgotten.
    """

    def __init__(self, arms: list[Arm], seeds: int, like: Tensor) -> None:
        self.fresh = torch.zeros_like(like)
        forgets = any(arm.keep_grad for arm in arms)
        self.total = torch.zeros_like(like) if forgets else self.fresh
        kept = [float(arm.keep_grad) for arm in arms]
        self.kept = per_model(kept, seeds).to(like.device) if forgets else None

    def add(self) -> Tensor:
        """zero_grad, or not, and the backward pass: what .grad is then, (M, P)."""
        return self.fresh if self.kept is None else self.total.mul_(self.kept).add_(self.fresh)


@dataclass
class Optimiser(ABC):
    """
    Settings and state of one optimiser, whose parameters are `like` (M, P).

    The two decays are (M, 1), or None where no arm has any.
    """

    like: InitVar[Tensor]
    l2: Tensor | None
    decoupled: Tensor | None
    steps: int = 0
    state: dict[str, Tensor] = field(default_factory=dict)
    names: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self, like: Tensor) -> None:
        self.state = {name: torch.zeros_like(like) for name in self.names}

    def step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        """Change the parameters (M, P) in place; the gradients stay as they are; rates (M, 1)."""
        if self.l2 is not None:
            gradients = torch.addcmul(gradients, parameters, self.l2)
        if self.decoupled is not None:
            parameters.mul_(1 - lr * self.decoupled)
        self.steps += 1
        self._step(parameters, gradients, lr)

    @abstractmethod
    def _step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        """The rule itself."""


@dataclass
class Sgd(Optimiser):
    """v <- momentum * v + g;  w <- w - lr * v."""

    momentum: float = 0.9
    names: ClassVar[tuple[str, ...]] = ("velocity",)

    def _step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        velocity = self.state["velocity"]
        torch.add(gradients, velocity, alpha=self.momentum, out=velocity)
        parameters.addcmul_(velocity, lr, value=-1)


@dataclass
class Adam(Optimiser):
    """Kingma & Ba 2015, algorithm 1, with eps outside the root as in torch.optim.Adam."""

    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    names: ClassVar[tuple[str, ...]] = ("mean", "square")

    def _step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        mean, square = self.state["mean"], self.state["square"]
        first, second = self.betas
        rate = lr / (1 - first**self.steps)  # both averages start at zero: the division takes the bias out
        root = (1 - second**self.steps) ** 0.5
        mean.lerp_(gradients, 1 - first)
        square.mul_(second).addcmul_(gradients, gradients, value=1 - second)
        parameters.addcdiv_(mean * rate, square.sqrt().div_(root).add_(self.eps), value=-1)


def optimiser(arms: list[Arm], seeds: int, recipe: Recipe, like: Tensor) -> Optimiser:
    """The recipe's optimiser for parameters `like` (M, P), with every arm's own decay."""
    l2, decoupled = (_decays(arms, seeds, kind, like) for kind in ("l2", "decoupled"))
    if recipe.optimiser == "sgd":
        return Sgd(like, l2, decoupled, momentum=recipe.momentum)
    return Adam(like, l2, decoupled)


def _decays(arms: list[Arm], seeds: int, kind: str, like: Tensor) -> Tensor | None:
    values = [arm.weight_decay if arm.decay == kind else 0.0 for arm in arms]
    return per_model(values, seeds).to(like.device) if any(values) else None
