"""What needs no training: torch.where, trace and script, torch.load."""

import io
import pickle
import warnings

import pytest
import torch
from torch import nn

from tests.sceptic.given import agrees


def test_where_lets_the_nan_through_and_a_safe_input_does_not():
    x = torch.tensor([0.0, 0.0, 4.0], requires_grad=True)
    torch.where(x > 0, torch.sqrt(x), 0.0).sum().backward()
    safe = torch.tensor([0.0, 0.0, 4.0], requires_grad=True)
    torch.where(safe > 0, torch.sqrt(torch.where(safe > 0, safe, 1.0)), 0.0).sum().backward()

    assert agrees("where-nan", "nan", [100 * x.grad[:2].isnan().float().mean().item()])
    assert agrees("where-nan", "zero", [100 * (x.grad[:2] == 0).float().mean().item()])
    assert safe.grad.tolist() == [0, 0, 0.25]


@pytest.mark.parametrize(("how", "key"), [("plain", "step.plain"), ("safe", "step.safe")])
def test_one_step_on_distances_makes_so_many_weights_nan(how, key):
    table = torch.randn(8, 4, requires_grad=True)
    squares = (table[:, None] - table[None]).pow(2).sum(-1)
    inside = squares if how == "plain" else torch.where(squares > 0, squares, 1.0)
    torch.where(squares > 0, inside.sqrt(), 0.0).mean().backward()
    with torch.no_grad():
        table -= 0.1 * table.grad

    assert agrees("where-nan", key, [100 * table.isnan().float().mean().item()])


class Branch(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x
        return -x


def test_trace_knows_the_branch_of_its_example_and_script_both():
    with warnings.catch_warnings(action="ignore"):
        traced, scripted = torch.jit.trace(Branch(), torch.tensor([-1.0])), torch.jit.script(Branch())

    assert agrees("trace-branch", "trace@2", [traced(torch.tensor([2.0])).item()])
    assert agrees("trace-branch", "script@2", [scripted(torch.tensor([2.0])).item()])


def test_export_refuses():
    with pytest.raises(RuntimeError, match="data-dependent"):
        torch.export.export(Branch(), (torch.tensor([-1.0]),))

    assert agrees("trace-branch", "export.refused", [100])


class Stranger:
    ran = False

    def __reduce__(self):
        return setattr, (Stranger, "ran", True)


def file(saved):
    found = io.BytesIO()
    torch.save(saved, found)
    found.seek(0)
    return found


def test_a_whole_model_is_refused_and_a_state_dict_is_not():
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    with pytest.raises(pickle.UnpicklingError):
        torch.load(file(model))

    assert torch.load(file(model.state_dict())).keys() == model.state_dict().keys()
    assert agrees("weights-only", "refused", [100])


def test_a_strangers_file_runs_its_code_only_without_the_default():
    with pytest.raises(pickle.UnpicklingError):
        torch.load(file(Stranger()))
    before = Stranger.ran
    torch.load(file(Stranger()), weights_only=False)

    assert agrees("weights-only", "ran", [100 * before])
    assert agrees("weights-only", "ran@False", [100 * Stranger.ran])
