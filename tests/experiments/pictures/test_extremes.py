"""What a thread may ask, a picture can show: the ends of every topic's range, and numbers of every size."""

import re
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from experiments import command, numbers
from experiments.measurement import Finding, Measurement, OptionVotes
from experiments.topics import schedule, timing
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

LANGUAGES = st.sampled_from(["ru", "en"])
NO_NUMBER = re.compile(r"\b(nan|inf|None)\b|\de[+-]?\d")  # as Python writes what it should not show


def shown(found: Measurement, language) -> tuple[list[str], list[str]]:
    """What is wrong with the picture of a measurement, and what it says that is no number."""
    options = command.find(found.experiment).options
    votes = ballot(*(OptionVotes(text=f"o{n}", votes=n, correct=False, key=key) for n, key in enumerate(options)))
    picture = figure(found, votes, language)
    said = [text.get_text() for text in picture.findobj(Text)]
    return faults(picture), [words for words in said if NO_NUMBER.search(words)]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("heads", {"epochs": 1, "lr": 1e-300, "momentum": 0.0}),
        ("heads", {"epochs": 2, "lr": 1.0, "momentum": 0.999999}),
        ("softmax_twice", {"epochs": 1, "lr": 0.1}),
        ("weight_decay", {"epochs": 1, "weight_decay": 1e-6, "lr": 1e-300}),
        ("weight_decay", {"epochs": 1, "weight_decay": 1.0, "lr": 0.01}),
        ("clipping", {"epochs": 1, "lr": 10.0, "max_norm": 1000.0}),
        ("clipping", {"epochs": 1, "lr": 1e-300, "max_norm": 1e-300}),
        ("accumulation", {"epochs": 1, "backwards": 10}),
        ("state_dict_alias", {"good": 1, "spoilt": 1}),
        ("nan_hunt", {"blocks": 16, "nan_in": "backward"}),
        ("nhwc", {"channels": 1, "epochs": 1}),
        ("zero_init", {"zeroed": (1, 2, 3), "epochs": 1}),
        ("zero_init", {"zeroed": (1, 2, 3), "activation": "identity", "bias": "none", "epochs": 46}),
        ("trace_branch", {"tool": "export"}),
        ("weights_only", {"saved": "state_dict"}),
    ],
)
def test_the_ends_of_each_range_are_drawn(name, params):
    found = measured(name, 1, **params)

    assert [shown(found, language) for language in ("ru", "en")] == [([], []), ([], [])]


def test_any_schedule_is_drawn():
    ranges = st.from_type(schedule.ScheduleParams)

    @settings(max_examples=20, deadline=None)
    @given(ranges, LANGUAGES)
    def check(params, language):
        curves = {name: [10.0, *[50.0] * params.epochs] for name in schedule.RATES}
        row = {"lr": {every: schedule.step_lr(params, every) for every in ("epoch", "batch")}, **curves}
        outcome = schedule.conclude(params, [row])
        assert shown(told("schedule", params, outcome), language) == ([], [])

    check()


def test_a_clock_that_stood_still_is_drawn():
    still = {kind: [0.0] * 20 for kind in ("fresh", "again", "wall")}
    params = timing.TimingParams(calls=20)

    assert shown(told("timing", params, timing.conclude(params, [still])), "en") == ([], [])


def told(name, params, outcome) -> Measurement:
    return Measurement(
        experiment=name, params=params.model_dump(mode="json"), seeds=1, versions={}, settings=outcome.settings,
        findings=outcome.findings, data=outcome.data,
    )  # fmt: skip


@given(st.floats(), LANGUAGES)
def test_a_number_of_any_size_is_written_as_people_write_it(value, language):
    written = [numbers.plain(value, language), numbers.number(value, 2, language), numbers.power(value, language)]

    assert [words for words in written if NO_NUMBER.search(words) or len(words) > 16] == []


@pytest.mark.parametrize(
    ("value", "ru"), [(1e-300, "1,0·10⁻³⁰⁰"), (3.4e38, "3,4·10³⁸"), (inf, "∞"), (-inf, "−∞"), (nan, "NaN"), (0.0, "0")]
)
def test_what_is_beyond_writing_out_is_a_power_of_ten_or_a_sign(value, ru):
    assert numbers.plain(value, "ru") == ru


def test_a_number_that_overflowed_comes_back_from_json_as_it_was():
    both = {"ru": "", "en": ""}
    finding = Finding(option="a", supported="no", number=inf, spread=(-inf, inf), unit=both, condition=both)
    found = Measurement(
        experiment="heads", params={}, seeds=1, versions={}, settings=both, findings=(finding,), data={"norm": inf}
    )

    assert Measurement.model_validate_json(found.model_dump_json()) == found
