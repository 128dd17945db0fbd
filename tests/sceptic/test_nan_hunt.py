"""Who names the module that makes a NaN: hooks and detect_anomaly, where it is born forward and backward."""

import warnings

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests.sceptic.given import agrees


class Guilty(nn.Module):
    def __init__(self, *, forward):
        super().__init__()
        self.born_forward = forward

    def forward(self, x):
        return guilty_lines(x, forward=self.born_forward)


def guilty_lines(x, *, forward):
    if forward:
        return x.log()  # of negative numbers
    x = x * (torch.arange(len(x)) > 0)[:, None]
    return torch.where(x > 0, x.sqrt(), 0.0)


@pytest.mark.parametrize(("forward", "where"), [(True, ""), (False, ".elsewhere")])
def test_each_tool_names_the_culprit_as_often_as_printed(forward, where):
    found = [named(seed, forward=forward) for seed in range(900, 912)]

    for tool in ("forward_hook", "backward_hook", "detect_anomaly"):
        assert agrees("nan-hunt", tool + where, [100.0 * all(one[tool] for one in found)])


def named(seed, *, forward):
    torch.manual_seed(seed)
    modules = [module for _ in range(8) for module in (nn.Linear(16, 16), nn.LayerNorm(16), nn.ReLU())]
    culprit = int(torch.randint(24, ()))
    modules[culprit] = Guilty(forward=forward)
    told = {"forward_hook": [], "backward_hook": []}
    for number, module in enumerate(modules):
        module.register_forward_hook(
            lambda _m, _x, out, number=number: None if out.isfinite().all() else told["forward_hook"].append(number)
        )
        module.register_full_backward_hook(
            lambda _m, grads, _g, number=number: (
                None if grads[0].isfinite().all() else told["backward_hook"].append(number)
            )
        )
    model, x, y = nn.Sequential(*modules), torch.randn(32, 16, requires_grad=True), torch.randint(16, (32,))
    cross_entropy(model(x), y).backward()
    found = {tool: numbers[:1] == [culprit] for tool, numbers in told.items()}
    return found | {"detect_anomaly": traced(model, x, y)}


def traced(model, x, y):
    with warnings.catch_warnings(record=True, action="always") as told, torch.autograd.detect_anomaly():
        try:
            cross_entropy(model(x), y).backward()
        except RuntimeError:
            return guilty_lines.__name__ in str(told[-1].message)
    return False
