"""trace freezes a branch, script keeps both, export refuses."""

import pytest
import torch
from torch import nn

from experiments.measurement import Measurement, OptionVotes
from experiments.topics import trace_branch
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults

VOTES = ballot(
    OptionVotes(text="2: if на месте", votes=35, correct=False, key="kept"),
    OptionVotes(text="−2: осталась ветка из примера", votes=40, correct=True, key="frozen"),
    OptionVotes(text="ничего: trace откажется от такой модели", votes=25, correct=False, key="refused"),
)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def trace() -> Measurement:
    return measured("trace_branch", 8)


@pytest.fixture(scope="module")
def script() -> Measurement:
    return measured("trace_branch", 2, tool="script")


@pytest.fixture(scope="module")
def export() -> Measurement:
    return measured("trace_branch", 2, tool="export")


def row(*, curve=(), told=(), **seen):
    one = {"kept": 0.0, "frozen": 0.0, "refused": 0.0, "told": list(told), "curve": list(curve)} | seen
    return dict.fromkeys(trace_branch.TOOLS, one)


def conclude(*rows):
    return trace_branch.conclude(trace_branch.TraceBranchParams(), list(rows))


def test_trace_freezes_the_branch_of_its_example(trace):
    assert {found.option: found.supported for found in trace.findings} == {
        "kept": "no",
        "frozen": "yes",
        "refused": "no",
    }


def test_script_keeps_the_if(script):
    assert [found.supported for found in script.findings] == ["yes", "no", "no"]


def test_export_refuses(export):
    assert [found.supported for found in export.findings] == ["no", "no", "yes"]
    assert export.data["curves"]["export"] == []


def test_the_curves_are_those_of_the_picture(trace):
    curves = trace.data["curves"]

    assert curves["script"] == [abs(x) for x in trace_branch.GRID]
    assert curves["trace"] == [-x for x in trace_branch.GRID]


def test_trace_warns_that_the_branch_will_be_frozen(trace):
    _, told = trace_branch.convert("trace", torch.ones(1))

    assert told == ["DeprecationWarning", "TracerWarning"]
    assert trace.data["warned"]


def test_script_is_deprecated_and_export_names_its_reason():
    assert trace_branch.convert("script", torch.ones(1))[1] == ["DeprecationWarning"]
    assert trace_branch.convert("export", torch.ones(1)) == (None, ["GuardOnDataDependentSymNode"])


def test_export_takes_torch_cond_in_the_place_of_the_if():
    class Branching(nn.Module):
        def forward(self, x):
            return torch.cond(x.sum() > 0, lambda x: x.clone(), lambda x: -x, (x,))

    with trace_branch.quiet():
        model = torch.export.export(Branching(), (torch.ones(1),)).module()

    assert [model(torch.tensor([x])).item() for x in (2.0, -2.0)] == [2, 2]


def test_nothing_is_printed_as_export_refuses(capfd):
    trace_branch.convert("export", torch.ones(1))

    assert capfd.readouterr() == ("", "")


def test_an_outcome_is_right_only_if_it_is_seen_at_every_input_of_every_seed():
    verdicts = [
        [found.supported for found in conclude(*rows).findings]
        for rows in ([row(kept=100.0)], [row(kept=99.0)], [row(frozen=100.0), row(refused=100.0)])
    ]

    assert verdicts == [["yes", "no", "no"], ["depends", "no", "no"], ["no", "depends", "depends"]]


def test_a_seed_is_measured_alike_alone_and_in_company():
    params = trace_branch.TraceBranchParams()
    one, two = (trace_branch.measure(params, seeds, trace_branch.Context()) for seeds in (range(1, 2), range(2)))

    assert one[0] == two[1]


def test_the_measurement_comes_back_from_json_as_it_was(trace):
    assert Measurement.model_validate_json(trace.model_dump_json()) == trace


@LANGUAGES
def test_the_pictures_are_fit_to_be_sent(trace, script, export, language):
    for found in (trace, script, export):
        assert faults(figure(found, VOTES, language)) == []


@LANGUAGES
@pytest.mark.parametrize("seen", [{"kept": 100.0, "curve": trace_branch.GRID}, {"kept": 50.0, "frozen": 50.0}])
def test_the_picture_of_any_outcome_is_fit_to_be_sent(trace, language, seen):
    outcome = conclude(row(**seen))
    found = trace.model_copy(update={"findings": outcome.findings, "data": outcome.data})

    assert faults(figure(found, VOTES, language)) == []
