"""
Trains arms x seeds of one small MLP at once, as one batched program.

An arm is a variant under comparison (another loss, activation, bias, optimiser setting, or weights that start at zero).
All arms share what is left to chance: seed number s gives every arm the same initial weights and the same order of
batches. Training is equal to nn.Module with torch.optim, one model after another, to float accuracy
(tests/experiments/test_ensemble.py).
"""

from __future__ import annotations

import torch
from torch import Tensor

from experiments.arm import BATCH, Arm, History, Loss, Recipe, cross_entropy, rates
from experiments.digits import Digits
from experiments.experiment import Run
from experiments.optimiser import Gradients, optimiser
from experiments.stacked import ACTIVATIONS, Ensemble, initial

__all__ = [
    "ACTIVATIONS",
    "BATCH",
    "Arm",
    "Ensemble",
    "History",
    "Loss",
    "Recipe",
    "batch_orders",
    "cross_entropy",
    "initial",
    "train",
]

# Two threads are slower than one at these sizes, and far slower beside other processes: processes are the parallelism.
torch.set_num_threads(1)


def batch_orders(seeds: range, samples: int, epochs: int) -> Tensor:
    """Which sample stands where in each epoch: (epochs, seeds, samples); no arm has an order of its own."""
    generators = [torch.Generator().manual_seed(10_000 + seed) for seed in seeds]
    return torch.stack([torch.stack([torch.randperm(samples, generator=g) for g in generators]) for _ in range(epochs)])


@torch.no_grad()
def train(ensemble: Ensemble, data: Digits, recipe: Recipe, run: Run, *, watch_gradients: bool = False) -> History:
    """Train all models side by side, telling `run` how far it is after each epoch."""
    arms, seeds = ensemble.arms, ensemble.seeds
    orders = batch_orders(ensemble.numbers, len(data.train_y), recipe.epochs)  # (epochs, seeds, 1437)
    steps = orders.shape[-1] // BATCH
    table = rates(arms, recipe.epochs, steps)  # (arms, steps + 1)
    models = table.float().repeat_interleave(seeds, dim=0)  # (M, steps + 1)
    stepper, gradients = optimiser(arms, seeds, recipe), Gradients(arms, seeds)
    total = torch.zeros_like(ensemble.flat)  # (M, P), what .grad is for nn.Module
    accuracy, weights = [ensemble.accuracy(data.test_x, data.test_y)], [ensemble.weight_norm()]
    objective: list[Tensor] = []
    norms: list[Tensor] = []
    for epoch, order in enumerate(orders):
        losses = []
        for index, batch in enumerate(order[:, : steps * BATCH].split(BATCH, dim=1)):  # (seeds, 64)
            loss, fresh = ensemble.gradient(data.train_x[batch], data.train_y[batch])
            losses.append(loss)
            gradients.add(total, fresh)
            if watch_gradients:
                norms.append(torch.stack([g.flatten(1).norm(dim=1) for g in ensemble.views(total)[:3]], dim=1))
            gradients.clip(total, "before")
            step = epoch * steps + index
            stepper.step(ensemble.flat, total, models[:, step : step + 1])
            gradients.clip(total, "after")
        objective.append(torch.stack(losses).mean(0).view(len(arms), seeds))
        accuracy.append(ensemble.accuracy(data.test_x, data.test_y))
        weights.append(ensemble.weight_norm())
        run.report((epoch + 1) / recipe.epochs, f"epoch {epoch + 1}/{recipe.epochs}")
    return History(
        accuracy=torch.stack(accuracy, -1),
        objective=torch.stack(objective, -1),
        weight_norm=torch.stack(weights, -1),
        lr=table[:, steps::steps],
        gradients=torch.stack(norms, dim=1).view(len(arms), seeds, -1, 3) if norms else torch.empty(0),
    )
