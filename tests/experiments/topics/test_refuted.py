"""docs/refuted.md: what stands there is measured, on three sets of seeds, and each file's command says so."""

import re
import shlex

import pytest

from bot.commands import answers
from bot.thread import markdown
from experiments import command, perform
from experiments.measurement import OptionVotes
from experiments.topic import Context
from experiments.topics import no_zero_grad, small_clip, step_lr
from tests.bot.shell import typed
from tests.experiments.conftest import ballot, figure, measured
from tests.experiments.engines.proof import faults
from tests.outcomes import ROOT

PAGE = (ROOT / "docs" / "refuted.md").read_text()
FILES = sorted((ROOT / "docs" / "refuted").glob("*.md"))
COMMANDS = re.findall(r"\| `(pollbot [^`]+)` \|", PAGE)
SEEDS = (range(2), range(20, 22), range(50, 52))


def polls():
    return {path.stem: answers.asked(markdown.read(path))[0] for path in FILES}


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_every_set_of_seeds_contradicts_the_published_key(name):
    poll = polls()[name]
    topic = perform.entry(poll.experiment.run)
    params = topic.params(**poll.experiment.set)
    for seeds in SEEDS:
        outcome = topic.module.conclude(params, topic.module.measure(params, seeds, Context()))
        found = {finding.option: finding.supported for finding in outcome.findings}
        keyed = zip(poll.experiment.options, poll.options, strict=True)
        contradicted = [key for key, option in keyed if found[key] != ("yes" if option.correct else "no")]

        assert contradicted
        assert "depends" not in {found[key] for key in contradicted}


def test_the_page_names_every_file_and_each_of_its_commands_can_be_typed():
    files = {shlex.split(line)[2] for line in COMMANDS if line.startswith("pollbot check")}

    assert files == {f"docs/refuted/{path.name}" for path in FILES}
    for line in COMMANDS:
        if line.startswith("pollbot experiment"):
            assert command.find(typed(line)[0])


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("no_zero_grad", {}),
        ("no_zero_grad", {"code": "batches"}),
        ("small_clip", {}),
        ("step_lr", {}),
        ("step_lr", {"epoch": 1}),
    ],
)
def test_their_pictures_are_fit_to_be_sent(name, params, language):
    found = measured(name, 2, **params)
    votes = ballot(*(OptionVotes(text=key, votes=3, correct=False, key=key) for key in command.find(name).options))

    assert faults(figure(found, votes, language)) == []


def test_a_loop_that_does_diverge_is_told():
    row = {"zeroed": [0.7, 0.6], "kept": [0.7, 5.0]}
    outcome = no_zero_grad.conclude(no_zero_grad.NoZeroGradParams(), [row])

    assert [found.option for found in outcome.findings if found.supported == "yes"] == ["diverges"]


def test_a_gradient_that_grows_would_be_told():
    row = {"double": [1.0, 2.0, 0.0], "ten": [1.0, 1.0, 1.0], "half": [1.0, 0.5, 0.0]}
    outcome = small_clip.conclude(small_clip.SmallClipParams(), [row])

    assert [found.option for found in outcome.findings if found.supported == "yes"] == ["larger"]


def test_the_rate_falls_behind_each_tenth_epoch():
    rates = step_lr._rates(step_lr.StepLrParams(epoch=21))

    assert [round(rate, 9) for rate in (rates[9], rates[10], rates[19], rates[20])] == [0.01, 0.001, 0.001, 0.0001]
