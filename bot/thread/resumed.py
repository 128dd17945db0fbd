"""When the chapters of a series go out that was paused: at the next times of its rhythm, as it stood before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.thread.rhythm import Rhythm

SECOND = timedelta(seconds=1)


class Waiting(NamedTuple):
    """A post that has not gone out: when it was due, and whether a chapter begins with it."""

    due: datetime
    begins: bool


def times(posts: Sequence[Waiting], rhythm: Rhythm, clocks: tzinfo, paused: datetime, now: datetime) -> list[datetime]:
    """
    The new times of `posts`, in their order.

    The rest of a chapter that had begun goes out as much later as the pause has lasted. A chapter keeps its time where
    that is still to come and all before it is out by then, else it goes out at the next: as much before or after the
    rhythm as the next chapter was (somebody may have moved it), with the times between its posts.
    """
    found: list[datetime] = []
    apart, last = timedelta(0), now - SECOND
    begun = next((post.due for post in posts if post.begins), None)
    off = begun - _nearest(rhythm, begun, clocks) if begun else timedelta(0)
    for number, post in enumerate(posts):
        if post.begins:
            last = max([last, *found[-1:]])
            new = post.due if post.due > last else _next(rhythm, last, begun or now, clocks, off)
            apart = new - post.due
        elif number == 0:
            apart = max(now - paused, timedelta(0))
        found.append(post.due + apart)
    return found


def _next(rhythm: Rhythm, last: datetime, origin: datetime, clocks: tzinfo, off: timedelta) -> datetime:
    return rhythm.after(last - off, origin, clocks, exact=False) + off


def _nearest(rhythm: Rhythm, at: datetime, clocks: tzinfo) -> datetime:
    """The time of a rhythm that is nearest to `at`; a step goes on from any."""
    if not rhythm.cron:
        return at
    after = rhythm.after(at - SECOND, at, clocks, exact=False)
    before = rhythm.before(at, clocks)
    return min((one for one in (before, after) if one), key=lambda one: abs(one - at))
