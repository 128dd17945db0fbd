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
from bot.thread import claims, markdown
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

    for claim, changed in flipped(poll, language):
        seen = [bool(list(borne.problems(one, found, language))) for one in changed]
        assert seen.count(True) >= len(seen) - 1, claim  # one may be another setting by chance


def flipped(poll, language):
    """Each number that is typed, and the poll with others in its place."""
    for claim in claims.found(poll.description, language):
        yield claim, [poll.model_copy(update={"description": text}) for text in others(poll.description, claim)]
    for claim in claims.found(poll.explanation, language):
        yield claim, [poll.model_copy(update={"explanation": text}) for text in others(poll.explanation, claim)]
    for number, option in enumerate(poll.options):
        for field in ("feedback", "text") if option.correct else ("feedback",):
            for claim in claims.found(getattr(option, field), language):
                yield claim, [with_option(poll, number, field, text) for text in others(getattr(option, field), claim)]


def with_option(poll, number, field, text):
    changed = poll.options[number].model_copy(update={field: text})
    return poll.model_copy(update={"options": (*poll.options[:number], changed, *poll.options[number + 1 :])})


def others(text: str, claim: claims.Claim) -> list[str]:
    """The text with other digits in the place of a number's, or another word in the place of one that compares."""
    lines = text.split("\n")
    line, at = lines[claim.line - 1], claim.column - 1
    assert line[at:].startswith(claim.text)
    digits = [re.sub(r"\d", lambda one, by=by: str((int(one[0]) + by) % 10), claim.text) for by in (3, 4, 6, 7)]
    if len(claim.text) == 1:  # another digit is another setting all too often
        digits = [f"{other}7" for other in digits]
    words = {"втрое": ["вдвое", "впятеро"], "three times": ["two times", "five times"]}
    put = [line[:at] + other + line[at + len(claim.text) :] for other in words.get(claim.text, digits)]
    return ["\n".join([*lines[: claim.line - 1], one, *lines[claim.line :]]) for one in put]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_experiment_is_asked_about(language):
    """Of a thread, or of docs/refuted, which is in English alone."""
    published = [thread for thread in threads().values() if thread.language == language]
    refuted = [markdown.read(path) for path in (ROOT / "docs" / "refuted").glob("*.md")]

    assert {poll.experiment.run for one in published + refuted for poll in answers.asked(one)} == set(ENTRIES)


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
