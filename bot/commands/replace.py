"""A mended file takes the place of what a publication has not sent yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from bot.commands import publish, status
from bot.errors import SettingsError
from bot.store import replacing, schedule
from bot.store.replacing import New
from bot.store.store import Database
from bot.thread import differing, drawn, markdown
from bot.thread.model import Post


def replace(
    database: Database,
    publication: int,
    file: Path,
    position: int | None,
    now: datetime,
    sure: Callable[[str], bool],
) -> str:
    """
    Put the posts of a file in the place of those that have not gone out, or one of them; returns what was done.

    `sure` is shown what differs, and says whether that is meant. Raises `SettingsError`, `ThreadError`; then, and
    where it is not meant, nothing is changed.
    """
    status.require(database, publication)
    thread = markdown.read(file)
    old, ids = schedule.thread(database, publication)
    if len(thread.posts) != len(old.posts):
        msg = (
            f"{file} has {len(thread.posts)} posts and publication {publication} has {len(old.posts)}: none is replaced"
        )
        raise SettingsError(msg)
    publish.refuse_voters(thread, schedule.address(database, publication, 1).chat)
    with database.connect() as connection:
        free = replacing.replaceable(connection, publication)
    wanted = _wanted(publication, position, free)
    new = [New(number, thread.posts[number - 1], drawn.files(thread.posts[number - 1], file)) for number in wanted]
    changed = [one for one in new if _differs(database, one, ids[one.position - 1])]
    if not changed:
        return f"publication {publication}: nothing differs, and nothing is replaced"
    if not sure("\n".join(shown(one.position, old.posts[one.position - 1], one.post) for one in changed)):
        return f"publication {publication}: nothing is replaced"
    with database.begin() as connection:
        for one in changed:
            if not replacing.replace(connection, publication, one, now):
                msg = f"post {one.position} of publication {publication} has gone out in the meantime: none is replaced"
                raise SettingsError(msg)
    numbers = ", ".join(str(one.position) for one in changed)
    return f"publication {publication}: replaced {'post' if len(changed) == 1 else 'posts'} {numbers}"


def _wanted(publication: int, position: int | None, free: Sequence[int]) -> list[int]:
    wanted = [number for number in free if position in (None, number)]
    if wanted:
        return wanted
    what = "every post" if position is None else f"post {position}"
    there = ", ".join(map(str, free)) or "none"
    msg = f"{what} of publication {publication} has gone out or is on its way; to be replaced: {there}"
    raise SettingsError(msg)


def _differs(database: Database, new: New, post_id: int) -> bool:
    stored = schedule.content(database, post_id)
    return _unplaced(stored.post) != _unplaced(new.post) or list(stored.pictures) != list(new.pictures)


def _unplaced(post: Post) -> Post:
    return post.model_copy(update={"line": 1})


def shown(position: int, before: Post, after: Post) -> str:
    """What differs, line by line; pictures that look alike in the file and are not are named."""
    return "\n".join([f"post {position}:", *(differing.lines(before, after) or ["its pictures differ"])])
