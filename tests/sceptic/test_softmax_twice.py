"""How low the loss goes with a Softmax before CrossEntropyLoss, by algebra and in training."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy, nll_loss

from tests.sceptic.given import agrees, batches, digits, mlp

LOSSES = {
    "reached": lambda z, y: cross_entropy(z.softmax(1), y),
    "ce.reached": cross_entropy,
    "softmax+nll.reached": lambda z, y: nll_loss(z.softmax(1), y),
}


def test_floors_and_guesses_are_what_algebra_says():
    for classes, where in ((10, ""), (1000, "@1000")):
        assert agrees("softmax-twice", f"floor{where}", [math.log(1 + (classes - 1) / math.e)])
        assert agrees("softmax-twice", f"chance{where}", [math.log(classes)])
    assert agrees("softmax-twice", "most", [math.e / (math.e + 9)])


@pytest.mark.parametrize("loss", LOSSES)
def test_training_comes_as_low_as_printed_and_no_lower(loss):
    found = [trained(LOSSES[loss], seed) for seed in (900, 901, 902)]

    assert agrees("softmax-twice", loss, found)
    assert loss != "reached" or min(found) >= math.log(1 + 9 / math.e)


def trained(loss, seed):
    torch.manual_seed(seed)
    model, means = mlp(), []
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    x, y, _, _ = digits()
    for _ in range(30):
        losses = []
        for batch in batches():
            adam.zero_grad()
            found = loss(model(x[batch]), y[batch])
            found.backward()
            adam.step()
            losses.append(found.item())
        means.append(sum(losses) / len(losses))
    return min(means)
