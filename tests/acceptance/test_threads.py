"""
The threads that we publish: measured wholly, once, by a real worker; then every poll is held against its outcome.

Each key is flipped as well: a check that could not fail would be worth nothing.
"""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import answers, borne
from bot.loops import answer_key
from bot.store import runs, store
from bot.thread import claims
from experiments.catalogue import ENTRIES, run_key
from experiments.measurement import Measurement
from tests.outcomes import ROOT, threads

ASKED = [
    pytest.param(path, poll, id=f"{path.relative_to(ROOT / 'threads')}-{poll.id}")
    for path, thread in threads().items()
    for poll in answers.asked(thread)
]


def compared(database, path, poll) -> tuple[int, str]:
    out = io.StringIO()
    language = threads()[path].language
    return answers.compare(database, path, poll, language, Console(file=out, width=2000)), out.getvalue()


def depending(told: str) -> list[str]:
    """The options that another machine may see otherwise: only where time is measured."""
    return re.findall(r"note: “(.*?)” is marked", told)


def measured(database, poll) -> Measurement:
    asked = poll.experiment
    with store.reading(database) as connection:
        found = runs.outcome(connection, run_key(asked.run, asked.set, asked.seeds))
    return Measurement.model_validate_json(found.output)


@pytest.mark.parametrize(("path", "poll"), ASKED)
def test_the_measurement_agrees_with_the_key(outcomes, path, poll):
    problems, told = compared(outcomes, path, poll)

    assert problems == 0
    assert "warning" not in told
    if ENTRIES[poll.experiment.run].topic.chunk or not depending(told):
        assert told.endswith("the measurement agrees with the key\n")


@pytest.mark.parametrize(("path", "poll"), ASKED)
def test_each_option_is_told_with_its_key_and_number(outcomes, path, poll):
    _, told = compared(outcomes, path, poll)

    for option, finding in answer_key.pairs(poll, measured(outcomes, poll)):
        assert f"] {option.text} ← {finding.option}: " in told


@pytest.mark.parametrize(("path", "poll"), ASKED)
def test_each_typed_number_is_missed_when_it_is_another(outcomes, path, poll):
    language, found = threads()[path].language, measured(outcomes, poll)
    for changed in flipped(poll, language):
        assert list(borne.problems(changed, found, language))


def flipped(poll, language):
    """The poll again and again, each time with another number in the place of one that is typed."""
    for claim in claims.found(poll.description, language):
        yield poll.model_copy(update={"description": another(poll.description, claim)})
    for claim in claims.found(poll.explanation, language):
        yield poll.model_copy(update={"explanation": another(poll.explanation, claim)})
    for number, option in enumerate(poll.options):
        for field in ("feedback", "text") if option.correct else ("feedback",):
            for claim in claims.found(getattr(option, field), language):
                changed = option.model_copy(update={field: another(getattr(option, field), claim)})
                yield poll.model_copy(
                    update={"options": (*poll.options[:number], changed, *poll.options[number + 1 :])}
                )


def another(text: str, claim: claims.Claim) -> str:
    lines = text.split("\n")
    line, at = lines[claim.line - 1], claim.column - 1
    assert line[at:].startswith(claim.text)
    other = re.sub(r"\d", lambda digit: str((int(digit[0]) * 7 + 3) % 10), claim.text)
    other = {"втрое": "впятеро", "three times": "five times"}.get(other, other)
    lines[claim.line - 1] = line[:at] + other + line[at + len(claim.text) :]
    assert other != claim.text
    return "\n".join(lines)


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
            (poll.id, asked_of(poll.experiment), [option.correct for option in poll.options])
            for poll in answers.asked(threads()[path])
        ]

    def asked_of(experiment):
        return experiment.model_copy(update={"confirmed": {}})

    twins = {path: ROOT / "threads" / "en" / path.name for path in (ROOT / "threads").glob("*.md")}
    assert all(keys(path) == keys(twin) for path, twin in twins.items())
