"""Where clip_grad_norm_ acts, and where it does nothing at all."""

import pytest

from experiments.measurement import OptionVotes
from experiments.topics import clipping
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
VOTES = ballot(
    OptionVotes(text="между zero_grad и backward", votes=21, correct=False, key="before"),
    OptionVotes(text="между backward и step", votes=58, correct=True, key="between"),
    OptionVotes(text="после step", votes=21, correct=False, key="after"),
)


@pytest.fixture(scope="module")
def found():
    return measured("clipping", 8)


def row(between=(False, False), after=(True, True)):
    return {
        "accuracy": {place: [10.0, 50.0] for place in clipping.ALL},
        "same": {"before": [True, True], "between": list(between), "after": list(after)},
        "norm": 3.0,
        "after": [2.5, 10.0],
    }


def concluded(*rows):
    return clipping.conclude(clipping.ClippingParams(), list(rows))


def supported(outcome):
    return {finding.option: finding.supported for finding in outcome.findings}


def test_only_between_backward_and_step_does_clipping_act(found):
    assert supported(found) == {"before": "no", "between": "yes", "after": "no"}


def test_elsewhere_training_is_as_without_clipping(found):
    curves = found.data["curves"]

    assert curves["before"] == curves["after"] == curves["none"]


def test_at_this_rate_training_fails_unless_it_is_clipped(found):
    before, between, _ = found.findings

    assert before.spread[1] < 20
    assert between.spread[0] > 75
    assert found.data["norm"] > 5


def test_a_limit_that_no_gradient_reaches_is_no_verdict():
    outcome = measured("clipping", 1, epochs=1, lr=0.01, max_norm=1000)

    assert supported(outcome) == {"before": "no", "between": "depends", "after": "no"}


def test_one_seed_or_optimiser_that_differs_takes_the_verdict_back():
    assert supported(concluded(row(), row()))["between"] == "yes"
    assert supported(concluded(row(), row(between=(False, True))))["between"] == "depends"
    assert supported(concluded(row(), row(after=(False, False))))["after"] == "depends"
    assert supported(concluded(row(after=(False, False))))["after"] == "yes"


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("acts", [[], ["between"], ["between", "after"]])
def test_every_title_fits(found, language, acts):
    turned = found.model_copy(update={"data": {**found.data, "acts": acts}})

    assert faults(figure(turned, VOTES, language)) == []


def test_it_comes_back_from_json_as_it_was(found):
    assert type(found).model_validate_json(found.model_dump_json()) == found
