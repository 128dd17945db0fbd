"""torch.load reads weights, and refuses everything that would run code."""

import io
import pickle

import pytest
import torch
from torch import nn

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import weights_only
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="модель, как и всегда", votes=48, correct=False, key="model"),
    OptionVotes(text="исключение UnpicklingError", votes=31, correct=True, key="refused"),
    OptionVotes(text="только веса, как у state_dict", votes=21, correct=False, key="weights"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def whole() -> Measurement:
    return measured("weights_only", 16)


@pytest.fixture(scope="module")
def state_dict() -> Measurement:
    return measured("weights_only", 4, saved="state_dict")


def saved(thing) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(thing, file)
    file.seek(0)
    return file


def conclude(*found):
    """Of made-up seeds, by what the defaults gave back of each file."""
    rows = [{name: [told, "model"] for name in weights_only.FILES} for told in found]
    return weights_only.conclude(weights_only.WeightsOnlyParams(), rows)


def test_a_whole_model_is_refused(whole):
    assert {found.option: found.supported for found in whole.findings} == {
        "model": "no",
        "refused": "yes",
        "weights": "no",
    }


def test_a_state_dict_is_loaded(state_dict):
    assert [found.supported for found in state_dict.findings] == ["no", "no", "yes"]


def test_every_file_and_call_is_in_the_picture(whole):
    assert whole.data == {
        "state_dict": ["weights", "weights"],
        "model": ["refused", "model"],
        "code": ["refused", "ran"],
    }


def test_a_pickle_runs_code_only_when_all_is_allowed():
    with pytest.raises(pickle.UnpicklingError):
        torch.load(saved(weights_only.Payload(5)))

    assert 5 not in weights_only.RAN
    torch.load(saved(weights_only.Payload(5)), weights_only=False)
    assert 5 in weights_only.RAN


def test_what_was_allowed_by_name_is_loaded_by_the_defaults():
    allowed = [nn.Sequential, nn.Linear, nn.ReLU]
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())

    with torch.serialization.safe_globals(allowed):
        loaded = torch.load(saved(model))

    assert torch.equal(loaded[0].weight, model[0].weight)


def test_an_outcome_is_right_only_if_it_is_seen_in_every_seed():
    verdicts = [
        [found.supported for found in conclude(*seen).findings]
        for seen in (["model"], ["weights"], ["refused", "model"], ["other"])
    ]

    assert verdicts == [
        ["yes", "no", "no"],
        ["no", "no", "yes"],
        ["depends", "depends", "no"],
        ["no", "no", "no"],
    ]


def test_a_seed_is_measured_alike_alone_and_in_company():
    params = weights_only.WeightsOnlyParams()
    one, two = (weights_only.measure(params, seeds, weights_only.Context()) for seeds in (range(1, 2), range(2)))

    assert one[0] == two[1]


def test_the_measurement_comes_back_from_json_as_it_was(whole):
    assert Measurement.model_validate_json(whole.model_dump_json()) == whole


@LANGUAGES
def test_the_pictures_are_fit_to_be_sent(whole, state_dict, language):
    for found in (whole, state_dict):
        assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("seen", [["model"], ["weights"], ["refused", "model"]])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(whole, language, seen):
    outcome = conclude(*seen)
    found = whole.model_copy(update={"findings": outcome.findings, "data": outcome.data})

    assert faults(figure(found, VOTES, language)) == []
