"""Times and durations as people write them: `5m`, `2026-12-01 19:00 Europe/Moscow`. Errors are ValueErrors in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?")
TIME = re.compile(r"(20\d\d-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)\s*(.*)")
OFFSET = re.compile(r"Z|(?:UTC)?[+-]\d\d:?\d\d")


def duration(value: object) -> timedelta:
    """A number with its unit, or several: `90s`, `24h`, `1h30m`."""
    match = DURATION.fullmatch(str(value).strip())
    if not match or not any(match.groups()):
        raise ValueError(f"{value!r} is no duration: write a number with its unit, such as 90s, 5m, 24h, 7d or 1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def moment(value: object) -> datetime:
    """A day, a time and a zone or offset, as an aware time; refuses hours that clocks skip."""
    match = TIME.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"{value!r} is no time: write it as 2026-12-01 19:00 Europe/Moscow")
    day, clock, zone = match.groups()
    if not zone:
        raise ValueError(f"{value!r} has no time zone: write it as {day} {clock} Europe/Moscow or {day} {clock} +03:00")
    try:
        offset = zone.removeprefix("UTC") if OFFSET.fullmatch(zone) else ""
        wall = datetime.fromisoformat(f"{day} {clock}{offset or '+00:00'}")
    except ValueError as error:
        raise ValueError(f"{value!r} is no time: {error}") from error
    return wall if offset else _existing(wall, zone)


def _existing(wall: datetime, zone: str) -> datetime:
    """The moment when clocks in `zone` show `wall`, a time that some days do not have."""
    if zone not in _zones():
        raise ValueError(f"unknown time zone {zone!r}: {_likely(zone)}")
    moment = wall.replace(tzinfo=ZoneInfo(zone))
    shown = moment.astimezone(UTC).astimezone(moment.tzinfo)
    if shown.replace(tzinfo=UTC) != wall:
        gap = f"{wall:%H:%M} does not exist on {wall:%Y-%m-%d} in {zone}, where clocks go forward"
        raise ValueError(f"{gap}: write {shown:%Y-%m-%d %H:%M} {zone}")
    return moment


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _likely(zone: str) -> str:
    """What was probably meant by a zone that does not exist, such as a city alone."""
    cities = {name.rpartition("/")[2].lower(): name for name in sorted(_zones())}
    city = get_close_matches(zone.rpartition("/")[2].lower().replace(" ", "_"), cities, n=1)
    return (
        f"did you mean {cities[city[0]]!r}?" if city else "write one such as Europe/Moscow, or an offset such as +03:00"
    )
