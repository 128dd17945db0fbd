"""Hooks against NaN: which module put out the first number that is not finite, or had it as its gradient."""

from __future__ import annotations

from torch import Tensor

from experiments.ensemble.arm import Stop


class Watch:
    """
    A hook for `Ensemble`: watches some of its models through an epoch, whose first step has the number `first`.

    Each module of a step is told once; layer 1 opens the step.
    """

    def __init__(self, models: list[int], first: int) -> None:
        self.models = models
        self.step = first - 1
        self.found: dict[int, tuple[int, str, str]] = {}

    def __call__(self, module: str, what: str, value: Tensor) -> None:
        """A module's output, or the gradient by it: (M, ...)."""
        if (module, what) == ("layer 1", "output"):
            self.step += 1
        finite = value[self.models].flatten(1).isfinite().all(1).tolist()
        for model, well in zip(self.models, finite, strict=True):
            if not well:
                self.found.setdefault(model, (self.step, module, what))

    def stops(self, seeds: int, numbers: range) -> list[Stop]:
        """A stop for each model; where no module is guilty, the epoch's last step drove the parameters out of range."""
        guilty = {model: self.found.get(model, (self.step, "parameters", "step")) for model in self.models}
        return [Stop(model // seeds, numbers[model % seeds], *where) for model, where in guilty.items()]
