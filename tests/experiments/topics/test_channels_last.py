"""channels_last is another order in memory; which convolutions it makes faster is a matter of measurement."""

import pytest
import torch

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import channels_last
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="да, все пять", votes=38, correct=False, key="always"),
    OptionVotes(text="смотря какую", votes=29, correct=True, key="sometimes"),
    OptionVotes(text="нет, ни одну: это только для GPU", votes=33, correct=False, key="never"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def found() -> Measurement:
    return measured("channels_last", 6)


def outcome(*seeds):
    """Each seed as the five ratios."""
    rows = [{name: [ratio, 1.0] for name, ratio in zip(channels_last.CONVS, seed, strict=True)} for seed in seeds]
    return channels_last.conclude(channels_last.ChannelsLastParams(), rows)


def verdicts(*seeds) -> list[str]:
    return [finding.supported for finding in outcome(*seeds).findings]


def test_what_was_measured_is_one_clear_answer_or_says_that_it_depends(found):
    supported = [finding.supported for finding in found.findings]

    # which of them is a matter of the processor; with AVX-512 and one thread it is `sometimes`
    assert supported.count("yes") == 1 or "depends" in supported
    assert all(0.3 < value < 10 for values in found.data["times"].values() for value in values)


def test_the_shape_stays_and_the_strides_change(found):
    assert found.data["tensor"] == {
        "shape": "(4, 64, 56, 56)",
        "before": "(200704, 3136, 56, 1)",
        "after": "(200704, 1, 3584, 64)",
    }


def test_both_formats_give_the_same_values():
    params = channels_last.ChannelsLastParams(batch=1)
    for conv in channels_last.CONVS.values():
        one, two = (
            channels_last.call(conv, params, 0, memory_format)()
            for memory_format in (torch.contiguous_format, torch.channels_last)
        )

        assert one.is_contiguous()
        assert two.is_contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(one, two, rtol=1e-3, atol=1e-3, check_stride=False)


def test_the_verdict_follows_the_five():
    assert verdicts((1.5,) * 5) == ["yes", "no", "no"]
    assert verdicts((1.0,) * 5) == ["no", "no", "yes"]
    assert verdicts((1.5, 1, 1, 1, 0.9)) == ["no", "yes", "no"]


def test_an_unclear_one_leaves_open_what_it_could_change():
    assert verdicts((1.5, 1.5, 1.5, 1.5, 1.15)) == ["depends", "depends", "no"]
    assert verdicts((1.0, 1.0, 1.0, 1.0, 1.15)) == ["no", "depends", "depends"]
    assert verdicts((1.5, 1.0, 1.15, 1.0, 1.0)) == ["no", "yes", "no"]


def test_one_seed_in_four_may_be_disturbed_two_may_not():
    fast, slow = (1.5,) * 5, (0.5,) * 5

    assert verdicts(fast, fast, fast, slow) == ["yes", "no", "no"]
    assert verdicts(fast, fast, slow, slow) == ["depends"] * 3


def test_the_measurement_comes_back_from_json_as_it_was(found):
    assert Measurement.model_validate_json(found.model_dump_json()) == found


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("ratios", [(1.5,) * 5, (0.8,) * 5, (1.15,) * 5, (9, 1, 1, 1, 1)])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(found, language, ratios):
    other = outcome(ratios)
    turned = found.model_copy(update={"findings": other.findings, "data": other.data})

    assert faults(figure(turned, VOTES, language)) == []
