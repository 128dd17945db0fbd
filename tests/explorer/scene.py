"""What is published, and what people do meanwhile, in their order; when they do it is what is explored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.thread import markup, parts
from bot.thread.model import Experiment, Formula, Option, Poll, Post, Thread
from experiments.measurement import Finding, Measurement
from tests.factory import png

START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
NONE = timedelta(0)
EVER = 1000
ANN, BOB, ADMIN = 2001, 2002, 2003
HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)


class Vote(NamedTuple):
    user: int
    question: str
    options: tuple[int, ...]

    def __str__(self) -> str:
        name = {ANN: "Ann", BOB: "Bob"}[self.user]
        return f"{name} votes {list(self.options)} in “{self.question}”" if self.options else f"{name} takes it back"


class Write(NamedTuple):
    """Somebody else writes in the chat."""

    words: str

    def __str__(self) -> str:
        return f"somebody writes “{self.words}”"


class Delete(NamedTuple):
    """A chat's own administrator deletes what the bot has sent."""

    label: str

    def __str__(self) -> str:
        return f"somebody deletes “{self.label}”"


class Upgrade(NamedTuple):
    def __str__(self) -> str:
        return "the group becomes a supergroup"


class Send(NamedTuple):
    """The admin sends a file of these posts to the bot, `once` the chat shows that."""

    posts: tuple[Post, ...]
    once: str = ""

    def __str__(self) -> str:
        return "the admin sends a file"


class Order(NamedTuple):
    """Somebody corrects the posts by the command line, `once` the chat shows that."""

    posts: tuple[Post, ...]
    once: str = ""

    def __str__(self) -> str:
        return "somebody corrects it by the command line"


class Say(NamedTuple):
    """The admin writes to the bot."""

    words: str

    def __str__(self) -> str:
        return f"the admin writes “{self.words}”"


class Tap(NamedTuple):
    """The admin taps the newest button that says so."""

    words: str

    def __str__(self) -> str:
        return f"the admin taps “{self.words}”"


class Ask(NamedTuple):
    """A reader replies to the post that has this label."""

    words: str
    label: str

    def __str__(self) -> str:
        return f"Ann asks “{self.words}” about “{self.label}”"


class Answer(NamedTuple):
    """The admin answers the question, once the bot has heard it."""

    words: str

    def __str__(self) -> str:
        return f"the admin answers “{self.words}”"


Event = Vote | Write | Delete | Upgrade | Send | Order | Say | Tap | Ask | Answer


@dataclass(frozen=True)
class Scene:
    """
    A thread in a chat; `delay` is how many ticks may go by before what can happen happens, or is taken in.

    It is scheduled at the beginning, or by the admin's `dialogue`.
    """

    name: str
    posts: tuple[Post, ...]
    events: tuple[Event, ...] = ()
    chat: str = "supergroup"
    deaths: int = 1
    faults: int = 0
    cuts: bool = True
    delay: int = EVER
    summary: bool = False
    told: bool = False  # does the admin hear of each post, closing and reveal?
    dialogue: bool = False

    @property
    def versions(self) -> list[tuple[Post, ...]]:
        """What the posts have been meant to be, one after the other."""
        sent = [event.posts for event in self.events if isinstance(event, (Send, Order))]
        return sent if self.dialogue else [self.posts, *sent]

    @property
    def thread(self) -> Thread:
        return Thread(title=self.name, language="en", posts=self.posts, summary=self.summary)

    @property
    def files(self) -> list[list[bytes]]:
        return [[png(40 + n) for n, _ in enumerate(post.shown)] for post in self.posts]

    def within(self, **limits: int) -> Scene:
        return replace(self, **limits)


def labels(scene: Scene) -> list[str]:
    """What stands in the chat in the end, but for the reveals, in its order; where it is corrected, as it first was."""
    return [label for post in scene.posts for label in _labels(post)]


def first(scene: Scene, label: str) -> str:
    """What a message said before it was corrected, if it ever was."""
    for posts in scene.versions:
        for post, before in zip(posts, scene.posts, strict=True):
            if label in _labels(post):
                return _labels(before)[_labels(post).index(label)]
    return label


def right(post: Post) -> str:
    """What the reveal of a poll says."""
    assert post.poll
    return "✅ The right answer: " + next(option.text for option in post.poll.options if option.correct)


def _labels(post: Post) -> list[str]:
    body = markup.render(post.text)
    if post.pictures:
        return [one.text for one in parts.split(body, first=parts.CAPTION_LIMIT)]
    return [*(one.text for one in parts.split(body)), *([post.poll.question] if post.poll else [])]


def text(words: str, **more: object) -> Post:
    return Post(line=1, text=words, pause=NONE, **more)


def album(words: str) -> Post:
    return text(words, pictures=(Formula(latex="x"), Formula(latex="y")))


def long(word: str) -> Post:
    """Two messages."""
    return text("\n\n".join(f"{word} {letter} " + letter * 3000 for letter in "ab"))


