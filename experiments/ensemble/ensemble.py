"""
Trains arms x seeds of one small MLP at once, as one batched program.

An arm is a variant under comparison (another loss, activation, bias, optimiser setting, or weights that start at zero).
All arms share what is left to chance: seed number s gives every arm the same initial weights and the same order of
batches. Training is equal to nn.Module with torch.optim, one model after another, to float accuracy
(tests/experiments/ensemble/test_ensemble.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import torch
from torch import Tensor
from torch.profiler import record_function

from experiments.ensemble.arm import BATCH, Arm, History, Loss, Recipe, cross_entropy
from experiments.ensemble.checkpoint import Checkpoint
from experiments.ensemble.digits import Digits, load
from experiments.ensemble.stacked import Ensemble
from experiments.ensemble.training import Training, batch_orders
from experiments.topic import Context

__all__ = [
    "BATCH",
    "Arm",
    "Ensemble",
    "History",
    "Loss",
    "Recipe",
    "batch_orders",
    "by_seed",
    "cross_entropy",
    "on_digits",
    "train",
]

# Two threads are slower than one at these sizes, and far slower beside other processes: processes are the parallelism.
torch.set_num_threads(1)


@torch.no_grad()
def train(
    ensemble: Ensemble, data: Digits, recipe: Recipe, context: Context, *, watch_gradients: bool = False
) -> History:
    """
    Train all models side by side on `context.device`, telling `context` how far it is after each epoch.

    A training that was killed goes on from `context.checkpoint`.
    """
    ensemble.to(context.device)
    training = Training(ensemble, data.to(context.device), recipe, watch_gradients=watch_gradients)
    key = [list(ensemble.numbers), len(ensemble.arms), training.table.tolist(), asdict(recipe), watch_gradients]
    checkpoint = Checkpoint(context.checkpoint, key)
    checkpoint.load(training)
    while training.epoch < recipe.epochs:
        with record_function(f"epoch {training.epoch + 1}"):  # a name in a profiler's trace
            training.advance()
        checkpoint.save(training)
        context.report(training.epoch / recipe.epochs, f"epoch {training.epoch}/{recipe.epochs}")
    checkpoint.remove()
    return training.history()


def on_digits(
    arms: list[Arm], seeds: range, recipe: Recipe, context: Context, *, watch_gradients: bool = False
) -> History:
    """Train the arms, each with all seeds, on the digits."""
    return train(Ensemble(arms, seeds), load(), recipe, context, watch_gradients=watch_gradients)


def by_seed(values: Tensor, names: Iterable[str], digits: int) -> list[dict[str, list[float]]]:
    """Of values (arms, seeds, n), each seed's as plain data: a rounded list for each arm by name."""
    names = list(names)
    return [
        {name: [round(value, digits) for value in curve] for name, curve in zip(names, curves, strict=True)}
        for curves in values.transpose(0, 1).tolist()
    ]
