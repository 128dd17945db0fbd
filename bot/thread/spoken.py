"""Times as people say them in a chat, by their own clocks: `завтра 10:00`, `fri 18:00`, `+2h`, or all of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.thread import zones
from bot.thread.moment import duration, moment

AHEAD = {"сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}
WEEKDAYS = (
    "пн понедельник mon monday", "вт вторник tue tuesday", "ср среда среду wed wednesday",
    "чт четверг thu thursday", "пт пятница пятницу fri friday", "сб суббота субботу sat saturday",
    "вс воскресенье sun sunday",
)  # fmt: skip
DAYS = {word: number for number, words in enumerate(WEEKDAYS) for word in words.split()}
SAID = re.compile(r"(?:(?:в|во|on) )?(?:([^\W\d_]+),? )?(?:(?:в|at) )?(\d{1,2})[:.](\d\d)")
DATED = re.compile(r"20\d\d-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?")


def clocks(zone: str, now: datetime) -> datetime:
    """What clocks of a zone show now."""
    return now.astimezone(zones.find(zone, now.replace(tzinfo=None))[0])


def read(words: str, now: datetime, zone: str) -> datetime:
    """The time that is meant, in `zone` unless it names another; ValueErrors in words, as those of `moment`."""
    text, here = " ".join(words.split()), clocks(zone, now)
    if text.casefold() in ("now", "сейчас"):
        return here
    if text.startswith("+"):
        return (now + duration(text[1:])).astimezone(here.tzinfo)
    if DATED.fullmatch(text):
        return moment(f"{text} {zone}")
    said = SAID.fullmatch(text.casefold())
    if said and (said[1] is None or said[1] in AHEAD or said[1] in DAYS):
        return _by_day(here, said[1], f"{said[2]:0>2}:{said[3]}", zone)
    return moment(text)


def _by_day(here: datetime, day: str | None, clock: str, zone: str) -> datetime:
    """Without a day, or on a weekday, the next time that clocks show it."""
    if day in AHEAD:
        return moment(f"{here.date() + timedelta(days=AHEAD[day])} {clock} {zone}")
    days, step = ((DAYS[day] - here.weekday()) % 7, 7) if day else (0, 1)
    first = here.date() + timedelta(days=days)
    if clock <= f"{here:%H:%M}" and first == here.date():
        first += timedelta(days=step)
    return moment(f"{first} {clock} {zone}")
