"""
SGD with momentum and Adam for stacked models: one row of a flat buffer (M, P) is one model, with its own settings.

The formulas are those of torch.optim.SGD, Adam and AdamW and of clip_grad_norm_; tests hold all against them.
Settings are (M, 1), so that every operation is one call for all models.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from experiments.arm import Arm, Recipe

TINY = 1e-6  # what clip_grad_norm_ adds to a norm before it divides by it


def per_model(values: list[float], seeds: int) -> Tensor:
    """One value for each arm -> (M, 1)."""
    return torch.tensor(values, dtype=torch.float32).repeat_interleave(seeds).view(-1, 1)


class Gradients:
    """What an arm does to .grad around the optimiser's step: forget to zero it, or clip it."""

    def __init__(self, arms: list[Arm], seeds: int) -> None:
        self.kept = per_model([float(arm.keep_grad) for arm in arms], seeds) if any(a.keep_grad for a in arms) else None
        self.limits = {when: _limits(arms, seeds, when) for when in ("before", "after")}

    def add(self, total: Tensor, fresh: Tensor) -> Tensor:
        """zero_grad (or not) and the backward pass, in place of `total` (M, P), which is .grad."""
        return total.copy_(fresh) if self.kept is None else total.mul_(self.kept).add_(fresh)

    def clip(self, total: Tensor, when: str) -> None:
        """clip_grad_norm_ where an arm asks for it at this moment."""
        limits = self.limits[when]
        if limits is not None:
            norms = total.norm(dim=1, keepdim=True)  # (M, 1)
            total.mul_((limits / (norms + TINY)).clamp_(max=1))


def _limits(arms: list[Arm], seeds: int, when: str) -> Tensor | None:
    limits = [arm.clip if arm.clip is not None and arm.clip_when == when else float("inf") for arm in arms]
    return None if min(limits) == float("inf") else per_model(limits, seeds)


@dataclass
class Optimiser:
    """
    State and settings of one optimiser; `state` has names that a checkpoint keeps.

    The two decays are (M, 1), or None where no arm has any.
    """

    l2: Tensor | None
    decoupled: Tensor | None
    steps: int = 0
    state: dict[str, Tensor] = field(default_factory=dict)

    def step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        """Change the parameters (M, P) in place; the gradients stay as they are; rates (M, 1)."""
        if self.l2 is not None:
            gradients = torch.addcmul(gradients, parameters, self.l2)
        if self.decoupled is not None:
            parameters.mul_(1 - lr * self.decoupled)
        self.steps += 1
        self._step(parameters, gradients, lr)

    def _step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        raise NotImplementedError

    def _buffer(self, name: str, like: Tensor) -> Tensor:
        if name not in self.state:
            self.state[name] = torch.zeros_like(like)
        return self.state[name]


@dataclass
class Sgd(Optimiser):
    """v <- momentum * v + g;  w <- w - lr * v."""

    momentum: float = 0.9

    def _step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        velocity = self._buffer("velocity", parameters)
        velocity.mul_(self.momentum).add_(gradients)
        parameters.addcmul_(velocity, lr, value=-1)


@dataclass
class Adam(Optimiser):
    """Kingma & Ba 2015, algorithm 1, with eps outside the root as in torch.optim.Adam."""

    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8

    def _step(self, parameters: Tensor, gradients: Tensor, lr: Tensor) -> None:
        mean, square = self._buffer("mean", parameters), self._buffer("square", parameters)
        first, second = self.betas
        rate = lr / (1 - first**self.steps)  # both averages start at zero: the division takes the bias out
        root = (1 - second**self.steps) ** 0.5
        mean.lerp_(gradients, 1 - first)
        square.mul_(second).addcmul_(gradients, gradients, value=1 - second)
        parameters.addcdiv_(mean * rate, square.sqrt().div_(root).add_(self.eps), value=-1)


def optimiser(arms: list[Arm], seeds: int, recipe: Recipe) -> Optimiser:
    """The recipe's optimiser with every arm's own decay."""
    l2, decoupled = (_decays(arms, seeds, kind) for kind in ("l2", "decoupled"))
    if recipe.optimiser == "sgd":
        return Sgd(l2, decoupled, momentum=recipe.momentum)
    return Adam(l2, decoupled)


def _decays(arms: list[Arm], seeds: int, kind: str) -> Tensor | None:
    values = [arm.weight_decay if arm.decay == kind else 0.0 for arm in arms]
    return per_model(values, seeds) if any(values) else None
