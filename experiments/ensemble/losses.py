"""The losses of all arms and their gradients by the logits: the one part that autograd differentiates."""

from __future__ import annotations

import torch
from torch import Tensor

from experiments.ensemble.arm import Arm, Loss


class Losses:
    """One loss for each arm, whose seeds are one call of it."""

    def __init__(self, arms: list[Arm], seeds: int) -> None:
        self.losses = [(arm.loss, classes_first(arm.loss)) for arm in arms]
        self.seeds = seeds

    def __call__(self, logits: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (M, 10, n), labels (seeds, n) -> the mean loss (M,) of each model and its gradient (M, 10, n)."""
        with torch.enable_grad():
            parts = [z.detach().requires_grad_() for z in logits.split(self.seeds)]  # arm by arm (seeds, 10, n)
            values = [_values(*loss, z, y) for loss, z in zip(self.losses, parts, strict=True)]  # (seeds, n)
            share = torch.full_like(values[0], 1 / y.shape[1])  # of a sample in its model's mean
            grads = torch.autograd.grad(values, parts, [share] * len(parts))
        return torch.cat(values).detach().mean(1), torch.cat(grads)


def _values(loss: Loss, direct: bool, z: Tensor, y: Tensor) -> Tensor:  # noqa: FBT001
    return loss(z, y) if direct else loss(z.mT.flatten(0, 1), y.flatten()).view_as(y)


def classes_first(loss: Loss) -> bool:
    """
    Whether a loss also takes logits (N, 10, d) and labels (N, d), as those of torch do; asked by trying it.

    Softmax along that dimension is ten times faster than along a last one of 10.
    """
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(4, 10, 3, generator=generator)
    y = torch.randint(10, (4, 3), generator=generator)
    expected = loss(z.mT.flatten(0, 1), y.flatten()).view_as(y)
    try:
        found = loss(z, y)
    except (RuntimeError, ValueError, IndexError):
        return False
    return found.shape == y.shape and torch.allclose(found, expected, equal_nan=True)
