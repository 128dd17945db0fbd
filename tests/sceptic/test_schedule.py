"""StepLR stepped once an epoch, once a batch, never."""

import warnings

import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import StepLR

from tests.sceptic.given import SEEDS, accuracy, agrees, batches, digits, mlp

WHEN = ["per_epoch", "per_batch", "unchanged"]


@pytest.mark.parametrize("when", WHEN)
def test_accuracy_and_rates_are_as_printed(when):
    with warnings.catch_warnings(record=True) as told:
        found = [trained(when, seed) for seed in SEEDS]

    assert not told
    assert agrees("schedule", f"{when}.accuracy", [accuracy for accuracy, _ in found])
    if when != "unchanged":
        assert agrees("schedule", f"{when}.lr", [rates[-1] for _, rates in found])
    if when == "per_batch":
        assert agrees("schedule", "per_batch.lr@1", [rates[0] for _, rates in found])
        assert agrees("schedule", "per_batch.lr@5", [rates[4] for _, rates in found])


def trained(when, seed):
    torch.manual_seed(seed)
    model, rates = mlp(), []
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = StepLR(sgd, step_size=10, gamma=0.5)
    x, y, _, _ = digits()
    for _ in range(30):
        for batch in batches():
            sgd.zero_grad()
            cross_entropy(model(x[batch]), y[batch]).backward()
            sgd.step()
            if when == "per_batch":
                scheduler.step()
        if when == "per_epoch":
            scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return accuracy(model), rates
