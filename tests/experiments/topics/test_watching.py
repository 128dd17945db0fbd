"""detect_anomaly is what makes a small step slow, and it is the stack that it pays for."""

import pytest
import torch

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import watching
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="loss.item() после каждого шага", votes=31, correct=False, key="item"),
    OptionVotes(text="forward-хуки с torch.isfinite на каждом модуле", votes=14, correct=False, key="hooks"),
    OptionVotes(text="torch.profiler.profile() вокруг шагов", votes=21, correct=False, key="profiler"),
    OptionVotes(text="torch.autograd.detect_anomaly()", votes=34, correct=True, key="anomaly"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def found() -> Measurement:
    return measured("watching", 8)


def row(item=1.0, hooks=1.3, profiler=1.3, anomaly=4.5, *, unchecked=4.2):
    options = {"item": item, "hooks": hooks, "profiler": profiler, "anomaly": anomaly}
    return {"plain": 1.0, **options, "report": profiler + 1, "unchecked": unchecked, "deep": 2 * anomaly}


def outcome(*rows):
    return watching.conclude(watching.WatchingParams(), list(rows))


def verdicts(*rows) -> list[str]:
    return [finding.supported for finding in outcome(*rows).findings]


def test_detect_anomaly_is_the_slowest_by_far(found):
    times = {finding.option: finding.number for finding in found.findings}

    assert [finding.supported for finding in found.findings] == ["no", "no", "no", "yes"]
    assert times["anomaly"] > 2 * max(times["hooks"], times["profiler"])


def test_it_pays_for_the_stack(found):
    times = {name: values[0] for name, values in found.data["times"].items()}

    assert found.data["pays"] == "stack"
    assert times["deep"] > 1.5 * times["anomaly"]
    assert times["report"] > times["profiler"] + 0.3


def test_the_verdict_follows_the_numbers():
    assert verdicts(row(hooks=6)) == ["no", "yes", "no", "no"]
    assert verdicts(row(profiler=4.4)) == ["no", "no", "depends", "depends"]
    assert verdicts(row(1, 1, 1, 1.05)) == ["depends"] * 4


def test_one_seed_in_four_may_be_disturbed_two_may_not():
    assert verdicts(row(), row(), row(), row(hooks=9)) == ["no", "no", "no", "yes"]
    assert verdicts(row(), row(), row(hooks=9), row(hooks=9))[3] == "depends"


def test_hooks_are_taken_off_and_see_what_is_not_finite():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2))
    with pytest.raises(FloatingPointError, match="Linear"), watching.hooked(model):
        model(torch.tensor([[1.0, float("inf")]]))

    assert not model[0]._forward_hooks


def test_the_measurement_comes_back_from_json_as_it_was(found):
    assert Measurement.model_validate_json(found.model_dump_json()) == found


@LANGUAGES
def test_the_picture_is_fit_to_be_sent(found, language):
    assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize(
    "rows", [[row(item=9)], [row(hooks=9)], [row(profiler=9)], [row(1, 1, 1, 1)], [row(anomaly=40, unchecked=3)]]
)
def test_the_picture_of_any_outcome_is_fit_to_be_sent(found, language, rows):
    other = outcome(*rows)
    turned = found.model_copy(update={"findings": other.findings, "data": other.data})

    assert faults(figure(turned, VOTES, language)) == []
