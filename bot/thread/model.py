"""What an author wrote, once it is known to be right: a thread is an ordered list of posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from operator import not_
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from bot.thread import moment
from bot.thread.rhythm import Rhythm
from bot.thread.worded import worded
from languages import catalogue

Language = catalogue.Language
Late = Literal["post", "skip", "ask"]  # what becomes of a post that is overdue by more than `late_after`
LONGEST = timedelta(days=5 * 366)  # a series
Markdown = str  # a slice of the author's source; `markup.render` turns it into text and entities


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Experiment(Frozen):
    """
    What is measured for a poll; `options` names, in the poll's order, each option's key.

    `despite` is why the author's answer stands although the measurement says otherwise; readers are told. `confirmed`
    are numbers in its texts that nobody measures, each with the reason why it is right.
    """

    run: str
    options: tuple[str, ...]
    seeds: int = Field(default=16, ge=1, le=256)
    set: dict[str, JsonValue] = Field(default_factory=dict)
    despite: str | None = None
    confirmed: dict[str, str] = Field(default_factory=dict, exclude_if=not_)


class Formula(Frozen):
    kind: Literal["formula"] = "formula"
    latex: str


class Image(Frozen):
    """`path` is as the author wrote it, relative to the thread file."""

    kind: Literal["image"] = "image"
    path: str


Picture = Annotated[Formula | Image, Field(discriminator="kind")]


class Option(Frozen):
    """
    `text` names the option wherever it is spoken of. In the poll stands `label` instead where there is one: a letter,
    with which `text` then begins.
    """

    text: str
    correct: bool = False
    feedback: Markdown = ""
    label: str = Field(default="", exclude_if=not_)
    picture: Picture | None = Field(default=None, exclude_if=not_)

    @property
    def voted(self) -> str:
        """What stands in the poll."""
        return self.label or self.text


class Poll(Frozen):
    """
    `anonymous` None lets the chat decide: channels are always anonymous, groups are not. `members_only` and `countries`
    say who may vote in a channel. `picture` is its own, `explained` are published with the explanation. `shares` is how
    the simulated voters of a demo decide; without, they like all options the same. `remind` is how long before its end
    those who have not voted are reminded.

    What an older version does not know is stored only where it is used.
    """

    id: str
    question: str
    description: Markdown = ""
    options: tuple[Option, ...]
    explanation: Markdown = ""
    kind: Literal["poll", "quiz", "opinion"] = "poll"
    open: timedelta = timedelta(hours=24)
    hide_results: bool = True
    anonymous: bool | None = None
    multiple: bool = False
    revoting: bool = True
    shuffle: bool = False
    experiment: Experiment | None = None
    picture: Picture | None = Field(default=None, exclude_if=not_)
    explained: tuple[Picture, ...] = Field(default=(), exclude_if=not_)
    members_only: bool = Field(default=False, exclude_if=not_)
    countries: tuple[str, ...] = Field(default=(), exclude_if=not_)
    shares: tuple[float, ...] = Field(default=(), exclude_if=not_)
    remind: timedelta | None = Field(default=None, exclude_if=not_)

    @property
    def restricted(self) -> bool:
        """Not everybody may vote: only in a channel can that be said."""
        return self.members_only or bool(self.countries)

    @property
    def asked(self) -> tuple[Picture, ...]:
        """What the poll itself shows: its own picture, then those of its options."""
        return tuple(filter(None, [self.picture, *(option.picture for option in self.options)]))


class Post(Frozen):
    """
    One post; its kind follows from what it holds. Pictures take `text` as caption; before a poll it goes out by itself.

    It goes out `days` and `pause` after the post before: days keep the time that clocks show, a pause is real time.
    `after="polls"` waits until every earlier poll is revealed. Of a series it may be what `begins` a chapter.
    """

    line: int
    text: Markdown = ""
    pictures: tuple[Picture, ...] = ()
    poll: Poll | None = None
    days: int = Field(default=0, exclude_if=not_)
    pause: timedelta
    after: Literal["post", "polls"] = "post"
    begins: bool = Field(default=False, exclude_if=not_)

    @property
    def kind(self) -> Literal["text", "picture", "poll"]:
        if self.poll:
            return "poll"
        return "picture" if self.pictures else "text"

    @property
    def shown(self) -> tuple[Picture, ...]:
        """All its pictures in the order in which they are stored: what its poll shows, then what its reveal does."""
        return (*self.poll.asked, *self.poll.explained) if self.poll else self.pictures


class Thread(Frozen):
    """
    `summary`: when it has ended, its result is shown in its chat. `leaderboard`: there, also how many people were right
    in how many polls; only a group has it. With a `rhythm` it is a series: each chapter goes out when that says, the
    posts within one as ever.
    """

    title: str
    language: Language = "ru"
    start: AwareDatetime | None = None
    late: Late = "post"
    late_after: timedelta = timedelta(hours=1)
    summary: bool = Field(default=False, exclude_if=not_)
    leaderboard: bool = Field(default=False, exclude_if=not_)
    rhythm: Rhythm | None = None
    posts: tuple[Post, ...]

    @property
    def restricted(self) -> str | None:
        """The first poll that says who may vote, by its id: only a channel takes such a thread."""
        return next((post.poll.id for post in self.posts if post.poll and post.poll.restricted), None)

    @property
    def chapters(self) -> list[list[int]]:
        """The numbers of the posts of each chapter; all are one where the thread is no series."""
        found: list[list[int]] = []
        for number, post in enumerate(self.posts, 1):
            if post.begins or not found:
                found.append([])
            found[-1].append(number)
        return found

    def due(self, start: datetime) -> list[datetime]:
        """
        When each post is due, in UTC, if the first goes out at `start`; a post after polls waits for the last to close.

        The clocks that whole days go by are those of `start`, or else of the thread's own start.

        Of a series the first chapter goes out at the first time of its rhythm from `start` on, each other at the next
        when all before is out. Raises ValueError where that is a time that clocks skip, or years away.
        """
        times: list[datetime] = []
        clocks = self.clocks(start)
        closes = at = start.astimezone(UTC)
        for post in self.posts:
            at = max(at, closes) if post.after == "polls" else at
            if self.rhythm and (post.begins or not times):
                at = self.rhythm.after(at, times[0], clocks) if times else self.rhythm.first(start, clocks)
                _refuse_far(at, start)
            else:
                at = _later(at, post, clocks) if times else at
            closes = max(closes, at + post.poll.open) if post.poll else closes
            times.append(at.astimezone(UTC))
        return times

    def notes(self, start: datetime) -> list[str]:
        """What is to be told of the times of chapters: which of them come twice."""
        if not self.rhythm:
            return []
        due, clocks = self.due(start), self.rhythm.clocks(self.clocks(start))
        begun = [due[chapter[0] - 1].astimezone(clocks) for chapter in self.chapters]
        return [note for at in begun for note in moment.seen(at.replace(tzinfo=None), clocks)]

    def clocks(self, start: datetime) -> tzinfo:
        """Whose clocks are meant: of `start`, where that names a place, or of the thread's own start."""
        zones = [time.tzinfo for time in (start, self.start) if time and time.tzinfo]
        places = (zone for zone in zones if isinstance(zone, ZoneInfo))
        return next(places, zones[-1] if self.rhythm else UTC)


def _refuse_far(at: datetime, start: datetime) -> None:
    if at - start > LONGEST:
        years = LONGEST.days // 365
        raise ValueError(
            worded("a chapter would go out on {at:%Y-%m-%d}: a series lasts at most {years} years", at=at, years=years)
        )


def _later(at: datetime, post: Post, clocks: tzinfo) -> datetime:
    """Python adds to what clocks show: that is meant for days, and wrong for hours, which are added in UTC."""
    if post.days:
        at = (at.astimezone(clocks) + timedelta(days=post.days)).astimezone(UTC)
    return at + post.pause
