"""
A thread as its author would write it: what `markdown.parse` reads back as the same thread.

The pieces (front matter, fences, options) are also what drafts are put together of.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.thread import moment, rhythm
from bot.thread.escape import one_line
from bot.thread.model import Experiment, Formula, Markdown, Option, Picture, Poll, Post, Thread
from bot.thread.reader import lettered
from bot.thread.reader.source import open_fence

WORD, NO_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9-]*"), ("true", "false", "null", "yes", "no", "on", "off", "nan", "inf")
SETTINGS = (
    "kind", "open", "hide_results", "anonymous", "multiple", "revoting", "shuffle", "members_only", "countries",
    "shares", "remind",
)  # fmt: skip


def written(thread: Thread) -> str:
    (pause, _), *_ = Counter(map(_pause, thread.posts)).most_common(1) or [("5m", 0)]
    settings: dict[str, object] = {"title": thread.title, "language": thread.language}
    if thread.start:
        settings["start"] = _moment(thread.start)
    settings |= {"pause": pause, "late": thread.late, "late_after": thread.late_after}
    settings |= {name: True for name in ("summary", "leaderboard") if getattr(thread, name)}
    if thread.rhythm:
        settings["drip" if thread.rhythm.drip else "every"] = rhythm.written(thread.rhythm)
    return whole(
        settings, (_post(post, pause, chapter) for post, chapter in zip(thread.posts, _unlike(thread), strict=True))
    )


def whole(settings: Mapping[str, object], sections: Iterable[str]) -> str:
    """A file of its front matter and its posts."""
    return f"---\n{_yaml(settings)}\n---\n" + "\n\n---\n\n".join(sections) + "\n"


def section(parts: Iterable[str]) -> str:
    """A post of its parts, those that are empty left out."""
    return "\n\n".join(filter(None, parts))


def fence(name: str, settings: Mapping[str, object]) -> str:
    return f"```{name}\n{_yaml(settings)}\n```" if settings else ""


def option(text: Markdown, *, correct: bool, feedback: Markdown) -> str:
    """An option of a poll, more than a line only with letters, and below it what is said of it alone."""
    below = "".join(f"\n    > {line}".rstrip() for line in feedback.split("\n")) if feedback else ""
    lines = text.split("\n")
    lines = ["", *lines] if open_fence("", lines[0]) else lines  # code begins below the box
    shown = "\n  ".join(lines)
    return re.sub(r"\n +(?=\n)", "\n", f"- [{'x' if correct else ' '}] {shown}{below}")


def _unlike(thread: Thread) -> Iterator[str]:
    """Of each post, what is to be said of its chapter: nothing where that begins as it does by itself."""
    over = True
    for post in thread.posts:
        drip = thread.rhythm is not None and thread.rhythm.drip
        usual = thread.rhythm is not None and (drip or (over and post.after == "post"))
        yield "" if usual == post.begins else "new" if post.begins else "same"
        over = post.poll is not None or (over and not post.begins)


def _post(post: Post, pause: str, chapter: str) -> str:
    timing: dict[str, object] = {"pause": _pause(post)} if _pause(post) != pause and not post.begins else {}
    if chapter:
        timing["chapter"] = chapter
    if post.after != "post":
        timing["after"] = post.after
    inside = _poll(post, post.poll) if post.poll else (post.text, *map(_picture, post.pictures))
    return section([*inside, fence("post", timing)])


def options(post: Post) -> tuple[Markdown, list[Markdown]]:
    """The text above a poll, and its options as written; those with letters stand there, or are pictures alone."""
    assert post.poll is not None
    above, given = post.text or post.poll.description, post.poll.options
    bodies = ["" if one.label else one_line(one.text) for one in given]
    return _lettered(post) or (above, bodies)


def _lettered(post: Post) -> tuple[Markdown, list[Markdown]] | None:
    """The same where letters stand for the options; None where they do not."""
    assert post.poll is not None
    labels = [one.label for one in post.poll.options]
    return lettered.parted(post.text or post.poll.description, labels) if all(labels) else None


def _poll(post: Post, poll: Poll) -> Iterator[str]:
    """The fences stand between the options and the explanation, which may begin with a list."""
    plain = Poll.model_fields
    above, bodies = options(post)
    set_ = {name: getattr(poll, name) for name in SETTINGS if getattr(poll, name) != plain[name].default}
    if _lettered(post):
        set_["letters"] = True
    yield above
    yield _picture(poll.picture) if poll.picture else ""
    yield one_line(poll.question)
    yield "\n".join(map(_option, poll.options, bodies))
    yield fence("poll", {"id": poll.id, **set_})
    yield _experiment(poll.experiment) if poll.experiment else ""
    yield poll.explanation
    yield from map(_picture, poll.explained)


def _option(one: Option, body: Markdown) -> str:
    if one.picture:
        first, *rest = body.split("\n")
        shown = f"$${one.picture.latex}$$" if isinstance(one.picture, Formula) else _picture(one.picture)
        body = "\n".join([f"{first} {shown}".strip(), *rest])
    return option(body, correct=one.correct, feedback=one.feedback)


def _experiment(experiment: Experiment) -> str:
    return fence("experiment", experiment.model_dump(exclude_defaults=True))


def _picture(picture: Picture) -> str:
    if isinstance(picture, Formula):
        return f"$$\n{picture.latex}\n$$"
    return f"![]({quote(picture.path, safe='/.-~', encoding='utf-8')})"


def _yaml(settings: Mapping[str, object]) -> str:
    return "\n".join(f"{key}: {_value(value)}" for key, value in settings.items())


def _value(value: object) -> str:
    """JSON is YAML; durations, and words that YAML takes for nothing else, stand as people write them."""
    if isinstance(value, timedelta):
        return moment.written(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return json.dumps(list(value), ensure_ascii=False)
    plain = isinstance(value, str) and WORD.fullmatch(value) and value.lower() not in NO_WORDS
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def _moment(at: datetime) -> str:
    """With the name of its zone, by whose clocks days are counted; an hour that comes twice means the first."""
    if isinstance(at.tzinfo, ZoneInfo) and not at.fold:
        return f"{at:%Y-%m-%d %H:%M:%S} {at.tzinfo.key}"
    return at.isoformat(sep=" ")


def _pause(post: Post) -> str:
    """Whole days are those of the clock; 24 hours are hours."""
    days, rest = f"{post.days}d" if post.days else "", moment.written(post.pause, "hms")
    return days + rest if post.pause or not days else days
