"""One model after another, as everybody trains: what topics use whose question is about the usual loop itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from experiments.ensemble.arm import BATCH
from experiments.ensemble.stacked import SIZES


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """What is drawn inside depends on the seed alone; the process's own generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def mlp(*sizes: int) -> nn.Sequential:
    """Linear layers with ReLU between them, 64-64-64-10 unless told otherwise, as nn.Linear starts them."""
    pairs = pairwise(sizes or SIZES)
    layers = [layer for inputs, outputs in pairs for layer in (nn.Linear(inputs, outputs), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def batches(samples: int, generator: Generator) -> tuple[Tensor, ...]:
    """An epoch's indices in random batches of 64; the rest waits for another epoch's order."""
    order: Tensor = torch.randperm(samples, generator=generator)
    return tuple(order[: samples // BATCH * BATCH].split(BATCH))


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """The share of right answers in %, on inputs x (n, ...) with labels y (n,)."""
    with torch.no_grad():
        return 100 * float((model(x).argmax(-1) == y).double().mean())
