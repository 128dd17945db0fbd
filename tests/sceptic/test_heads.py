"""Softmax or LogSoftmax, then NLL or CrossEntropy: a plain loop, two optimisers."""

import math

import pytest
import torch
from torch import nn

from tests.sceptic.given import SEEDS, accuracy, agrees, batches, digits, mlp

HEADS = {
    "softmax+nll": (nn.Softmax(1), nn.NLLLoss()),
    "softmax+ce": (nn.Softmax(1), nn.CrossEntropyLoss()),
    "logsoftmax+nll": (nn.LogSoftmax(1), nn.NLLLoss()),
    "logsoftmax+ce": (nn.LogSoftmax(1), nn.CrossEntropyLoss()),
}
OPTIMISERS = {
    "accuracy": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
    "adam": lambda weights: torch.optim.Adam(weights, lr=0.001),
}


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("head", HEADS)
def test_accuracy_is_as_printed(head, optimiser):
    assert agrees("heads", f"{head}.{optimiser}", [trained(head, optimiser, seed) for seed in SEEDS])


def trained(head, optimiser, seed):
    torch.manual_seed(seed)
    last, loss = HEADS[head]
    model = nn.Sequential(*mlp(), last)
    step = OPTIMISERS[optimiser](model.parameters())
    x, y, _, _ = digits()
    for _ in range(30):
        for batch in batches():
            step.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            step.step()
    return accuracy(model)


@pytest.mark.parametrize("head", HEADS)
def test_a_confident_mistake_and_a_certain_answer_cost_what_is_printed(head):
    last, loss = HEADS[head]
    wrong = torch.tensor([[0.0, 10.0, *[0.0] * 8]], dtype=torch.float64, requires_grad=True)
    loss(last(wrong), torch.tensor([0])).backward()
    right = torch.tensor([[100.0, *[0.0] * 9]], dtype=torch.float64)

    assert agrees("heads", f"{head}.gradient", [wrong.grad.norm().item()])
    assert agrees("heads", f"{head}.floor", [loss(last(right), torch.tensor([0])).item()])


def test_the_floor_is_what_algebra_says():
    assert agrees("heads", "softmax+ce.floor", [math.log(1 + 9 / math.e)])
