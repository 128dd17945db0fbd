"""What an author may set: the front matter, and the fences ```poll, ```experiment and ```post within a post."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, ValidationInfo

from bot.thread import characters, rhythm
from bot.thread.model import Frozen, Language, Late
from bot.thread.moment import Pause, duration, moment, notes, pause
from bot.thread.reader.countries import countries
from bot.thread.rhythm import Rhythm
from bot.thread.worded import worded

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=730)  # how long Telegram keeps a poll open


def _open(value: object) -> timedelta:
    span = duration(value)
    if not SHORTEST <= span <= LONGEST:
        shown = characters.shown(value)
        raise ValueError(
            worded("{shown} is outside of what Telegram allows: a poll is open from 5s to 730h", shown=shown)
        )
    return span


def _start(value: object, info: ValidationInfo) -> datetime:
    """What can be used, but is to be told, goes into the context's warnings."""
    at = moment(value)
    if info.context is not None:
        info.context[info.field_name] = notes(value)
    return at


def _seen(value: str) -> str:
    if hidden := characters.blank(value):
        raise ValueError(worded("nothing is seen of it ({hidden}): write some words", hidden=hidden))
    if "\n" in value:
        raise ValueError(worded("it has several lines: write one"))
    return value.strip()


def _every(value: object) -> Rhythm:
    return rhythm.read(value)


def _drip(value: object) -> Rhythm:
    return rhythm.read(value, drip=True)


def _one(value: Rhythm | None, info: ValidationInfo) -> Rhythm | None:
    if value and info.data.get("every"):
        raise ValueError(worded("every: is there as well: keep one, drip: for a post each time, every: for a chapter"))
    return value


Duration = Annotated[timedelta, BeforeValidator(duration)]
Between = Annotated[Pause, BeforeValidator(pause)]
Open = Annotated[timedelta, BeforeValidator(_open)]
Countries = Annotated[tuple[str, ...], BeforeValidator(countries)]
Start = Annotated[datetime, BeforeValidator(_start)]
Reason = Annotated[str, BeforeValidator(str), Field(min_length=1, max_length=300)]
Every = Annotated[Rhythm, BeforeValidator(_every)]
Drip = Annotated[Rhythm, BeforeValidator(_drip)]
Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class PollSettings(Frozen):
    """Only what the author set counts; the defaults are `thread.Poll`'s. `letters` decides what becomes of options."""

    open: Open = timedelta(hours=24)
    hide_results: bool = True
    kind: Literal["poll", "quiz", "opinion"] = "poll"
    anonymous: bool | None = None
    multiple: bool = False
    revoting: bool = True
    shuffle: bool = False
    letters: bool = False
    members_only: bool = False
    countries: Countries = ()
    remind: Duration | None = None


class PollFence(PollSettings):
    id: str | None = Field(default=None, pattern=r"^[a-z0-9-]{1,40}$")
    shares: tuple[Share, ...] = ()


class ExperimentFence(Frozen):
    run: str
    options: tuple[str, ...]
    seeds: int = Field(default=16, ge=1, le=256)
    set: dict[str, JsonValue] = Field(default_factory=dict)
    despite: str | None = Field(default=None, min_length=1, max_length=300)
    confirmed: dict[Annotated[str, BeforeValidator(str)], Reason] = Field(default_factory=dict)


class PostFence(Frozen):
    pause: Between | None = None
    after: Literal["post", "polls"] = "post"
    chapter: Literal["new", "same"] | None = None


class FrontMatter(Frozen):
    title: Annotated[str, AfterValidator(_seen)] = Field(min_length=1, max_length=128)
    language: Language = "ru"
    start: Start | None = None
    pause: Between = Pause(0, timedelta(minutes=5))
    late: Late = "post"
    late_after: Duration = timedelta(hours=1)
    summary: bool = False
    leaderboard: bool = False
    every: Every | None = None
    drip: Annotated[Drip | None, AfterValidator(_one)] = None
    poll: PollSettings = PollSettings()
