"""The first call of a fresh process is not what a call takes; what other programs do must not decide that."""

import pytest

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import timing
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="почти не отличается, в eager-режиме греть нечего", votes=45, correct=False, key="same"),
    OptionVotes(text="в полтора-три раза", votes=37, correct=False, key="several"),
    OptionVotes(text="больше чем втрое", votes=18, correct=True, key="many"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def found() -> Measurement:
    return measured("timing", 4)


def row(first: float, *, again=1.1, disturbed=0.3):
    return {"fresh": [first, *[0.3] * 99], "again": [again * 0.3, *[0.3] * 99], "wall": [9.0, *[0.3] * 98, disturbed]}


def outcome(*firsts: float):
    return timing.conclude(timing.TimingParams(), [row(first) for first in firsts])


def verdicts(*firsts: float) -> list[str]:
    return [finding.supported for finding in outcome(*firsts).findings]


def test_the_first_step_of_a_fresh_process_takes_more_than_three_times_as_long(found):
    """On a machine that does much else the other calls take longer, too: then it depends, and never says otherwise."""
    same, several, many = (finding.supported for finding in found.findings)

    assert same == "no"
    assert (several, many) in [("no", "yes"), ("depends", "depends")]
    assert found.findings[2].spread[1] > 3


def test_calls_settle_and_a_second_model_starts_warm(found):
    fresh, again = found.data["curves"]["fresh"]["median"], found.data["curves"]["again"]["median"]

    assert fresh[0] > 2 * again[0]
    assert fresh[-1] < fresh[0] / 2


def test_the_verdict_follows_the_first_call():
    assert verdicts(0.3, 0.32, 0.4, 0.44) == ["yes", "no", "no"]
    assert verdicts(0.6, 0.6, 0.6, 0.8) == ["no", "yes", "no"]
    assert verdicts(3, 3, 3, 3) == ["no", "no", "yes"]


def test_one_seed_in_four_may_differ_two_may_not():
    assert verdicts(3, 3, 3, 0.6) == ["no", "no", "yes"]
    assert verdicts(3, 3, 0.6, 0.6) == ["no", "depends", "depends"]


def test_a_disturbed_clock_changes_no_verdict():
    quiet, disturbed = (timing.conclude(timing.TimingParams(), [row(0.3, disturbed=late)] * 4) for late in (0.3, 12.0))

    assert quiet.findings == disturbed.findings
    assert (quiet.data["worst"], disturbed.data["worst"]) == (1, 40)


def test_a_process_that_fails_is_not_a_measurement(monkeypatch):
    monkeypatch.setattr(timing.sys, "executable", "/bin/false")

    with pytest.raises(timing.subprocess.CalledProcessError):
        timing.measure(timing.TimingParams(), range(1), timing.Context())


def test_the_measurement_comes_back_from_json_as_it_was(found):
    assert Measurement.model_validate_json(found.model_dump_json()) == found


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("firsts", [(0.3, 0.3), (0.66, 0.81), (300, 400), (3, 0.3)])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(found, language, firsts):
    other = outcome(*firsts)
    turned = found.model_copy(update={"findings": other.findings, "data": other.data})

    assert faults(figure(turned, VOTES, language)) == []


@pytest.mark.parametrize(
    ("times", "told"), [(8.8, "8,8 раза"), (15.2, "15 раз"), (23, "23 раза"), (12, "12 раз"), (21, "21 раз")]
)
def test_times_have_their_right_form(times, told):
    assert timing._times(times, "ru").replace("\N{NO-BREAK SPACE}", " ") == told
