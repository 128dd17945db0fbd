"""
torch and what needs it, imported when first used.

The bot reads an experiment's parameters and option keys from its file, and has no torch; a process that draws has no
use for it either. So the files of `experiments.topics` take torch and the ensemble from here.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["F", "digits", "ensemble", "kept", "nn", "plain", "torch", "warm"]


class Lazy:
    """Stands for a module, and imports it when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 whatever the module has
        value = getattr(import_module(self._name), attribute)
        if self._name.startswith("torch"):
            # Two threads are slower than one at these sizes, and far slower beside other processes.
            import_module("torch").set_num_threads(1)
        setattr(self, attribute, value)
        return value


if TYPE_CHECKING:
    import torch
    from torch import nn
    from torch.nn import functional as F  # noqa: N812 the name that everybody knows it by

    from experiments.ensemble import digits, ensemble, plain
else:
    torch = Lazy("torch")
    nn = Lazy("torch.nn")
    F = Lazy("torch.nn.functional")
    digits = Lazy("experiments.ensemble.digits")
    ensemble = Lazy("experiments.ensemble.ensemble")
    plain = Lazy("experiments.ensemble.plain")


def warm() -> None:
    """Import all of it now: what a process does that will measure."""
    with kept():
        for name in ("torch", "experiments.ensemble.ensemble", "experiments.ensemble.plain"):
            import_module(name)


@contextmanager
def kept() -> Iterator[None]:
    """Nothing that is imported meanwhile becomes garbage: looking for some, then and at the end, takes half as long."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
