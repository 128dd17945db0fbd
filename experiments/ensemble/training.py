"""The loop over batches, an epoch at a time, and everything that it changes as one state: what a checkpoint keeps."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from experiments.ensemble.arm import BATCH, History, Recipe, rates
from experiments.ensemble.digits import Digits
from experiments.ensemble.optimiser import Gradients, optimiser
from experiments.ensemble.stacked import Ensemble, views

State = dict[str, Any]


def batch_orders(seeds: range, samples: int, epochs: int) -> Tensor:
    """Which sample stands where in each epoch: (epochs, seeds, samples); no arm has an order of its own."""
    generators = [torch.Generator().manual_seed(10_000 + seed) for seed in seeds]
    return torch.stack([torch.stack([torch.randperm(samples, generator=g) for g in generators]) for _ in range(epochs)])


class Training:
    """All models of an ensemble between two epochs, and what was recorded so far."""

    def __init__(self, ensemble: Ensemble, data: Digits, recipe: Recipe, *, watch_gradients: bool) -> None:
        self.ensemble, self.data, self.watch_gradients = ensemble, data, watch_gradients
        arms, seeds, flat = ensemble.arms, ensemble.seeds, ensemble.flat
        self.steps = len(data.train_y) // BATCH
        self.orders = batch_orders(ensemble.numbers, len(data.train_y), recipe.epochs)  # (epochs, seeds, 1437)
        self.table = rates(arms, recipe.epochs, self.steps)  # (arms, steps + 1)
        self.rates = self.table.float().repeat_interleave(seeds, dim=0).to(flat.device)  # (M, steps + 1)
        self.optimiser = optimiser(arms, seeds, recipe, flat)
        self.gradients = Gradients(arms, seeds, flat)
        self.epoch = 0
        self.records: dict[str, list[Tensor]] = {"objective": [], "gradients": [], "accuracy": [], "weight_norm": []}
        self._look()

    def advance(self) -> None:
        """Train one more epoch and record it."""
        losses, norms = self._run()
        self.epoch += 1
        self._record("objective", losses.mean(1))
        if self.watch_gradients:
            self.records["gradients"].append(norms.cpu())  # (steps, M, 3)
        self._look()

    def history(self) -> History:
        """What was recorded, by arm and seed."""
        arms, seeds = len(self.ensemble.arms), self.ensemble.seeds

        def over_epochs(name: str) -> Tensor:
            return torch.stack(self.records[name], dim=-1).view(arms, seeds, -1)

        gradients = torch.empty(0)
        if self.watch_gradients:  # (steps, M, 3) in order of steps
            gradients = torch.cat(self.records["gradients"]).transpose(0, 1).reshape(arms, seeds, -1, 3)
        return History(
            accuracy=over_epochs("accuracy"),
            objective=over_epochs("objective"),
            weight_norm=over_epochs("weight_norm"),
            lr=self.table[:, self.steps :: self.steps],
            gradients=gradients,
        )

    def state_dict(self) -> State:
        """Everything that the next epoch depends on, and the records; plain enough for weights_only."""
        tensors = {name: tensor.clone() for name, tensor in self._tensors().items()}
        return {"epoch": self.epoch, "records": self.records, "optimiser_steps": self.optimiser.steps, **tensors}

    def load_state_dict(self, state: State) -> None:
        """Go on from there."""
        self.epoch, self.records = state["epoch"], state["records"]
        self.optimiser.steps = state["optimiser_steps"]
        for name, tensor in self._tensors().items():
            tensor.copy_(state[name])

    def _run(self) -> tuple[Tensor, Tensor]:
        """One epoch: the models' mean loss at each step (M, steps), the norms of their gradients (steps, M, 3)."""
        ensemble, losses, norms = self.ensemble, [], []
        fresh = views(self.gradients.fresh)
        x, y = self._batches()
        for index in range(self.steps):
            losses.append(ensemble.gradient(x[index], y[index], fresh))
            grad = self.gradients.add()
            if self.watch_gradients:
                norms.append(torch.stack([g.flatten(1).norm(dim=1) for g in views(grad)[:3]], dim=1))
            self.optimiser.step(ensemble.flat, grad, self.rates[:, self.epoch * self.steps + index, None])
        return torch.stack(losses, dim=1), torch.stack(norms) if norms else torch.empty(0)

    def _batches(self) -> tuple[Tensor, Tensor]:
        """All batches of the epoch: pixels (steps, seeds, 64, 64), labels (steps, seeds, 64)."""
        order = self.orders[self.epoch, :, : self.steps * BATCH]  # (seeds, 1408)
        chosen = order.reshape(-1, self.steps, BATCH).transpose(0, 1)  # (steps, seeds, 64)
        flat = chosen.flatten().to(self.data.train_y.device)
        pixels = self.data.train_x.index_select(0, flat)
        return pixels.view(*chosen.shape, -1), self.data.train_y.index_select(0, flat).view(chosen.shape)

    def _look(self) -> None:
        self._record("accuracy", self.ensemble.accuracy(self.data.test_x, self.data.test_y))
        self._record("weight_norm", self.ensemble.weight_norm())

    def _record(self, name: str, values: Tensor) -> None:
        self.records[name].append(values.cpu())

    def _tensors(self) -> dict[str, Tensor]:
        return {"flat": self.ensemble.flat, "grad": self.gradients.total, **self.optimiser.state}
