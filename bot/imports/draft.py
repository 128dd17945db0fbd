"""
A draft thread of what was read: every question as a poll that `pollbot check` passes, or the reason why not.

The check itself decides: the draft is read as any thread, and whoever wrote the lines with a problem is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from bot.imports import compose
from bot.imports.compose import Composed
from bot.imports.question import Item, Passage, Question, Refused, Told, UnfitError, beginning
from bot.thread import markdown, writer
from bot.thread.model import Language
from bot.thread.reader.source import LARGEST

ROOM, MOST = LARGEST - 2_048, 300  # bytes of a draft's posts, and how many of them there are
FULL = f"the draft is full, at {MOST} posts or {LARGEST} bytes: import it from a file of its own"
ELSEWHERE = re.compile(r" in line \d+")  # of the draft, which nobody sees when a question is refused
Entry = tuple[Path, Item]


@dataclass(frozen=True)
class Taken:
    """A question or text that stands in the draft."""

    path: Path
    item: Question | Passage
    composed: Composed


@dataclass
class Draft:
    """`text` is empty where no question could be taken."""

    text: str = ""
    taken: list[Taken] = field(default_factory=list)
    refused: list[tuple[Path, Refused]] = field(default_factory=list)
    told: list[tuple[Path, Told]] = field(default_factory=list)

    @property
    def questions(self) -> list[Taken]:
        return [one for one in self.taken if isinstance(one.item, Question)]


def made(entries: Sequence[Entry], title: str, language: Language) -> Draft:
    draft = Draft()
    room, ids = ROOM, compose.Ids()
    for path, item in entries:
        if isinstance(item, Told):
            draft.told.append((path, item))
        elif isinstance(item, Refused):
            draft.refused.append((path, item))
        else:
            room -= _take(draft, path, item, ids, room)
    settings = {"title": " ".join(title.split())[:128] or "?", "language": language}
    while draft.questions:
        draft.text = writer.whole(settings, [one.composed.text for one in draft.taken])
        if not _leave_out(draft):
            return draft
    return replace(draft, text="")


def _take(draft: Draft, path: Path, item: Question | Passage, ids: compose.Ids, room: int) -> int:
    """Returns how many bytes of the thread it takes."""
    try:
        composed = _composed(item, ids, room if len(draft.taken) < MOST else 0)
    except UnfitError as error:
        _refuse(draft, path, item, str(error))
        return 0
    draft.taken.append(Taken(path, item, composed))
    return composed.size


def _refuse(draft: Draft, path: Path, item: Question | Passage, why: str) -> None:
    """A question counts as refused; of a text it is told."""
    about = beginning(item.text)
    if isinstance(item, Question):
        draft.refused.append((path, Refused(item.line, about, why)))
    else:
        draft.told.append((path, Told(item.line, f"{about!r} is left out: {why}")))


def _composed(item: Question | Passage, ids: compose.Ids, room: int) -> Composed:
    if room <= 0:
        raise UnfitError(FULL)
    composed = compose.poll(item, ids) if isinstance(item, Question) else compose.passage(item)
    if composed.size > room:
        raise UnfitError(FULL)
    return composed


def _leave_out(draft: Draft) -> bool:
    """Move what has problems from the taken to the refused; whether there was any."""
    _, problems = markdown.inspect(draft.text)
    ends = list(accumulate(one.composed.text.count("\n") + 4 for one in draft.taken))
    begin = draft.text.split("\n").index("---", 1) + 2
    wrong: dict[int, str] = {}
    for problem in sorted(problems):
        if problem.severity == "error":
            at = min(bisect_right(ends, problem.line - begin), len(draft.taken) - 1)
            wrong.setdefault(at, ELSEWHERE.sub(" above it", problem.message))
    for at, why in wrong.items():
        one = draft.taken[at]
        _refuse(draft, one.path, one.item, why)
    draft.taken = [one for at, one in enumerate(draft.taken) if at not in wrong]
    return bool(wrong)
