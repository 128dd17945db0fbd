"""What is wrong with a time that an admin has said, and what is allowed, in Russian and English."""

from __future__ import annotations

from datetime import datetime

from bot.loops import words
from bot.thread import zones
from bot.thread.model import Language
from bot.thread.spoken import Kind, SaidError
from experiments.measurement import Text
from experiments.numbers import both

REFUSED: dict[Kind, Text] = {
    "unread": both("«{words}» — не время.", "“{words}” is no time."),
    "vague": both("«{words}» — это во сколько? Нужен час.", "“{words}”: at what hour?"),
    "next": both(
        "«{words}» — это {first} или {second}? Напишите число.",
        "“{words}”: the {first} or the {second}? Write the date.",
    ),
    "slashed": both(
        "«{words}» можно понять как число и месяц или наоборот. Напишите 5.12 или 5 декабря.",
        "“{words}” may be a day and a month, or the other way round. Write 5 December or 2026-12-05.",
    ),
    "hourless": both("«{words}» — а во сколько?", "“{words}”: at what hour?"),
    "bare": both(
        "«{words}» — это {early} или {late}? Напишите так или так.", "“{words}”: {early} or {late}? Write one of them."
    ),
    "noday": both("Такого дня нет: «{words}».", "There is no such day: “{words}”."),
    "nohour": both("Такого времени нет: «{words}».", "There is no such time: “{words}”."),
    "span": both("«{words}» — не срок. Напишите +2h, +30m или +1d.", "“{words}” is no span. Write +2h, +30m or +1d."),
    "zone": both(
        "Зона «{words}» непонятна. Напишите Europe/Moscow, МСК или UTC+3.",
        "The zone “{words}” is not clear. Write Europe/Moscow, CET or UTC+3.",
    ),
    "gap": both(
        "Времени {words} в {zone} не бывает: часы переводят вперёд. Ближайшее — {after}.",
        "{words} does not exist in {zone}: clocks go forward then. The nearest is {after}.",
    ),
}
TWICE = both(
    "{at:%H:%M} в {zone} в этот день бывает дважды: взято первое ({offset}).",
    "{at:%H:%M} comes twice on that day in {zone}: the first is taken ({offset}).",
)


def refused(error: SaidError, language: Language) -> str:
    return words.say(REFUSED[error.kind], language, **error.fields)


def notes(at: datetime, language: Language) -> list[str]:
    """What is to be known of a time that can be used."""
    wall, zone = at.replace(tzinfo=None, fold=0), at.tzinfo
    if zone is None or at.utcoffset() == at.replace(fold=1 - at.fold).utcoffset():
        return []
    return [words.say(TWICE, language, at=at, zone=zones.name(at), offset=zones.offset(zone, wall))]
