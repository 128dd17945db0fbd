"""The texts of a poll with the numbers that were measured in the place of the keys that name them."""

from __future__ import annotations

from bot.thread.dialect.parser import parser
from bot.thread.model import Language, Markdown, Poll, Post
from bot.thread.reader import named
from bot.thread.reader.named import Named
from bot.thread.reader.source import Section
from experiments import quantity
from experiments.catalogue import ENTRIES
from experiments.measurement import Measurement
from experiments.quantity import FormError

UNKNOWN = "…"  # a number that was not measured, or not in time


def poll(given: Poll, measurement: Measurement | None, language: Language) -> Poll:
    """What is said around a poll with its numbers; without an experiment a text has none."""
    if given.experiment is None:
        return given
    run = given.experiment.run
    described, explained, *said = (
        text(one, run, measurement, language)
        for one in (given.description, given.explanation, *(option.feedback for option in given.options))
    )
    options = tuple(
        option.model_copy(update={"feedback": words}) for option, words in zip(given.options, said, strict=True)
    )
    return given.model_copy(update={"description": described, "explanation": explained, "options": options})


def post(given: Post, measurement: Measurement | None, language: Language) -> Post:
    """A post with the numbers of its poll; what stands above it may be a message of its own."""
    if given.poll is None or given.poll.experiment is None:
        return given
    above = text(given.text, given.poll.experiment.run, measurement, language)
    return given.model_copy(update={"text": above, "poll": poll(given.poll, measurement, language)})


def text(source: Markdown, run: str, measurement: Measurement | None, language: Language) -> Markdown:
    """A text with its numbers, or with dots where there are none; what names none stays as it is."""
    if "{" not in source:
        return source
    section = Section(1, tuple(source.split("\n")))
    filled = list(section.lines)
    for one in sorted(
        named.found(section, parser().parse(source)), key=lambda one: (one.line, one.column), reverse=True
    ):
        line, start = filled[one.line - 1], one.column - 1
        filled[one.line - 1] = line[:start] + _told(one, run, measurement, language) + line[start + one.length :]
    return "\n".join(filled)


def unmeasured(source: Markdown, run: str, measurement: Measurement) -> list[str]:
    """The keys in a text that this run has no number for."""
    section = Section(1, tuple(source.split("\n")))
    names = named.found(section, parser().parse(source))
    return [one.key for one in names if _told(one, run, measurement, "en") == UNKNOWN]


def _told(one: Named, run: str, measurement: Measurement | None, language: Language) -> str:
    if measurement is None:
        return UNKNOWN
    if one.key == quantity.VERSION:
        return ".".join(measurement.versions.get("torch", UNKNOWN).split(".")[:2])
    value = measurement.numbers.get(one.key)
    known = ENTRIES[run].numbers if run in ENTRIES else {}
    try:
        form = quantity.form(one.key, one.form, known)
    except FormError:  # this version has no such number any more
        return UNKNOWN
    return quantity.written(value, known[one.key], form, language) if value else UNKNOWN
