"""
What a sceptic has: PyTorch, the digits, and the printed bands. No code of `experiments` computes anything here.

    band("clipping", "between.accuracy")    what pollbot printed, from the lowest to the highest seed
    agrees([91.9, 93.1], band)              whether the median of other seeds lies within it, give or take
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from statistics import median

import numpy as np
import torch
from torch import nn

from experiments.catalogue import ENTRIES
from tests.experiments.conftest import measured
from tests.outcomes import ROOT, threads

torch.set_num_threads(1)
SEEDS = range(900, 903)  # none of those that pollbot takes


@cache
def digits() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pixels (1437, 64) from 0 to 1 and labels to train on, and the same of 360 to test on."""
    with np.load(ROOT / "experiments" / "ensemble" / "digits.npz") as file:
        x, y = torch.tensor(file["images"] / 16).float(), torch.tensor(file["labels"]).long()
    return x[:1437], y[:1437], x[1437:], y[1437:]


def mlp(*, activation: type[nn.Module] = nn.ReLU, bias: bool = True) -> nn.Sequential:
    """64-64-64-10, as PyTorch starts it."""
    linear = [nn.Linear(64, 64, bias=bias), nn.Linear(64, 64, bias=bias), nn.Linear(64, 10, bias=bias)]
    return nn.Sequential(linear[0], activation(), linear[1], activation(), linear[2])


def batches(count: int = 1437) -> Iterator[torch.Tensor]:
    """One epoch: 22 batches of 64 of all that is to train on."""
    order = torch.randperm(count)
    return iter(order[: count // 64 * 64].split(64))


def accuracy(model: nn.Module) -> float:
    """Of the test digits, in %."""
    _, _, x, y = digits()
    with torch.no_grad():
        return 100 * (model(x).argmax(1) == y).float().mean().item()


@cache
def numbers(poll: str) -> tuple[dict[str, tuple[float, float]], frozenset[str]]:
    """The bands that are printed of a poll's experiment, and which of them are told by a clock."""
    found = (post.poll for thread in threads().values() for post in thread.posts if post.poll)
    asked = next(one.experiment for one in found if one.id == poll and one.experiment)
    said = measured(asked.run, asked.seeds, **asked.set).numbers
    clocked = frozenset(key for key, quantity in ENTRIES[asked.run].numbers.items() if quantity.clocked)
    return {key: (value.low, value.high) for key, value in said.items()}, clocked


def agrees(poll: str, key: str, found: list[float]) -> bool:
    """
    Whether the median of some other seeds lies in the printed band.

    Few seeds do not reach the ends of what more would: half of its width is allowed on either side, and one in a
    hundred; a clock on a busy machine may be off by half.
    """
    bands, clocked = numbers(poll)
    low, high = bands[key]
    room = 0.5 * (high - low) + 0.01 * abs(high)
    low, high = (low / 1.5, high * 1.5) if key in clocked else (low, high)
    print(f"{poll} {key}: {median(found):.6g} in {low:.6g} to {high:.6g}")  # shown where it does not agree
    return low - room <= median(found) <= high + room
