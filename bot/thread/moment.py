"""Times and durations as people write them: `5m`, `2026-12-01 19:00 Europe/Moscow`. Errors are ValueErrors in words."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.thread import characters, zones
from bot.thread.worded import worded

DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?")
MEANT = re.compile(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*([^\W\d_]+)\.?[\s,]*")
CLOCK = re.compile(r"(\d{1,4}):(\d\d)")
TIME = re.compile(r"(20\d\d-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)\s*(.*)")
DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(20\d\d)|(20\d\d)-(\d{1,2})-(\d{1,2})")
HOUR = re.compile(r"(\d{1,2})[:.](\d\d)|(\d{1,2}) ?([ap])m", re.IGNORECASE)
CALENDAR = {  # what Python says of a time that no calendar has
    str(one): one
    for one in (
        worded("month must be in 1..12"),
        worded("day is out of range for month"),
        worded("hour must be in 0..23"),
        worded("minute must be in 0..59"),
        worded("second must be in 0..59"),
    )
}
LONGEST = timedelta(days=366)  # between two posts
WORDS = {
    "w": "w week weeks н нед неделя недели недель неделю", "d": "d day days д дн день дня дней сутки суток",
    "h": "h hr hrs hour hours ч час часа часов", "m": "m min mins minute minutes м мин минута минуты минут минуту",
    "s": "s sec secs second seconds с сек секунда секунды секунд секунду",
}  # fmt: skip
SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
UNITS = {word: unit for unit, words in WORDS.items() for word in words.split()}


class Pause(NamedTuple):
    """A time between two posts: over whole `days` clocks come to show the same time again, `time` simply passes."""

    days: int
    time: timedelta


def duration(value: object) -> timedelta:
    """A number with its unit, or several: `90s`, `24h`, `1h30m`. A day has 24 hours."""
    days, time = _parts(value)
    return timedelta(days=days) + time


def pause(value: object) -> Pause:
    """The same between two posts, where a day may have 23 hours or 25."""
    found = _parts(value)
    if timedelta(days=found.days) + found.time > LONGEST:
        raise ValueError(
            worded("{value} is too long: a pause has at most {days}d", value=characters.shown(value), days=LONGEST.days)
        )
    return found


def moment(value: object) -> datetime:
    """A day, a time and a zone or offset, as an aware time; refuses hours that clocks skip."""
    return _read(value)[0]


def notes(value: object) -> list[str]:
    """What the author of such a time should know, although it can be used."""
    return _read(value)[1]


def _parts(value: object) -> Pause:
    match = DURATION.fullmatch(str(value).strip())
    if not match or not any(match.groups()):
        raise ValueError(
            worded(
                "{value} is no duration{odd}: {mended}",
                value=characters.shown(value),
                odd=characters.odd(str(value)),
                mended=_mended(str(value)),
            )
        )
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Pause(days, timedelta(hours=hours, minutes=minutes, seconds=seconds))


def _mended(text: str) -> str:
    """How to write what was probably meant: `5 минут` is 5m, `1.5h` is 1h30m."""
    bare = characters.bare(text).casefold()
    if clock := CLOCK.fullmatch(bare):
        first, second = (int(part) for part in clock.groups())
        return worded("write {first}h{second}m or {first}m{second}s, whichever you mean", first=first, second=second)
    pieces = MEANT.findall(bare)
    if pieces and not MEANT.sub("", bare) and all(unit in UNITS for _, unit in pieces):
        seconds = sum(float(number.replace(",", ".")) * SECONDS[UNITS[unit]] for number, unit in pieces)
        return worded("write {span}", span=written(timedelta(seconds=round(seconds))))
    return worded("write a number with its unit, such as 90s, 5m, 24h, 7d or 1h30m")


def written(span: timedelta, units: str = "dhms") -> str:
    """As `duration` reads it: 1h30m."""
    rest, words = int(span.total_seconds()), ""
    for unit in units:
        count, rest = divmod(rest, SECONDS[unit])
        words += f"{count}{unit}" if count else ""
    return words or "0s"


def _read(value: object) -> tuple[datetime, list[str]]:
    match = TIME.fullmatch(characters.bare(str(value)))
    if not match:
        raise ValueError(
            worded(
                "{value} is no time: write it as {dated}",
                value=characters.shown(value),
                dated=_dated(characters.bare(str(value))),
            )
        )
    day, clock, words = match.groups()
    if not words:
        mend = worded("write it as {day} {clock} Europe/Moscow or {day} {clock} +03:00", day=day, clock=clock)
        raise ValueError(worded("{value} has no time zone: {mend}", value=characters.shown(value), mend=mend))
    try:
        wall = datetime.fromisoformat(f"{day} {clock}")
    except ValueError as error:
        raise ValueError(
            worded("{value} is no time: {error}", value=characters.shown(value), error=CALENDAR.get(str(error), error))
        ) from error
    zone, known = zones.find(words, wall)
    return wall.replace(tzinfo=zone), [*known, *seen(wall, zone, words)]


def _dated(text: str) -> str:
    """As much of what was meant as can be seen, in the form that is taken: `1.12.2026 7pm` is 2026-12-01 19:00."""
    day, clock, words = "2026-12-01", "19:00", text
    if found := DATE.search(words):
        date, month, year, *other = found.groups()
        year, month, date = other if year is None else (year, month, date)
        day, words = f"{year}-{month:0>2}-{date:0>2}", words.replace(found[0], " ", 1)
    if found and (hour := HOUR.search(words)):
        after_noon = 12 * ((hour[4] or "").lower() == "p")
        number = int(hour[1]) if hour[1] else int(hour[3]) % 12 + after_noon
        clock, words = f"{number:02}:{hour[2] or '00'}", words.replace(hour[0], " ", 1)
    zone = " ".join(words.strip(" ,TtвВ").split()) if found else ""
    return f"{day} {clock} {zone or 'Europe/Moscow'}"


def seen(wall: datetime, zone: tzinfo, name: str = "") -> list[str]:
    """Whether clocks in `zone` show `wall` twice, in words; ValueError if they never do."""
    name = name or zones.name(wall.replace(tzinfo=zone))
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1))
    if first < second:
        before, after = _jump(zone, wall - second, wall - first)
        raise ValueError(
            worded(
                "{wall:%H:%M} does not exist on {wall:%Y-%m-%d} in {name}: clocks jump from {before:%H:%M} to "
                "{after:%H:%M}; write {after:%Y-%m-%d %H:%M} {name}, or a later time",
                wall=wall,
                name=name,
                before=before,
                after=after,
            )
        )
    if first > second:
        early, late = (zones.offset(zone, wall.replace(fold=fold)) for fold in (0, 1))
        return [
            worded(
                "{wall:%H:%M} comes twice on {wall:%Y-%m-%d} in {name}, where clocks go back: the first is taken "
                "({early}); for the second write {wall:%Y-%m-%d %H:%M} {late}",
                wall=wall,
                name=name,
                early=early,
                late=late,
            )
        ]
    return []


def _jump(zone: tzinfo, low: datetime, high: datetime) -> tuple[datetime, datetime]:
    """What clocks show right before and after they go forward, once between two times of UTC."""

    def ahead(second: int) -> timedelta:
        at = (low + timedelta(seconds=second)).replace(tzinfo=UTC).astimezone(zone)
        return at.utcoffset() or timedelta(0)

    last = int((high - low).total_seconds())
    second = bisect_left(range(last), x=True, key=lambda second: ahead(second) != ahead(0))
    at = low + timedelta(seconds=second)
    return at + ahead(0), at + ahead(last)
