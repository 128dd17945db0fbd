"""Matrices that start at zero: one, two, and with which bias."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests.sceptic.given import SEEDS, accuracy, agrees, batches, digits, mlp

OPTIMISERS = [
    lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
    lambda weights: torch.optim.Adam(weights, lr=0.001),
]


@pytest.mark.parametrize(
    ("poll", "key", "zeroed", "activation", "bias"),
    [
        ("one-zero", "accuracy", (2,), nn.Tanh, False),
        ("one-zero", "control.accuracy", (), nn.Tanh, False),
        ("one-zero", "relu.none", (2,), nn.ReLU, False),
        ("two-zeros", "accuracy", (0, 2), nn.Tanh, False),
        ("two-zeros", "tanh.default", (0, 2), nn.Tanh, True),
    ],
)
def test_it_learns_or_stays_dead_as_printed(poll, key, zeroed, activation, bias):
    found = [trained(seed, make, zeroed, activation, bias) for seed in SEEDS for make in OPTIMISERS]
    dead = "none" in key or (poll == "two-zeros" and key == "accuracy")

    assert agrees(poll, key, [accuracy for accuracy, _ in found])
    assert all((largest == 0) == dead for _, largest in found if zeroed)


def trained(seed, make, zeroed, activation, bias):
    torch.manual_seed(seed)
    model = mlp(activation=activation, bias=bias)
    for layer in zeroed:
        nn.init.zeros_(model[layer].weight)
    optimiser, largest = make(model.parameters()), 0.0
    x, y, _, _ = digits()
    for _ in range(30):
        for batch in batches():
            optimiser.zero_grad()
            cross_entropy(model(x[batch]), y[batch]).backward()
            largest = max([largest, *(model[layer].weight.grad.norm().item() for layer in zeroed)])
            optimiser.step()
    return accuracy(model), largest
