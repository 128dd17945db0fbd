"""
When the chapters of a series go out, as authors write it: `monday 10:00`, `mon, thu 18:30 Europe/Moscow`, `day 09:00`,
«каждый понедельник 10:00», `7d`; for experts a line of cron, `0 10 * * 1`. Errors are ValueErrors in words.

Days and hours are kept as a line of cron, and cron is cronsim's, but for its way through changes of the clocks: here it
goes by what clocks show, and a time that they skip is refused, as everywhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, ConfigDict

from bot.thread import characters, moment, weekdays, zones
from bot.thread.worded import worded

CLOCK = re.compile(
    r"(?:(?P<hour>\d{1,2})[:.](?P<minute>\d\d)|(?P<twelve>\d{1,2}) ?(?P<half>[ap])m)\b(?P<zone>.*)", re.IGNORECASE
)
SEVERAL = re.compile(r"\s*(,|&|and\b|и\b)")
FIELD = r"[\d*/,\-#LW]|[A-Z]{3}"
CRON = re.compile(rf"((?:(?:{FIELD})+ ){{4}}(?:{FIELD})+)( .+)?", re.IGNORECASE)
FILLERS = {"every", "each", "on", "at", "and", "по", "в", "во", "и", "каждый", "каждую", "каждое", "каждые"}
LIKE = worded(
    "write it as monday 10:00, as mon, thu 18:30 Europe/Moscow, as day 09:00, as 7d, or as a line of cron, 0 10 * * 1"
)
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=366)  # of a step


class Rhythm(BaseModel):
    """
    At each time that `cron` has by the clocks of `zone` (empty: of the thread's start); where there is no cron, `days`
    and `time` after one another. `drip`: each post is a chapter of its own.

    Days keep the time that clocks show, `time` is real.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cron: str = ""
    zone: str = ""
    days: int = 0
    time: timedelta = timedelta(0)
    drip: bool = False

    def clocks(self, otherwise: tzinfo) -> tzinfo:
        return zones.find(self.zone, zones.ANY)[0] if self.zone else otherwise

    def first(self, start: datetime, clocks: tzinfo) -> datetime:
        """The first time from `start` on; a step begins with that. Raises ValueError as `after` does."""
        return self.after(start - timedelta(microseconds=1), start, clocks) if self.cron else start

    def after(self, at: datetime, start: datetime, clocks: tzinfo, *, exact: bool = True) -> datetime:
        """
        The first time after `at`, in UTC; steps are counted from `start`.

        Raises ValueError where none ever comes, and for one that clocks skip; unless it is to be `exact`, that is taken
        for as much later as they jump.
        """
        zone = self.clocks(clocks)
        return _by_cron(self.cron, at, zone, exact=exact) if self.cron else self._step(at, start, zone, exact=exact)

    def before(self, at: datetime, clocks: tzinfo) -> datetime | None:
        """The last time of a line of cron before `at`."""
        zone = self.clocks(clocks)
        wall = next(CronSim(self.cron, at.astimezone(zone).replace(tzinfo=None), reverse=True), None)
        return wall and wall.replace(tzinfo=zone).astimezone(UTC)

    def _step(self, at: datetime, start: datetime, zone: tzinfo, *, exact: bool) -> datetime:
        local, one = start.astimezone(zone), timedelta(days=self.days) + self.time
        count = max(int((at - start) / one) - 1, 1)  # a day has 25 hours at most
        while True:
            wall = (local + self.days * count * timedelta(days=1)).replace(tzinfo=None)
            found = _shown(wall, zone, exact=exact) if self.days else start.astimezone(UTC)
            found += self.time * count
            if found > at:
                return found
            count += 1


def _by_cron(cron: str, at: datetime, zone: tzinfo, *, exact: bool) -> datetime:
    for wall in CronSim(cron, at.astimezone(zone).replace(tzinfo=None)):
        if (found := _shown(wall, zone, exact=exact)) > at:
            return found
    raise ValueError(worded("{cron!r} never comes", cron=cron))  # within fifty years


def _shown(wall: datetime, zone: tzinfo, *, exact: bool) -> datetime:
    """The first time at which clocks show `wall`; where they never do, ValueError, or when they would have."""
    if exact:
        moment.seen(wall, zone)
    return wall.replace(tzinfo=zone).astimezone(UTC)


class _Said(NamedTuple):
    days: tuple[int, ...]
    hour: int
    minute: int
    zone: str


def read(value: object, *, drip: bool = False) -> Rhythm:
    """What an author wrote; ValueErrors in words."""
    text = characters.bare(str(value))
    if moment.DURATION.fullmatch(text) and text:
        return _step(text, drip=drip)
    if line := CRON.fullmatch(text):
        return _cron(line[1], (line[2] or "").strip(), drip=drip)
    said = _said(text)
    if said is None:
        raise ValueError(worded("{value} is no rhythm: {like}", value=characters.shown(value), like=LIKE))
    days = "*" if said.days == weekdays.EVERY else ",".join(str((day + 1) % 7) for day in said.days)
    return Rhythm(cron=f"{said.minute} {said.hour} * * {days}", zone=_zone(said.zone), drip=drip)


def _step(text: str, *, drip: bool) -> Rhythm:
    found = moment.pause(text)
    if timedelta(days=found.days) + found.time < SHORTEST:
        raise ValueError(
            worded(
                "{text!r} is too short: there are at least {least} between two chapters",
                text=text,
                least=moment.written(SHORTEST),
            )
        )
    return Rhythm(days=found.days, time=found.time, drip=drip)


def _cron(line: str, zone: str, *, drip: bool) -> Rhythm:
    try:
        next(CronSim(line, zones.ANY))
    except CronSimError as error:
        raise ValueError(
            worded(
                "{cron!r} is no line of cron ({error}): it has minute, hour, day of the month, month, day of the week, "
                "such as 0 10 * * 1",
                cron=line,
                error=error,
            )
        ) from None
    except StopIteration:
        raise ValueError(worded("{cron!r} never comes", cron=line)) from None
    return Rhythm(cron=line.upper(), zone=_zone(zone), drip=drip)


def _zone(words: str) -> str:
    return zones.name(zones.ANY.replace(tzinfo=zones.find(words, zones.ANY)[0])) if words else ""


def _said(text: str) -> _Said | None:
    """Days and an hour in words; without days, every day."""
    clock = CLOCK.search(text)
    if not clock:
        return None
    if SEVERAL.match(clock["zone"]):
        raise ValueError(
            worded("{text} has several hours: write one, or a line of cron, 0 10,18 * * 1", text=characters.shown(text))
        )
    hour, minute = (
        (int(clock["hour"]), int(clock["minute"]))
        if clock["hour"]
        else (int(clock["twelve"]) % 12 + 12 * (clock["half"] in "pP"), 0)
    )
    if hour > 23 or minute > 59 or (clock["twelve"] and not 1 <= int(clock["twelve"]) <= 12):
        return None
    days = _days(text[: clock.start()].casefold())
    return None if days is None else _Said(days, hour, minute, clock["zone"].strip())


def _days(text: str) -> tuple[int, ...] | None:
    """The days that are named, by commas or ranges; all of them where none is; None where something else stands."""
    words = [word for word in re.split(r"[\s,&]+", text.replace("–", "-").replace(" - ", "-")) if word]
    named = [word for word in words if word not in FILLERS]
    if not named:
        return weekdays.EVERY
    found: set[int] = set()
    for word in named:
        first, dash, last = word.partition("-")
        if word in weekdays.GROUPS:
            found.update(weekdays.GROUPS[word])
        elif dash and first in weekdays.DAYS and last in weekdays.DAYS:
            begin, end = weekdays.DAYS[first], weekdays.DAYS[last]
            found.update(day % 7 for day in range(begin, end + 1 + 7 * (end < begin)))
        elif word in weekdays.DAYS:
            found.add(weekdays.DAYS[word])
        else:
            return None
    return tuple(sorted(found))


def written(rhythm: Rhythm, language: str = "en") -> str:
    """As `read` reads it."""
    zone = f" {rhythm.zone}" if rhythm.zone else ""
    if not rhythm.cron:
        days, rest = f"{rhythm.days}d" if rhythm.days else "", moment.written(rhythm.time, "hms")
        return days + rest if rhythm.time or not days else days
    if made := re.fullmatch(r"(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6](?:,[0-6])*)", rhythm.cron):
        minute, hour, days = made.groups()
        every, known = ("день", weekdays.RUSSIAN) if language == "ru" else ("day", weekdays.ENGLISH)
        names = every if days == "*" else ", ".join(known[(int(day) - 1) % 7] for day in days.split(","))
        return f"{names} {int(hour):02}:{int(minute):02}{zone}"
    return rhythm.cron + zone
