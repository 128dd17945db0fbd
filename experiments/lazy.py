"""
torch and what needs it, imported when first used.

The bot reads an experiment's parameters and option keys from its file, and has no torch; so the files of
`experiments.topics` take torch, the ensemble and the panels of pictures from here.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["F", "digits", "ensemble", "nn", "panels", "torch", "warm", "zero_init_figure"]


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

    from experiments.ensemble import digits, ensemble
    from experiments.pictures import panels
    from experiments.topics.zero_init import figure as zero_init_figure
else:
    torch = Lazy("torch")
    nn = Lazy("torch.nn")
    F = Lazy("torch.nn.functional")
    digits = Lazy("experiments.ensemble.digits")
    ensemble = Lazy("experiments.ensemble.ensemble")
    panels = Lazy("experiments.pictures.panels")
    zero_init_figure = Lazy("experiments.topics.zero_init.figure")


def warm() -> None:
    """Import all of it now, and draw once: what a process does that will measure and draw."""
    for name in (
        "torch",
        "experiments.ensemble.ensemble",
        "experiments.pictures.panels",
        "experiments.topics.zero_init.figure",
    ):
        import_module(name)
    import_module("experiments.pictures.figure").warm()
    gc.freeze()  # a collection over all that was imported takes as long as half a picture
