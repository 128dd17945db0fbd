"""reshape instead of permute: silent, and wrong wherever there is more than one channel."""

import pytest
import torch

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import nhwc
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="ошибка: размеры не сходятся", votes=24, correct=False, key="error"),
    OptionVotes(text="ошибки не будет, но пиксели перемешаются", votes=41, correct=True, key="scrambled"),
    OptionVotes(text="то же самое, что permute(0, 3, 1, 2)", votes=35, correct=False, key="same"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def colour() -> Measurement:
    return measured("nhwc", 4)


@pytest.fixture(scope="module")
def grey() -> Measurement:
    return measured("nhwc", 2, channels=1, epochs=1)


def row(*, same=False, error=False, accuracy=(96.0, 91.0)):
    pixels = [[[[1.0, 1.0, 1.0]] * 8] * 8] * 4
    return {
        "raised": {"reshape": error, "view": True},
        "same": same,
        "accuracy": dict(zip(("permute", "reshape"), accuracy, strict=False)),
        "pixels": {"permute": pixels} if error else {"permute": pixels, "reshape": pixels},
    }


def verdicts(*rows) -> list[str]:
    return [found.supported for found in nhwc.conclude(nhwc.NhwcParams(), list(rows)).findings]


def test_reshape_scrambles_and_says_nothing(colour):
    assert {found.option: found.supported for found in colour.findings} == {
        "error": "no",
        "scrambled": "yes",
        "same": "no",
    }
    assert [found.number for found in colour.findings][:2] == [0, 99.0]


def test_a_network_learns_from_scrambled_pixels_only_worse(colour):
    accuracy = colour.data["accuracy"]

    assert accuracy["permute"] > accuracy["reshape"] > 75
    assert colour.findings[2].number < -1


def test_with_one_channel_reshape_is_permute(grey):
    assert [found.supported for found in grey.findings] == ["no", "no", "yes"]
    assert grey.data["accuracy"]["permute"] == grey.data["accuracy"]["reshape"]


def test_only_the_first_and_the_last_value_stay_in_place():
    places = torch.arange(224 * 224 * 3).view(1, 224, 224, 3)
    stay = nhwc.reshaped(places) == nhwc.permuted(places)

    assert stay.flatten().nonzero().flatten().tolist() == [0, 224 * 224 * 3 - 1]


def test_a_view_of_what_was_permuted_raises():
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        nhwc.permuted(torch.zeros(2, 8, 8, 3)).view(2, -1)


def test_the_verdict_follows_what_happened_not_the_accuracy():
    assert verdicts(row(accuracy=(90.0, 99.0))) == ["no", "yes", "no"]
    assert verdicts(row(same=True)) == ["no", "no", "yes"]
    assert verdicts(row(error=True, accuracy=(96.0,))) == ["yes", "no", "no"]
    assert verdicts(row(), row(same=True)) == ["no", "depends", "depends"]


def test_a_seed_is_measured_alike_alone_and_in_company():
    one, two = (nhwc.measure(nhwc.NhwcParams(epochs=1), seeds, nhwc.Context()) for seeds in (range(1, 2), range(2)))

    assert one[0] == two[1]


def test_the_measurement_comes_back_from_json_as_it_was(colour):
    assert Measurement.model_validate_json(colour.model_dump_json()) == colour


@LANGUAGES
def test_the_pictures_are_fit_to_be_sent(colour, grey, language):
    for found in (colour, grey):
        assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("rows", [[row(error=True, accuracy=(96.0,))], [row(), row(same=True)]])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(colour, language, rows):
    outcome = nhwc.conclude(nhwc.NhwcParams(), rows)
    found = colour.model_copy(update={"findings": outcome.findings, "data": outcome.data})

    assert faults(figure(found, VOTES, language)) == []
