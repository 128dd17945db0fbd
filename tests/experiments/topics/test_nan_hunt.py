"""A forward hook finds what the forward pass made; only the backward pass shows what it made itself."""

import pytest
import torch
from torch import nn

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import nan_hunt
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="print(loss) на каждом шаге", votes=12, correct=False, key="loss"),
    OptionVotes(text="forward hook: isfinite на выходе", votes=26, correct=True, key="forward_hook"),
    OptionVotes(text="full backward hook: isfinite на grad_input", votes=17, correct=False, key="backward_hook"),
    OptionVotes(text="torch.autograd.detect_anomaly", votes=45, correct=False, key="detect_anomaly"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
TOOLS = nan_hunt.TOOLS


@pytest.fixture(scope="module")
def forward() -> Measurement:
    return measured("nan_hunt", 48)


@pytest.fixture(scope="module")
def backward() -> Measurement:
    return measured("nan_hunt", 16, nan_in="backward")


def row(forward: tuple, *, guilty=5):
    """A made-up seed: whom the tools name, in their order; in the backward pass nobody is named."""
    named = {"cross-entropy": dict(zip(TOOLS, forward, strict=True)), "mse": dict(zip(TOOLS, forward, strict=True))}
    silent = {loss: dict.fromkeys(TOOLS) for loss in named}
    return {"forward": {"guilty": guilty, "named": named}, "backward": {"guilty": guilty, "named": silent}}


def conclude(*rows):
    return nan_hunt.conclude(nan_hunt.NanHuntParams(), list(rows))


def verdicts(*rows) -> list[str]:
    return [found.supported for found in conclude(*rows).findings]


def test_a_nan_of_the_forward_pass_is_named_by_a_forward_hook_alone(forward):
    assert {found.option: found.supported for found in forward.findings} == {
        "loss": "no",
        "forward_hook": "yes",
        "backward_hook": "no",
        "detect_anomaly": "no",
    }


def test_of_a_nan_in_forward_detect_anomaly_blames_the_loss_and_a_backward_hook_the_last_layer(forward):
    assert forward.data["forward"] == {
        "loss": "nobody",
        "forward_hook": "guilty",
        "backward_hook": "last",
        "detect_anomaly": "loss",
    }


def test_a_nan_of_the_backward_pass_is_named_by_what_looks_at_it(backward):
    assert [found.supported for found in backward.findings] == ["no", "no", "yes", "yes"]
    assert backward.data["backward"]["forward_hook"] == "nobody"


@pytest.mark.parametrize("kind", [0, 1])
def test_a_guilty_module_of_the_backward_pass_has_finite_outputs(kind):
    x = torch.randn(32, 16, generator=torch.Generator().manual_seed(kind)).requires_grad_()
    y = nan_hunt.culprit("backward", kind, x)
    y.sum().backward()

    assert y.isfinite().all()
    assert not x.grad.isfinite().all()


def test_the_loss_of_l1_swallows_a_nan_so_that_nothing_shows_in_backward():
    x = torch.full((4,), -1.0, requires_grad=True)
    loss = nn.functional.l1_loss(x.log(), torch.ones(4))
    loss.backward()

    assert loss.isnan()
    assert x.grad.tolist() == [0, 0, 0, 0]


def test_a_tool_must_be_right_in_every_seed_and_with_every_loss():
    right = row((None, 5, 23, 24))
    wrong = row((None, 5, 23, 24), guilty=6)
    mixed = row((None, 5, 23, 24))
    mixed["forward"]["named"]["mse"]["forward_hook"] = None

    assert verdicts(right) == ["no", "yes", "no", "no"]
    assert verdicts(right, wrong) == ["no", "no", "no", "no"]
    assert verdicts(right, mixed) == ["no", "no", "no", "no"]
    assert verdicts(row((5, 5, 5, 5))) == ["yes", "yes", "yes", "yes"]


def test_who_is_named_most_is_told():
    assert conclude(row((None, 4, 23, 24))).data["forward"] == {
        "loss": "nobody",
        "forward_hook": "innocent",
        "backward_hook": "last",
        "detect_anomaly": "loss",
    }


def test_a_seed_is_measured_alike_alone_and_in_company():
    params = nan_hunt.NanHuntParams(blocks=2)

    assert (
        nan_hunt.measure(params, range(1, 2), nan_hunt.Context())[0]
        == nan_hunt.measure(params, range(2), nan_hunt.Context())[1]
    )


def test_the_measurement_comes_back_from_json_as_it_was(forward):
    assert Measurement.model_validate_json(forward.model_dump_json()) == forward


@LANGUAGES
def test_the_pictures_are_fit_to_be_sent(forward, backward, language):
    for found in (forward, backward):
        assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("named", [(None, None, None, None), (5, 5, 5, 5), (4, 4, 4, 4), (23, 24, 23, 24)])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(forward, language, named):
    outcome = conclude(row(named))
    found = forward.model_copy(update={"findings": outcome.findings, "data": outcome.data})

    assert faults(figure(found, VOTES, language)) == []
