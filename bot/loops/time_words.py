"""What is wrong with a time that an admin has said, and what is allowed, in Russian and English."""

from __future__ import annotations

from datetime import datetime

from bot.loops import words
from bot.thread import zones
from bot.thread.model import Language
from bot.thread.spoken import Kind, SaidError
from experiments.measurement import Text
from languages.text import phrase

REFUSED: dict[Kind, Text] = {
    "unread": phrase("“{words}” is no time."),
    "vague": phrase("“{words}”: at what hour?"),
    "next": phrase("“{words}”: the {first} or the {second}? Write the date."),
    "slashed": phrase("“{words}” may be a day and a month, or the other way round. Write 5 December or 2026-12-05."),
    "hourless": phrase("“{words}”: at what hour?", "time_words.REFUSED"),
    "bare": phrase("“{words}”: {early} or {late}? Write one of them."),
    "noday": phrase("There is no such day: “{words}”."),
    "nohour": phrase("There is no such time: “{words}”."),
    "span": phrase("“{words}” is no span. Write +2h, +30m or +1d."),
    "zone": phrase("The zone “{words}” is not clear. Write Europe/Moscow, CET or UTC+3."),
    "gap": phrase("{words} does not exist in {zone}: clocks go forward then. The nearest is {after}."),
}
TWICE = phrase("{at:%H:%M} comes twice on that day in {zone}: the first is taken ({offset}).")


def refused(error: SaidError, language: Language) -> str:
    return words.say(REFUSED[error.kind], language, **error.fields)


def notes(at: datetime, language: Language) -> list[str]:
    """What is to be known of a time that can be used."""
    wall, zone = at.replace(tzinfo=None, fold=0), at.tzinfo
    if zone is None or at.utcoffset() == at.replace(fold=1 - at.fold).utcoffset():
        return []
    return [words.say(TWICE, language, at=at, zone=zones.name(at), offset=zones.offset(zone, wall))]
