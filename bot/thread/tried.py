"""A thread as it is tried in private: its hours are seconds, and everybody may vote."""

from __future__ import annotations

from datetime import timedelta

from bot.thread.model import Post, Thread

SCALE = 3600  # so many seconds become one
SHORTEST = timedelta(seconds=5)  # that Telegram keeps a poll open
LONGEST = timedelta(minutes=2)  # of whatever is waited for
MARK = "🧪"


def tried(thread: Thread, said: str) -> Thread:
    """The same thread in seconds, after a post that says that it is tried; a series goes out at once."""
    first = Post(line=1, text=said, pause=timedelta(0))
    posts = (first, *map(_fast, thread.posts))
    late = {"start": None, "rhythm": None, "late": "post", "summary": False, "leaderboard": False}
    return thread.model_copy(update={"title": f"{MARK} {thread.title}", "posts": posts, **late})


def _fast(post: Post) -> Post:
    pause = _scaled(post.pause + timedelta(days=post.days))
    poll = post.poll
    if poll:
        given = {"open": max(_scaled(poll.open), SHORTEST), "members_only": False, "countries": ()}
        poll = poll.model_copy(update=given)
    return post.model_copy(update={"days": 0, "pause": pause, "begins": False, "poll": poll})


def _scaled(span: timedelta) -> timedelta:
    return min(span / SCALE, LONGEST)
