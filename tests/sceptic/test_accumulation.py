"""Three backward calls without zero_grad; and a loop that forgets it."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests.sceptic.given import SEEDS, accuracy, agrees, batches, digits, mlp


def test_grad_is_the_sum_of_three():
    x, y, _, _ = digits()
    model = nn.Linear(64, 10)
    each = []
    for start in (0, 64, 128):
        alone = torch.autograd.grad(cross_entropy(model(x[start : start + 64]), y[start : start + 64]), model.weight)[0]
        cross_entropy(model(x[start : start + 64]), y[start : start + 64]).backward()
        each.append(alone)
    gap = 100 * ((sum(each) - model.weight.grad).norm() / model.weight.grad.norm()).item()

    assert gap < 1e-4
    assert agrees("accumulation", "gap.last", [100 * ((each[-1] - sum(each)).norm() / sum(each).norm()).item()])
    assert agrees("accumulation", "gap.mean", [100 * (1 - 1 / 3)])


@pytest.mark.parametrize("lr", [0.001, 0.1])
@pytest.mark.parametrize("zeroed", [True, False])
def test_training_ends_as_printed(lr, zeroed):
    name = "zeroed" if zeroed else "forgotten"

    assert agrees("accumulation", f"{name}@{lr}", [accuracy(trained(seed, lr, zeroed=zeroed)) for seed in SEEDS])


def test_to_forget_it_is_momentum_of_one_to_the_bit():
    forgotten, momentum = trained(1, 0.01, zeroed=False), trained(1, 0.01, zeroed=True, momentum=1.0)

    assert all(torch.equal(a, b) for a, b in zip(forgotten.parameters(), momentum.parameters(), strict=True))


def trained(seed, lr, *, zeroed, momentum=0.0):
    torch.manual_seed(seed)
    model = mlp()
    sgd = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    x, y, _, _ = digits()
    for _ in range(10):
        for batch in batches():
            if zeroed:
                sgd.zero_grad()
            cross_entropy(model(x[batch]), y[batch]).backward()
            sgd.step()
    return model
