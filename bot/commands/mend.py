"""A stopped post goes on by somebody's word, given after a look into the chat."""

from __future__ import annotations

from datetime import datetime

from bot.commands import status
from bot.commands.status import PostStatus
from bot.errors import SettingsError
from bot.store import questions, schedule
from bot.store.questions import Answer
from bot.store.store import Database


def mend(database: Database, publication: int, position: int, now: datetime, *, send: bool | None) -> str:
    """Send a stopped post (or reveal) again, or go on without it; returns what was done. Raises `SettingsError`."""
    post = _post(database, publication, position)
    where = f"post {position} of publication {publication}"
    if send is None:
        msg = (
            f"say how {where} goes on: --send sends it again, --done goes on without sending it"
            " (it stands in the chat already, or nobody wants it)"
        )
        raise SettingsError(msg)
    if post.kind == "unreadable" and post.state == "planned" and not send:
        # What the bot would do when it is due; then it is given up like everything that is held.
        address = schedule.address(database, publication, position)
        questions.hold(database, address, "post", "broken", post.error or "", now)
    answer: Answer = "again" if send else "skip"
    if not questions.decide(database, publication=publication, position=position, answer=answer, now=now):
        why = f" ({post.error})" if post.kind == "unreadable" else ""
        msg = f"{where} is not stopped{why}; `pollbot status {publication}` shows it"
        raise SettingsError(msg)
    return f"{where}: {'will be sent again' if send else 'taken as done'}"


def _post(database: Database, publication: int, position: int) -> PostStatus:
    found = status.read(database, publication).publications[0].posts
    if not 1 <= position <= len(found):
        msg = f"publication {publication} has no post {position}: it has {len(found)}"
        raise SettingsError(msg)
    return found[position - 1]
