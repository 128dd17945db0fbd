"""state_dict() hands out the live weights: a best checkpoint needs a copy."""

import pytest
import torch

from experiments.ensemble import plain
from experiments.measurement import Measurement, OptionVotes
from experiments.topics import state_dict_alias
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="да", votes=71, correct=False, key="yes"),
    OptionVotes(text="нет, там веса последней эпохи", votes=29, correct=True, key="no"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def alias() -> Measurement:
    return measured("state_dict_alias", 8)


def row(*, best=False, last=True, went_on=True):
    """A made-up seed: what model.state_dict() held in the end."""
    run = {
        "went_on": went_on,
        "is_best": {"state_dict": best, "copy": best, "deepcopy": True},
        "is_last": {"state_dict": last, "copy": last, "deepcopy": False},
        "curves": {way: [50.0] * 11 + [60.0] for way in state_dict_alias.WAYS},
    }
    return dict.fromkeys(state_dict_alias.RATES, run)


def conclude(*rows):
    return state_dict_alias.conclude(state_dict_alias.StateDictAliasParams(), list(rows))


def verdicts(*rows) -> list[str]:
    return [found.supported for found in conclude(*rows).findings]


def test_what_state_dict_gave_is_not_the_best_any_more(alias):
    assert [found.supported for found in alias.findings] == ["no", "yes"]
    assert [found.number for found in alias.findings] == [0, 100]


def test_a_copy_is_worth_what_the_best_epoch_was_and_the_alias_is_at_chance(alias):
    ends = {way: curve["median"][-1] for way, curve in alias.data["curves"].items()}

    assert ends["deepcopy"] > 90
    assert ends["state_dict"] < 15


def test_a_copy_of_the_dict_is_no_copy_of_the_weights(alias):
    assert alias.data["shallow"]
    assert alias.data["curves"]["copy"] == alias.data["curves"]["state_dict"]


def test_a_state_dict_is_the_parameters_own_memory():
    model = plain.mlp()
    kept = state_dict_alias.keep(model)
    with torch.no_grad():
        model[0].weight.fill_(7)

    assert kept["state_dict"]["0.weight"].eq(7).all()
    assert kept["copy"]["0.weight"].eq(7).all()
    assert not kept["deepcopy"]["0.weight"].eq(7).any()


def test_weights_that_are_not_numbers_are_equal_to_themselves():
    weights = {"w": torch.tensor([float("nan")])}

    assert state_dict_alias.equal(weights, weights)
    assert not state_dict_alias.equal(weights, {"w": torch.zeros(1)})


def test_all_seeds_must_agree_and_only_those_count_that_trained_on():
    assert verdicts(row(best=True, last=False)) == ["yes", "no"]
    assert verdicts(row(), row(best=True, last=False)) == ["depends", "depends"]
    assert verdicts(row(best=False, last=False)) == ["depends", "depends"]
    assert verdicts(row(), row(best=True, went_on=False)) == ["no", "yes"]
    assert verdicts(row(best=True, went_on=False)) == ["depends", "depends"]


def test_a_seed_is_measured_alike_alone_and_in_company():
    params = state_dict_alias.StateDictAliasParams(good=1, spoilt=1)
    one, two = (
        state_dict_alias.measure(params, seeds, state_dict_alias.Context()) for seeds in (range(1, 2), range(2))
    )

    assert one[0] == two[1]


def test_the_measurement_comes_back_from_json_as_it_was(alias):
    assert Measurement.model_validate_json(alias.model_dump_json()) == alias


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(alias, language):
    assert faults(figure(alias, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("rows", [[row(best=True, last=False)], [row(), row(best=True, last=False)]])
@pytest.mark.parametrize(("good", "spoilt"), [(8, 4), (1, 11), (11, 1)])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(alias, language, rows, good, spoilt):
    outcome = conclude(*rows)
    found = alias.model_copy(
        update={"findings": outcome.findings, "data": outcome.data, "params": {"good": good, "spoilt": spoilt}}
    )

    assert faults(figure(found, VOTES, language)) == []
