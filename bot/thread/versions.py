"""What has changed from one version of a thread to the next, by the numbers of its posts."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from bot.thread.model import Post, Thread


class Changes(NamedTuple):
    """Posts by their numbers: in the new version, but for those that were taken out of the old one."""

    changed: list[int]
    added: list[int]
    removed: list[int]


def changes(before: Thread, after: Thread) -> Changes:
    """Where some posts give way to others, they are taken for changed as far as they go."""
    found = Changes([], [], [])
    matcher = SequenceMatcher(None, [*map(_said, before.posts)], [*map(_said, after.posts)], autojunk=False)
    for _, old, old_end, new, new_end in (one for one in matcher.get_opcodes() if one[0] != "equal"):
        both = min(old_end - old, new_end - new)
        found.changed.extend(range(new + 1, new + both + 1))
        found.added.extend(range(new + both + 1, new_end + 1))
        found.removed.extend(range(old + both + 1, old_end + 1))
    return found


def _said(post: Post) -> str:
    """Without its line in the file, which says nothing."""
    return post.model_dump_json(exclude={"line"})
