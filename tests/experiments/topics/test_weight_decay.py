"""Adam's weight decay and AdamW's: one number, two strengths."""

import pytest

from experiments.measurement import OptionVotes
from experiments.topics import weight_decay
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])
VOTES = ballot(
    OptionVotes(text="они окажутся одинаковыми", votes=38, correct=False, key="same"),
    OptionVotes(text="у Adam", votes=23, correct=True, key="adam_smaller"),
    OptionVotes(text="у AdamW", votes=39, correct=False, key="adamw_smaller"),
)


@pytest.fixture(scope="module")
def found():
    return measured("weight_decay", 8)


def supported(outcome):
    return {finding.option: finding.supported for finding in outcome.findings}


def test_adam_shrinks_weights_more(found):
    assert supported(found) == {"same": "no", "adam_smaller": "yes", "adamw_smaller": "no"}


def test_adam_shrinks_them_to_nothing_and_adamw_hardly_at_all(found):
    _, adam, adamw = found.findings

    assert adam.spread[1] < 0.01
    assert adamw.spread[0] > 10
    assert found.data["worst"]["adam"] < 15
    assert found.data["worst"]["adamw"] > 90


def test_a_hundredth_of_the_decay_is_nearly_harmless_for_both(found):
    for curve in found.data["curves"].values():
        assert curve["low"][0] > 90


@pytest.mark.parametrize(
    ("seeds", "verdict"),
    [
        ([([9, 5, 4], [9, 6, 6]), ([9, 5, 4], [9, 6, 6])], "adam_smaller"),
        ([([9, 6, 6], [9, 5, 4])], "adamw_smaller"),
        ([([9, 5, 4], [9, 5, 4.0001])], "same"),
        ([([9, 5, 4], [9, 6, 6]), ([9, 6, 6], [9, 5, 4])], None),
        ([([9, 5, 6], [9, 6, 4])], None),
    ],
)
def test_one_is_smaller_if_it_is_so_after_every_epoch_in_every_seed(seeds, verdict):
    assert weight_decay.smaller(seeds) == verdict


def test_what_changes_between_seeds_depends():
    def row(adam, adamw):
        return {
            "adam": {"accuracy": [90.0] * 5, "norms": [9, adam], "centred": [90.0, 4.0]},
            "adamw": {"accuracy": [90.0] * 5, "norms": [9, adamw], "centred": [90.0, 4.0]},
        }

    outcome = weight_decay.conclude(weight_decay.WeightDecayParams(epochs=1), [row(4, 5), row(5, 4)])

    assert set(supported(outcome).values()) == {"depends"}


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("seen", [None, *weight_decay.TOPIC.options])
def test_every_title_fits(found, language, seen):
    turned = found.model_copy(update={"data": {**found.data, "found": seen}})

    assert faults(figure(turned, VOTES, language)) == []


def test_it_comes_back_from_json_as_it_was(found):
    assert type(found).model_validate_json(found.model_dump_json()) == found
