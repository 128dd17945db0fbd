"""
Answer keys held against measurements.

No key goes out unchecked: a measurement is queued when its thread is scheduled, and a poll waits for it. A key that the
measurement contradicts stops the poll until an admin lets it go, unless the author has written `despite:` and why. What
depends contradicts no key: readers are told on what.
"""

from __future__ import annotations

from datetime import datetime

from bot.store import polls, runs, store
from bot.store.store import Database
from bot.thread.model import Language, Option, Poll
from experiments import numbers
from experiments.measurement import Finding, Measurement

PATIENCE_S = 600.0  # for a measurement that is not there when its poll is due

WORDS = {
    "ru": {
        "wrong": "опыт спорит с ключом: {told}. Исправьте ключ или напишите в посте despite: и почему",
        "failed": "ключ не проверен: опыт {run} не удался: {reason}",
        "slow": "ключ не проверен: опыт {run} сделан на {progress:.0%}; работает ли pollbot worker?",
        "marked": "«{option}» отмечен как {mark}, но {verdict}: {number} ({condition})",
        "right": "верный",
        "not right": "неверный",
        "yes": "измерение его подтверждает",
        "no": "измерение его опровергает",
        "depends": "измерение говорит: зависит",
    },
    "en": {
        "wrong": "the measurement contradicts the key: {told}. Mend the key, or write despite: in the post, and why",
        "failed": "the key is not checked: experiment {run} failed: {reason}",
        "slow": "the key is not checked: experiment {run} is {progress:.0%} done; does pollbot worker run?",
        "marked": "“{option}” is marked as {mark}, but {verdict}: {number} ({condition})",
        "right": "right",
        "not right": "not right",
        "yes": "the measurement supports it",
        "no": "the measurement does not support it",
        "depends": "the measurement says that it depends",
    },
}


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


def told(option: Option, finding: Finding, language: Language) -> str:
    """One contradiction: the option, the number with its spread, and the condition."""
    words = WORDS[language]
    low, high = (numbers.plain(end, language) for end in finding.spread)
    number = f"{numbers.plain(finding.number, language)} {finding.unit[language]}"
    number += f", {low}–{high}" if low != high else ""
    mark = words["right" if option.correct else "not right"]
    said = {"option": option.text, "mark": mark, "number": number, "condition": finding.condition[language]}
    return words["marked"].format(**said, verdict=words[finding.supported])


def verdict(
    database: Database, poll: Poll, *, due: datetime, now: datetime, waited_s: float, language: Language
) -> tuple[bool, str | None]:
    """
    Whether a poll may go out now; where it never may by itself, also why: for the admin.

    `waited_s` is how long this process has been waiting for its measurement. Raises `ExperimentError` where this
    version has no such experiment.
    """
    experiment = poll.experiment
    if experiment is None:
        return True, None
    with store.reading(database) as connection:
        run = runs.outcome(connection, polls.key_of(connection, experiment))
    if experiment.despite:
        return True, None
    words = WORDS[language]
    if run is None or run.state == "cancelled":  # also where the experiment or the worker's device has changed since
        with database.begin() as connection:
            polls.queue(connection, experiment, runs.POLL, due=due, now=now)
    if run is None or (run.output is None and run.state != "failed"):
        slow = words["slow"].format(run=experiment.run, progress=run.progress if run else 0)
        return False, None if waited_s < PATIENCE_S else slow
    if run.output is None:
        return False, words["failed"].format(run=experiment.run, reason=(run.error or "").partition("\n")[0])
    wrong = contradictions(poll, Measurement.model_validate_json(run.output))
    if wrong:
        return False, words["wrong"].format(told="; ".join(told(*one, language) for one in wrong))
    return True, None
