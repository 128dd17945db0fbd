"""What an author may set: the front matter, and the fences ```poll, ```experiment and ```post within a post."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue

from bot.thread.model import Frozen, Language, Late
from bot.thread.moment import duration, moment
from bot.thread.reader.countries import countries

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=730)  # how long Telegram keeps a poll open


def _open(value: object) -> timedelta:
    span = duration(value)
    if not SHORTEST <= span <= LONGEST:
        raise ValueError(f"{value!r} is outside of what Telegram allows: a poll is open from 5s to 730h")
    return span


Duration = Annotated[timedelta, BeforeValidator(duration)]
Open = Annotated[timedelta, BeforeValidator(_open)]
Countries = Annotated[tuple[str, ...], BeforeValidator(countries)]
Start = Annotated[datetime, BeforeValidator(moment)]
Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Settings(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class PollSettings(Settings):
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


class PollFence(PollSettings):
    id: str | None = Field(default=None, pattern=r"^[a-z0-9-]{1,40}$")
    shares: tuple[Share, ...] = ()


class ExperimentFence(Settings):
    run: str
    options: tuple[str, ...]
    seeds: int = Field(default=16, ge=1, le=256)
    set: dict[str, JsonValue] = Field(default_factory=dict)
    despite: str | None = Field(default=None, min_length=1, max_length=300)


class PostFence(Settings):
    pause: Duration | None = None
    after: Literal["post", "polls"] = "post"


class FrontMatter(Settings):
    title: str = Field(min_length=1, max_length=128)
    language: Language = "ru"
    start: Start | None = None
    pause: Duration = timedelta(minutes=5)
    late: Late = "post"
    late_after: Duration = timedelta(hours=1)
    poll: PollSettings = PollSettings()
