"""torch.where keeps a NaN out of the value, not out of the gradient."""

import pytest
import torch

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import where_nan
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="0: эта ветка не выбрана", votes=41, correct=False, key="zero"),
    OptionVotes(text="inf: у корня в нуле такая производная", votes=12, correct=False, key="inf"),
    OptionVotes(text="NaN", votes=38, correct=True, key="nan"),
    OptionVotes(text="backward упадёт с ошибкой", votes=9, correct=False, key="error"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def sqrt() -> Measurement:
    return measured("where_nan", 16)


@pytest.fixture(scope="module")
def log() -> Measurement:
    return measured("where_nan", 4, function="log")


def row(**seen):
    """A made-up seed: the shares of the outcomes that were seen."""
    share = dict.fromkeys(where_nan.OUTCOMES, 0.0) | {"finite": 100.0, "step": 0.0} | seen
    return {"plain": share, "safe": share}


def verdicts(*rows) -> list[str]:
    return [found.supported for found in where_nan.conclude(where_nan.WhereNanParams(), list(rows)).findings]


def test_the_gradient_at_zero_is_nan_behind_a_where(sqrt, log):
    for found in (sqrt, log):
        assert [finding.supported for finding in found.findings] == ["no", "no", "yes", "no"]
        assert [finding.number for finding in found.findings] == [0, 0, 100, 0]


def test_the_value_is_finite_everywhere(sqrt):
    assert sqrt.findings[2].condition["en"].endswith("values are finite")
    assert None not in sqrt.data["curves"]["plain"]["value"]


def test_with_a_safe_input_inside_every_gradient_is_a_number(sqrt, log):
    for found in (sqrt, log):
        assert None not in found.data["curves"]["safe"]["gradient"]


def test_one_step_turns_every_weight_into_nan_but_not_with_a_safe_input(sqrt):
    assert sqrt.data["step"] == {"plain": 100, "safe": 0}


def test_a_negative_number_spoils_the_gradient_of_sqrt_and_not_of_log(sqrt, log):
    lost = [found.data["curves"]["plain"]["gradient"].count(None) for found in (sqrt, log)]

    assert lost == [where_nan.HALF + 1, 1]


def test_the_safe_gradient_is_the_derivative_where_x_is_positive():
    x = torch.tensor([-1.0, 0.0, 0.25, 4.0], requires_grad=True)
    where_nan.apply("sqrt", "safe", x).sum().backward()

    assert x.grad.tolist() == [0, 0, 1, 0.25]


def test_a_relu_before_it_swallows_the_nan():
    x = torch.tensor([-1.0, 4.0], requires_grad=True)
    where_nan.apply("sqrt", "plain", x.relu()).sum().backward()

    assert x.grad.tolist() == [0, 0.25]


def test_an_outcome_is_right_only_at_every_zero_of_every_seed():
    assert verdicts(row(zero=100.0)) == ["yes", "no", "no", "no"]
    assert verdicts(row(nan=100.0), row(error=100.0)) == ["no", "no", "depends", "depends"]
    assert verdicts(row(nan=90.0, zero=10.0)) == ["depends", "no", "depends", "no"]


def test_a_seed_is_measured_alike_alone_and_in_company():
    params = where_nan.WhereNanParams()
    one, two = (where_nan.measure(params, seeds, where_nan.Context()) for seeds in (range(1, 2), range(2)))

    assert one[0] == two[1]


def test_the_measurement_comes_back_from_json_as_it_was(sqrt):
    assert Measurement.model_validate_json(sqrt.model_dump_json()) == sqrt


@LANGUAGES
def test_the_pictures_are_fit_to_be_sent(sqrt, log, language):
    for found in (sqrt, log):
        assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("seen", [{"zero": 100.0}, {"inf": 100.0}, {"error": 100.0}, {"nan": 50.0}])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(sqrt, language, seen):
    outcome = where_nan.conclude(where_nan.WhereNanParams(), [row(**seen)])
    found = sqrt.model_copy(update={"findings": outcome.findings, "data": outcome.data})

    assert faults(figure(found, VOTES, language)) == []
