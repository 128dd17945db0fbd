"""best = model.state_dict(), and training goes on."""

import copy

import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.sceptic.given import SEEDS, accuracy, agrees, batches, digits, mlp

OPTIMISERS = {
    "SGD": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
    "Adam": lambda weights: torch.optim.Adam(weights, lr=0.001),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_what_is_kept_is_worth_what_is_printed(name):
    found = [trained(name, seed) for seed in SEEDS]

    for number, way in enumerate(["state_dict", "copy", "deepcopy"]):
        assert agrees("state-dict-alias", f"{name}.{way}", [accuracies[number] for accuracies in found])


def trained(name, seed):
    torch.manual_seed(seed)
    model = mlp()
    optimiser = OPTIMISERS[name](model.parameters())
    x, y, _, _ = digits()
    best, kept = -1.0, ()
    for epoch in range(12):
        if epoch == 8:
            optimiser.param_groups[0]["lr"] *= 100
        for batch in batches(1150):
            optimiser.zero_grad()
            cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()
        held_out = (model(x[1150:]).argmax(1) == y[1150:]).float().mean().item()
        if held_out > best:
            best = held_out
            kept = (model.state_dict(), model.state_dict().copy(), copy.deepcopy(model.state_dict()))
    fresh = mlp()
    return [accuracy(fresh) for weights in kept if fresh.load_state_dict(weights)]
