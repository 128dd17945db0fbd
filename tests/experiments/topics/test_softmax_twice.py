"""Softmax before CrossEntropyLoss: the floor, and that nothing goes below it."""

import math

import pytest

from experiments.measurement import OptionVotes
from experiments.topics import softmax_twice
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
VOTES = ballot(
    OptionVotes(text="до −1", votes=12, correct=False, key="minus_one"),
    OptionVotes(text="до 0", votes=46, correct=False, key="zero"),
    OptionVotes(text="до 1,46", votes=27, correct=True, key="floor"),
    OptionVotes(text="останется 2,30", votes=15, correct=False, key="chance"),
)


@pytest.fixture(scope="module")
def found():
    return measured("softmax_twice", 16)


def concluded(rows):
    return softmax_twice.conclude(softmax_twice.SoftmaxTwiceParams(), rows)


def row(lowest, random=1.5):
    return {"random": random, "softmax+ce": [2.0, lowest], "ce": [1.0, 0.1], "softmax+nll": [-0.5, -0.9]}


def supported(outcome):
    return {finding.option: finding.supported for finding in outcome.findings}


def test_the_floor_is_what_algebra_says(found):
    assert found.data["values"]["floor"] == pytest.approx(math.log(1 + 9 / math.e))
    assert found.data["many"] == pytest.approx(math.log(1 + 999 / math.e))
    assert found.data["values"]["chance"] == pytest.approx(math.log(10))


def test_only_the_floor_is_right(found):
    assert supported(found) == {"minus_one": "no", "zero": "no", "floor": "yes", "chance": "no"}


def test_training_comes_near_the_floor_and_not_below(found):
    low, high = found.findings[2].spread

    assert math.log(1 + 9 / math.e) < low < 1.48
    assert high < 1.7


def test_the_other_answers_are_floors_of_other_losses(found):
    reached = found.data["reached"]

    assert reached["zero"] < 0.02
    assert -1 <= reached["minus_one"] < -0.95


@pytest.mark.parametrize("broken", [row(1.4), row(1.5, random=1.4)])
def test_a_single_loss_below_the_floor_takes_the_verdict_back(broken):
    assert set(supported(concluded([row(1.5), row(1.47)])).values()) == {"yes", "no"}
    assert set(supported(concluded([row(1.5), broken])).values()) == {"depends"}


def test_a_seed_s_row_does_not_depend_on_its_neighbours():
    params = softmax_twice.SoftmaxTwiceParams(epochs=1)
    alone, beside = (
        softmax_twice.measure(params, seeds, softmax_twice.Context())[-1] for seeds in (range(2, 3), range(3))
    )

    assert alone == beside


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
def test_so_is_the_picture_of_a_broken_floor(found, language):
    outcome = concluded([row(1.4), row(1.5)])
    broken = found.model_copy(update={"findings": outcome.findings, "data": outcome.data})

    assert faults(figure(broken, VOTES, language)) == []


def test_it_comes_back_from_json_as_it_was(found):
    assert type(found).model_validate_json(found.model_dump_json()) == found
