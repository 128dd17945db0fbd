"""
Trains arms x seeds of one small MLP at once, as one batched program.

An arm is a variant under comparison (another loss, activation, bias, optimiser setting, or weights that start at zero).
All arms share what is left to chance: seed number s gives every arm the same initial weights and the same order of
batches. Training is equal to nn.Module with torch.optim, one model after another, to float accuracy
(tests/experiments/ensemble/test_ensemble.py).
"""

from __future__ import annotations

from dataclasses import asdict

import torch
from torch.profiler import record_function

from experiments.ensemble.arm import BATCH, Arm, History, Loss, Recipe, Stop, cross_entropy
from experiments.ensemble.checkpoint import Checkpoint
from experiments.ensemble.digits import Digits
from experiments.ensemble.stacked import Ensemble
from experiments.ensemble.training import Training, batch_orders
from experiments.topic import Context

__all__ = ["BATCH", "Arm", "Ensemble", "History", "Loss", "Recipe", "Stop", "batch_orders", "cross_entropy", "train"]

# Two threads are slower than one at these sizes, and far slower beside other processes: processes are the parallelism.
torch.set_num_threads(1)


@torch.no_grad()
def train(
    ensemble: Ensemble, data: Digits, recipe: Recipe, context: Context, *, watch_gradients: bool = False
) -> History:
    """
    Train all models side by side on `context.device`, telling `context` how far it is after each epoch.

    A model that comes to a number that is not finite is stopped: `History.stopped` names the module, and its numbers
    are NaN from there on. A training that was killed goes on from `run.checkpoint`.
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
