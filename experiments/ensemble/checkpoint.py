"""
A training that was killed goes on from its last checkpoint, and comes to the same bytes.

Written by torch.save beside its place and then moved there, so that it is whole or not there; read with weights_only,
so that a file can hold tensors and plain values and nothing that runs.
"""

from __future__ import annotations

import pickle
import time
from pathlib import Path
from typing import Any

import torch

from experiments.ensemble.training import Training

SAVE_S = 2.0  # how often; a save takes a few ms
DAMAGED = (OSError, RuntimeError, KeyError, EOFError, pickle.UnpicklingError)


class Checkpoint:
    """At `path`, or nowhere if that is None; `key` says what is trained: that of another training is not read."""

    def __init__(self, path: Path | None, key: list[Any]) -> None:
        self.path = path
        self.key = key
        self.saved = time.monotonic()

    def load(self, training: Training) -> None:
        """Go on from the file, if there is one and it is of this training."""
        if self.path is None or not self.path.exists():
            return
        try:
            found = torch.load(self.path, weights_only=True, map_location="cpu")
            if found["key"] == self.key:
                training.load_state_dict(found["training"])
        except DAMAGED:
            self.remove()

    def save(self, training: Training) -> None:
        """Write the file if it is time."""
        if self.path is None or time.monotonic() - self.saved < SAVE_S:
            return
        beside = self.path.with_name(f"{self.path.name}.new")
        torch.save({"key": self.key, "training": training.state_dict()}, beside)
        beside.replace(self.path)
        self.saved = time.monotonic()

    def remove(self) -> None:
        """The training is over."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path.with_name(f"{self.path.name}.new").unlink(missing_ok=True)
