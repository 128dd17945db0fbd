"""Where the chapters of a series begin: each ends with its poll and what waits for it; in a drip, with its post."""

from __future__ import annotations

from collections.abc import Iterator

from bot.errors import Problem
from bot.thread.model import Thread
from bot.thread.reader.fences import FrontMatter, PostFence
from bot.thread.reader.frontmatter import Mark, Yaml
from bot.thread.reader.source import Problems
from bot.thread.worded import worded


class Chapters:
    """Asked once for each post, in their order."""

    def __init__(self, front: FrontMatter) -> None:
        self.rhythm = front.every or front.drip
        self._over = True

    def begins(self, timing: PostFence, fence: Yaml | None, problems: Problems, *, poll: bool) -> bool:
        """Whether a post, in which a poll stands or not, begins a chapter; what it says of that adds to `problems`."""
        if self.rhythm is None:
            if fence and timing.chapter:
                message = worded(
                    "chapter: is for a series: write every: or drip: into the front matter, or delete this line"
                )
                problems.append(Problem(*fence.mark(("chapter",), key=True), message))
            return False
        begins = (self._over or self.rhythm.drip) and (timing.after == "post" or self.rhythm.drip)
        begins = begins if timing.chapter is None else timing.chapter == "new"
        if fence and begins and timing.pause is not None:
            message = worded(
                "this post begins a chapter, which goes out at its own time: pause: has no effect, delete it"
            )
            problems.append(Problem(*fence.mark(("pause",), key=True), message, "warning"))
        self._over = poll or (self._over and not begins)
        return begins


def told(thread: Thread, place: Mark) -> Iterator[Problem]:
    """What is to be said of the times of a thread's chapters, where its rhythm is written."""
    if thread.rhythm is None:
        return
    if thread.start is None:
        if thread.rhythm.cron and not thread.rhythm.zone:
            message = worded(
                "no time zone: clocks are those of the start that is given when scheduling, or UTC; write one behind "
                "it, such as monday 10:00 Europe/Moscow"
            )
            yield Problem(*place, message, "warning")
        return
    try:
        notes = thread.notes(thread.start)
    except ValueError as error:
        yield Problem(*place, error.args[0])
        return
    for note in notes:
        yield Problem(*place, note, "warning")