def poll(
    question: str, *, anonymous: bool = False, experiment: Experiment | None = None, remind: timedelta | None = None
) -> Post:
    """One that reminds is open for three rests of the explorer's bot."""
    options = tuple(Option(text=f"option {n}", correct=n == 1) for n in range(3))
    open_ = timedelta(seconds=18 if remind else 6)
    asked = Poll(
        id=question.strip("?").lower(), question=question, options=options, open=open_,
        anonymous=anonymous, experiment=experiment, explanation="because", remind=remind,
    )  # fmt: skip
    return Post(line=1, poll=asked, pause=NONE)


def measured(supported: Sequence[str]) -> bytes:
    findings = tuple(
        Finding(
            option=key, supported=found, number=7.5, spread=(7.5, 9.5), unit={"ru": "%", "en": "%"},
            condition={"ru": "при SGD", "en": "with SGD"},
        )
        for key, found in zip(HEADS.options, supported, strict=True)
    )  # fmt: skip
    return Measurement(
        experiment="heads", params={}, seeds=2, versions={"heads": "2"}, settings={"ru": "SGD", "en": "SGD"},
        findings=findings, data={},
    ).model_dump_json().encode()  # fmt: skip


AGREED, DISPUTED = measured(("no", "yes", "no")), measured(("no", "no", "yes"))
OTHER = HEADS.model_copy(update={"seeds": 3})  # its measurement contradicts the key

TWO = Scene("two", (text("one"), text("two")), deaths=3, faults=1)
LONG = Scene("long", (long("first"),))
BARE = Scene("bare", (poll("Which?"),))
POLL = Scene("poll", (poll("Which?"),), (Vote(ANN, "Which?", (0,)),))
VOTES = Scene("votes", (poll("Which?"),), (Vote(ANN, "Which?", (0,)), Vote(ANN, "Which?", (1,))))
TEXTS = Scene("texts", (text("one"), text("two"), text("three")), (Write("hm"),), deaths=2)
PARTS = Scene("parts", (long("first"), album("pictures"), text("last")), deaths=2)
NAMED = Scene(
    "named", (poll("Which?"),), (Vote(ANN, "Which?", (0,)), Vote(ANN, "Which?", (1,)), Vote(BOB, "Which?", (1,)))
)
ANONYMOUS = Scene(
    "anonymous", (poll("What?", anonymous=True, experiment=HEADS), text("last")), (Vote(ANN, "What?", (1,)),)
)
CORRECTED = Scene("corrected", (poll("Why?", experiment=OTHER), text("last")))
WHOLE = Scene(
    "whole",
    (
        text("one"),
        album("pictures"),
        long("long"),
        poll("Which?"),
        poll("What?", anonymous=True, experiment=HEADS),
        poll("Why?", experiment=OTHER),
        text("last", after="polls"),
    ),
    (Write("hm"), Vote(ANN, "Which?", (0,)), Vote(ANN, "Which?", (1,)), Vote(BOB, "What?", (1,))),
    delay=0,
)

ONE, MORE, MOST = (text("one"),), (text("one, mended"),), (text("one, mended twice"),)
KEYED = (poll("Which?"),)
MENDED = (KEYED[0].model_copy(update={"poll": KEYED[0].poll.model_copy(update={
    "options": tuple(Option(text=f"option {n}", correct=n == 2) for n in range(3)),
})}),)  # fmt: skip
SCHEDULE = (Tap("Schedule"), Tap("Group"), Say("now"), Tap("Yes"))
YES = Tap("Yes, correct")
UPLOADED = Scene("uploaded", ONE, (Send(ONE), *SCHEDULE), delay=0, dialogue=True)
CANCELLED = Scene(
    "cancelled", (text("one"), text("two")), (Say("/threads"), Tap("cancelled"), Tap("Cancel"), Tap("Yes")), delay=1
)
EDITED = Scene("edited", ONE, (Send(MORE, once="one"), YES), delay=0)
SHELL = Scene("shell", ONE, (Order(MORE, once="one"), Order(MOST)), faults=1, delay=2)
KEY_OPEN = Scene("key", KEYED, (Send(MENDED, once="Which?"), YES), delay=1)
KEY_SHOWN = Scene("revealed", KEYED, (Send(MENDED, once=right(KEYED[0])), YES), delay=0)
DIALOGUES = (UPLOADED, CANCELLED, EDITED, SHELL, KEY_OPEN, KEY_SHOWN)
ENDS = Scene("ends", (poll("Which?", remind=timedelta(seconds=13)),), summary=True)
TOLD = Scene("told", (text("one"), poll("Which?")), told=True)
ASKED = Scene("asked", (text("one"), text("two")), (Ask("why?", "one"), Answer("so")), deaths=2, faults=1)
ALL = (ASKED, TWO, LONG, BARE, POLL, VOTES, TEXTS, PARTS, NAMED, ANONYMOUS, CORRECTED, WHOLE, TOLD, ENDS, *DIALOGUES)
SCENES = {scene.name: scene for scene in ALL}
