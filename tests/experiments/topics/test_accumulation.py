"""What is in .grad after several backward calls, and what it does to training."""

import pytest

from experiments.ensemble import digits, ensemble
from experiments.measurement import OptionVotes
from experiments.topic import Context
from experiments.topics import accumulation
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
VOTES = ballot(
    OptionVotes(text="градиент последнего батча", votes=31, correct=False, key="last"),
    OptionVotes(text="сумма трёх градиентов", votes=44, correct=True, key="sum"),
    OptionVotes(text="среднее трёх градиентов", votes=9, correct=False, key="mean"),
    OptionVotes(text="второй backward упадёт", votes=16, correct=False, key="error"),
)
RATES = len(accumulation.RATES)


@pytest.fixture(scope="module")
def found():
    return measured("accumulation", 8)


def row(gaps, zeroed=(10.0,) * RATES, forgotten=(90.0,) * (RATES - 2) + (5.0, 5.0)):
    return {"gaps": gaps, "zeroed": list(zeroed), "forgotten": list(forgotten)}


def concluded(*rows):
    return accumulation.conclude(accumulation.AccumulationParams(), list(rows))


def supported(outcome):
    return {finding.option: finding.supported for finding in outcome.findings}


def test_gradients_add_up(found):
    assert supported(found) == {"last": "no", "sum": "yes", "mean": "no", "error": "no"}


def test_the_wrong_answers_are_wrong_by_far(found):
    lowest = {finding.option: finding.spread[0] for finding in found.findings}

    assert lowest["last"] > 30
    assert lowest["mean"] == pytest.approx(200 / 3, abs=0.1)


def test_forgetting_helps_at_small_rates_and_ruins_at_large_ones(found):
    zeroed, forgotten = (found.data["curves"][name]["median"] for name in ("zeroed", "forgotten"))

    assert forgotten[1] > zeroed[1] + 40
    assert forgotten[-2] < zeroed[-2] - 60
    assert "lr" in found.findings[0].condition["en"]


def test_plain_sgd_without_zero_grad_is_sgd_with_momentum_1():
    def accuracy(arm, momentum):
        recipe = ensemble.Recipe("sgd", 2, momentum)
        return ensemble.train(ensemble.Ensemble([arm], range(2)), digits.load(), recipe, Context()).accuracy

    forgotten = accuracy(ensemble.Arm(lr=0.003, keep_grad=True), 0)

    assert forgotten.equal(accuracy(ensemble.Arm(lr=0.003), 1))


def test_what_raises_in_every_seed_is_an_error_and_nothing_else():
    assert supported(concluded(row(None), row(None))) == {"last": "no", "sum": "no", "mean": "no", "error": "yes"}


def test_what_differs_from_seed_to_seed_depends():
    last, both = {"last": 0.0, "sum": 0.6, "mean": 0.5}, {"last": 0.5, "sum": 0.0, "mean": 0.5}

    assert supported(concluded(row(last), row(both))) == {
        "last": "depends", "sum": "depends", "mean": "no", "error": "no",
    }  # fmt: skip
    assert supported(concluded(row(last)))["last"] == "yes"


def test_the_condition_names_the_rate_from_which_it_is_worse():
    told = concluded(row({"last": 0.5, "sum": 0.0, "mean": 0.5})).findings[0].condition

    assert told["en"] == "without zero_grad: worse from lr 0.1 on, no worse up to 0.03"


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("seen", [None, *accumulation.TOPIC.options])
def test_every_title_fits(found, language, seen):
    turned = found.model_copy(update={"data": {**found.data, "is": seen}})

    assert faults(figure(turned, VOTES, language)) == []


def test_it_comes_back_from_json_as_it_was(found):
    assert type(found).model_validate_json(found.model_dump_json()) == found
