"""StepLR stepped after every batch: the learning rate at the end, and what is left of training."""

import pytest

from experiments.measurement import OptionVotes
from experiments.topics import schedule
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
VOTES = ballot(
    OptionVotes(text="0,0125", votes=48, correct=False, key="per_epoch"),
    OptionVotes(text="почти ноль", votes=29, correct=True, key="per_batch"),
    OptionVotes(text="0,1", votes=14, correct=False, key="unchanged"),
    OptionVotes(text="ошибка", votes=9, correct=False, key="error"),
)
PARAMS = schedule.ScheduleParams(epochs=2)


@pytest.fixture(scope="module")
def found():
    return measured("schedule", 16)


def row(epoch, batch):
    return {"lr": {"epoch": epoch, "batch": batch}, **{name: [10.0, 50.0, 50.0] for name in schedule.RATES}}


def supported(outcome):
    return {finding.option: finding.supported for finding in outcome.findings}


def test_the_rate_is_halved_66_times(found):
    assert found.data["lr"]["batch"][-1] == pytest.approx(0.1 * 0.5**66)
    assert found.data["lr"]["epoch"][-1] == pytest.approx(0.0125)
    assert supported(found) == {"per_epoch": "no", "per_batch": "yes", "unchanged": "no", "error": "no"}


def test_training_stands_still_after_a_few_epochs(found):
    worst = {finding.option: finding.number for finding in found.findings}

    assert found.data["frozen"] <= 12
    assert worst["per_batch"] < 80
    assert min(worst["per_epoch"], worst["unchanged"]) > 93


def test_where_no_step_is_due_three_answers_are_the_same():
    assert supported(measured("schedule", 1, epochs=1, step_size=100)) == {
        "per_epoch": "depends", "per_batch": "depends", "unchanged": "depends", "error": "no",
    }  # fmt: skip


def test_the_verdict_is_what_stands_at_the_end():
    raised = schedule.conclude(PARAMS, [row([0.1, 0.1, 0.1], None)])
    meant = schedule.conclude(schedule.ScheduleParams(epochs=2, step_size=1), [row([0.1] * 3, [0.1, 0.05, 0.025])])

    assert supported(raised) == {"per_epoch": "no", "per_batch": "no", "unchanged": "no", "error": "yes"}
    assert supported(meant) == {"per_epoch": "yes", "per_batch": "no", "unchanged": "no", "error": "no"}


def test_frozen_is_the_epoch_after_which_no_seed_changes():
    assert schedule.frozen([[10, 50, 60, 60], [10, 70, 70, 70]]) == 2
    assert schedule.frozen([[10, 50, 60, 61]]) == 3


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
def test_so_is_the_picture_of_an_error(found, language):
    outcome = schedule.conclude(PARAMS, [row([0.1, 0.1, 0.1], None)])
    raised = found.model_copy(
        update={"findings": outcome.findings, "data": outcome.data, "params": PARAMS.model_dump(mode="json")}
    )

    assert faults(figure(raised, VOTES, language)) == []


def test_it_comes_back_from_json_as_it_was(found):
    assert type(found).model_validate_json(found.model_dump_json()) == found


@LANGUAGES
@pytest.mark.parametrize(
    "params", [{"epochs": 50}, {"epochs": 100}, {"epochs": 49, "gamma": 0.49}, {"gamma": 1e-300}, {"gamma": 5e-323}]
)
def test_a_rate_that_underflows_is_drawn_too(params, language):
    found = measured("schedule", 1, **{"epochs": 2, "step_size": 1, **params})

    assert found.data["lr"]["batch"][-1] < 1e-300
    assert faults(figure(found, VOTES, language)) == []
