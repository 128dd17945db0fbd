"""
Answer keys held against measurements.

No key goes out unchecked: a measurement is queued when its thread is scheduled, and a poll waits for it. A key that the
measurement contradicts stops the poll until an admin lets it go, unless the author has written `despite:` and why. What
depends contradicts no key: readers are told on what.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.loops import words
from bot.store import measurements, runs, store
from bot.store.runs import Outcome
from bot.store.schedule import DuePost
from bot.store.store import Database
from bot.thread import filled
from bot.thread.model import Experiment, Language, Option, Poll, Post
from experiments import numbers
from experiments.measurement import Finding, Measurement

PATIENCE_S = 600.0  # for a measurement that is not there when its poll is due

VERDICT = {"yes": words.YES, "no": words.NO, "depends": words.DEPENDS}


def contradictions(poll: Poll, measurement: Measurement) -> list[tuple[Option, Finding]]:
    """The options whose mark is the opposite of what was measured."""
    opposite = {True: "no", False: "yes"}
    return [
        (option, found) for option, found in pairs(poll, measurement) if found.supported == opposite[option.correct]
    ]


def pairs(poll: Poll, measurement: Measurement) -> list[tuple[Option, Finding]]:
    """Each option of a poll with what was found about it."""
    assert poll.experiment is not None
    findings = {finding.option: finding for finding in measurement.findings}
    return list(zip(poll.options, (findings[key] for key in poll.experiment.options), strict=True))


def row(option: Option, finding: Finding, language: Language) -> str:
    """An option, the key that it is held against, and the number: whoever exchanged two options sees it here."""
    box = "[x]" if option.correct else "[ ]"
    return f"{box} {option.text} ← {finding.option}: {_number(finding, language)}, {finding.supported}"


def _number(finding: Finding, language: Language) -> str:
    low, high = (numbers.plain(end, language) for end in finding.spread)
    number = f"{numbers.plain(finding.number, language)} {finding.unit[language]}"
    return number + (f", {low}–{high}" if low != high else "")


def statement(option: Option, finding: Finding, language: Language) -> str:
    """What is measured of an option, against its mark: the number with its spread, and the condition."""
    return words.say(
        words.STATEMENT,
        language,
        option=option.text,
        mark=words.RIGHT if option.correct else words.NOT_RIGHT,
        verdict=VERDICT[finding.supported],
        number=_number(finding, language),
        condition=finding.condition,
    )


def verdict(
    database: Database, poll: Poll, due: DuePost, *, now: datetime, waited_s: float, language: Language
) -> tuple[bool, str | None]:
    """
    Whether a post's poll may go out now; where it never may by itself, also why: for the admin.

    `waited_s` is how long this process has been waiting for its measurement. Raises `ExperimentError` where this
    version has no such experiment.
    """
    experiment = poll.experiment
    if experiment is None:
        return True, None
    run = _run(database, experiment)
    if experiment.despite:
        return True, None
    if run is None or run.state == "cancelled":  # also where the experiment or the worker's device has changed since
        with database.begin() as connection:
            measurements.requeue(connection, due.address.post_id, experiment, due=due.due, now=now)
    if run is None or (run.output is None and run.state != "failed"):
        if waited_s < PATIENCE_S:
            return False, None
        progress = numbers.percent(100 * run.progress if run else 0, 0, language)
        return False, words.say(words.NOT_YET_MEASURED, language, run=experiment.run, progress=progress)
    refusal = _refusal(poll, run, language)
    return refusal is None, refusal


def told(database: Database, post_id: int, post: Post) -> Post:
    """A post with the numbers that its text names: those of the measurement that its key was held against."""
    if post.poll is None or not any("{" in text for text in (post.text, post.poll.description)):
        return post
    language, measurement = measurements.of_post(database, post_id)
    return filled.post(post, measurement, language)


def judge(database: Database, poll: Poll | None, language: Language) -> str | None:
    """Why a poll may not go out, as far as it is measured. Raises `ExperimentError` as `verdict` does."""
    with store.reading(database) as connection:
        return judged(connection, poll, language)


def judged(connection: Connection, poll: Poll | None, language: Language) -> str | None:
    """The same within the caller's transaction."""
    if poll is None or poll.experiment is None or poll.experiment.despite:
        return None
    run = runs.outcome(connection, measurements.key_of(connection, poll.experiment))
    return _refusal(poll, run, language) if run and run.output else None


def _run(database: Database, experiment: Experiment) -> Outcome | None:
    with store.reading(database) as connection:
        return runs.outcome(connection, measurements.key_of(connection, experiment))


def _refusal(poll: Poll, run: Outcome, language: Language) -> str | None:
    """Why a poll may not go out, now that its run has ended."""
    assert poll.experiment is not None
    if run.output is None:
        reason = (run.error or "").partition("\n")[0]
        return words.say(words.NOT_MEASURED, language, run=poll.experiment.run, reason=reason)
    wrong = contradictions(poll, Measurement.model_validate_json(run.output))
    if not wrong:
        return None
    statements = "; ".join(statement(*one, language) for one in wrong)
    return words.say(words.CONTRADICTED, language, statements=statements)
