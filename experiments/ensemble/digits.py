"""
1797 real handwritten digits in one fixed split, the same for every experiment (DIGITS.md: source and licence).

There is no validation part: nothing is chosen on these data. One test image is 0.28 percentage points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

TRAIN = 1437
PIXELS = 64
CLASSES = 10


@dataclass(frozen=True)
class Digits:
    """`train_x` (1437, 64) and `test_x` (360, 64) are float32 in [0, 1]; the labels are int64 in 0..9."""

    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor

    def to(self, device: str) -> Digits:
        """All of them there."""
        return Digits(*(part.to(device) for part in (self.train_x, self.train_y, self.test_x, self.test_y)))


@cache
def load() -> Digits:
    """The digits, read once in a process."""
    with np.load(Path(__file__).with_name("digits.npz")) as arrays:
        x = torch.from_numpy(arrays["images"]).float() / 16  # (1797, 64), pixels count 0 to 16
        y = torch.from_numpy(arrays["labels"]).long()  # (1797,)
    return Digits(x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:])
