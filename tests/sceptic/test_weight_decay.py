"""Adam(weight_decay) and AdamW(weight_decay), on pixels as they come and on standardised ones."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.sceptic.given import SEEDS, agrees, batches, digits, mlp

KINDS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["", "@centred"])
def test_accuracy_and_norm_are_as_printed(kind, where):
    found = [trained(kind, seed, 0.1, centred=bool(where)) for seed in SEEDS]

    assert agrees("weight-decay", f"{kind}.accuracy{where}", [accuracy for accuracy, _ in found])
    assert agrees("weight-decay", f"{kind}.norm{where}", [norm for _, norm in found])


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundredth_of_it_hardly_matters(kind):
    assert agrees("weight-decay", f"{kind}.accuracy@0.01", [trained(kind, seed, 0.001)[0] for seed in SEEDS])


def test_the_defaults_are_those_that_the_text_says():
    weights = [torch.zeros(1, requires_grad=True)]
    assert [kind(weights).defaults["weight_decay"] for kind in KINDS.values()] == [0, 0.01]


def trained(kind, seed, decay, *, centred=False):
    torch.manual_seed(seed)
    x, y, test_x, test_y = digits()
    if centred:
        x, test_x = (x - x.mean()) / x.std(), (test_x - x.mean()) / x.std()
    model = mlp()
    optimiser = KINDS[kind](model.parameters(), lr=1e-3, weight_decay=decay)
    for _ in range(30):
        for batch in batches():
            optimiser.zero_grad()
            cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()
    weights = torch.cat([model[layer].weight.flatten() for layer in (0, 2, 4)])
    return 100 * (model(test_x).argmax(1) == test_y).float().mean().item(), weights.norm().item()
