"""
The threads that we publish: measured wholly, once, by a real worker; then every poll is held against its outcome.

Each key is flipped as well: a check that could not fail would be worth nothing.
"""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import answers
from experiments.catalogue import ENTRIES
from tests.outcomes import ROOT, threads

ASKED = [
    pytest.param(path, poll, id=f"{path.relative_to(ROOT / 'threads')}-{poll.id}")
    for path, thread in threads().items()
    for poll in answers.asked(thread)
]


def compared(database, path, poll) -> tuple[int, str]:
    out = io.StringIO()
    return answers.compare(database, path, poll, Console(file=out, width=2000)), out.getvalue()


def depending(told: str) -> list[str]:
    """The options that another machine may see otherwise: only where time is measured."""
    return re.findall(r"note: “(.*?)” is marked", told)


@pytest.mark.parametrize(("path", "poll"), ASKED)
def test_the_measurement_agrees_with_the_key(outcomes, path, poll):
    problems, told = compared(outcomes, path, poll)

    assert problems == 0
    assert told.endswith("the measurement agrees with the key\n")
    assert depending(told) == [] or ENTRIES[poll.experiment.run].topic.chunk == 0


@pytest.mark.parametrize(("path", "poll"), ASKED)
def test_a_flipped_key_is_found_with_its_option_number_and_condition(outcomes, path, poll):
    _, sure = compared(outcomes, path, poll)
    for number, option in enumerate(poll.options):
        if option.text in depending(sure):
            continue
        flipped = option.model_copy(update={"correct": not option.correct})
        options = (*poll.options[:number], flipped, *poll.options[number + 1 :])
        problems, told = compared(outcomes, path, poll.model_copy(update={"options": options}))

        assert problems == 1
        assert f"“{option.text}” is marked as" in told
        assert re.search(r": [−\d].* \(.+\)\n", told)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_experiment_is_asked_about(language):
    published = [thread for thread in threads().values() if thread.language == language]

    assert {poll.experiment.run for thread in published for poll in answers.asked(thread)} == set(ENTRIES)


def test_the_twins_ask_the_same():
    def keys(path: Path):
        return [
            (poll.id, poll.experiment, [option.correct for option in poll.options])
            for poll in answers.asked(threads()[path])
        ]

    twins = {path: ROOT / "threads" / "en" / path.name for path in (ROOT / "threads").glob("*.md")}
    assert all(keys(path) == keys(twin) for path, twin in twins.items())
