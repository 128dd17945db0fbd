"""clip_grad_norm_ in three places, and nowhere."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.sceptic.given import SEEDS, accuracy, agrees, batches, digits, mlp

PLACES = ["none", "before", "between", "after"]


@pytest.fixture(scope="module")
def trained():
    return {place: [train(place, seed) for seed in SEEDS] for place in PLACES}


@pytest.mark.parametrize("place", PLACES)
def test_accuracy_is_as_printed(trained, place):
    assert agrees("clipping", f"{place}.accuracy", [accuracy(model) for model, _ in trained[place]])


@pytest.mark.parametrize("place", ["before", "after"])
def test_in_a_wrong_place_it_changes_no_bit(trained, place):
    for (one, _), (other, _) in zip(trained[place], trained["none"], strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_after_step_the_log_looks_healthy(trained):
    norms = [found for _, found in trained["after"]]
    over = [100 * sum(norm > 1 for norm in found) / len(found) for found in norms]

    assert agrees("clipping", "after.norm", [max(found) for found in norms])
    assert agrees("clipping", "after.over", over)


def train(place, seed):
    torch.manual_seed(seed)
    model, norms = mlp(), []
    sgd = torch.optim.SGD(model.parameters(), lr=2.0)
    x, y, _, _ = digits()

    def clip(here):
        if here == place:
            norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())

    for _ in range(10):
        for batch in batches():
            sgd.zero_grad()
            clip("before")
            cross_entropy(model(x[batch]), y[batch]).backward()
            clip("between")
            sgd.step()
            clip("after")
    return model, norms
