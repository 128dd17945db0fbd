"""What an author may set: the front matter, and the fences ```poll, ```experiment and ```post within a post."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue

from bot.thread import Frozen, Language

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=730)  # how long Telegram keeps a poll open
DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?")
TIME = re.compile(r"(20\d\d-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)\s*(.*)")
OFFSET = re.compile(r"Z|(?:UTC)?[+-]\d\d:?\d\d")


def _duration(value: object) -> timedelta:
    match = DURATION.fullmatch(str(value).strip())
    if not match or not any(match.groups()):
        raise ValueError(f"{value!r} is no duration: write a number with its unit, such as 90s, 5m, 24h, 7d or 1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _open(value: object) -> timedelta:
    span = _duration(value)
    if not SHORTEST <= span <= LONGEST:
        raise ValueError(f"{value!r} is outside of what Telegram allows: a poll is open from 5s to 730h")
    return span


def _start(value: object) -> datetime:
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


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Open = Annotated[timedelta, BeforeValidator(_open)]
Start = Annotated[datetime, BeforeValidator(_start)]


class Settings(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class PollSettings(Settings):
    """Only what the author set counts; the defaults are `thread.Poll`'s."""

    open: Open = timedelta(hours=24)
    hide_results: bool = True
    kind: Literal["poll", "quiz", "opinion"] = "poll"
    anonymous: bool | None = None
    multiple: bool = False
    revoting: bool = True
    shuffle: bool = False


class PollFence(PollSettings):
    id: str | None = Field(default=None, pattern=r"^[a-z0-9-]{1,40}$")


class ExperimentFence(Settings):
    run: str
    options: tuple[str, ...]
    seeds: int = Field(default=16, ge=1, le=256)
    set: dict[str, JsonValue] = Field(default_factory=dict)


class PostFence(Settings):
    pause: Duration | None = None
    after: Literal["post", "polls"] = "post"


class FrontMatter(Settings):
    title: str = Field(min_length=1, max_length=128)
    language: Language = "ru"
    start: Start | None = None
    pause: Duration = timedelta(minutes=5)
    poll: PollSettings = PollSettings()
