"""A stopped post goes on by somebody's word, given after a look into the chat."""

from __future__ import annotations

from datetime import datetime

from bot.commands import status
from bot.commands.status import PostStatus
from bot.errors import SettingsError
from bot.store import pointing, questions, schedule
from bot.store.questions import Answer
from bot.store.store import Database


def mend(
    database: Database,
    publication: int,
    position: int,
    now: datetime,
    *,
    send: bool | None = None,
    at: str | None = None,
) -> str:
    """
    Send a stopped post (or reveal) again, go on without it, or say `at` which link it stands; returns what was done.

    Raises `SettingsError`.
    """
    post = _post(database, publication, position)
    where = f"post {position} of publication {publication}"
    if at is not None and send is None:
        return _point(database, publication, position, where, at)
    if send is None or at is not None:
        msg = (
            f"say how {where} goes on, one of: --send sends it again, --done goes on without sending it (it stands in"
            " the chat already, or nobody wants it), --at LINK shows where it stands"
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


def _point(database: Database, publication: int, position: int, where: str, at: str) -> str:
    """The bot reads it there before it believes that."""
    place = pointing.linked(at)
    if place is None:
        msg = f"{at!r} is no link to a message; they look like https://t.me/name/7 or https://t.me/c/1234567890/7"
        raise SettingsError(msg)
    with database.begin() as connection:
        open_ = pointing.doubtful(connection)
        mine = [one for one in open_ if (one.publication, one.position) == (publication, position)]
        if not mine:
            msg = f"{where} is not in doubt; `pollbot status {publication}` shows it"
            raise SettingsError(msg)
        if not mine[0].at(place):
            msg = f"{at!r} leads into another chat: {where} went to {mine[0].chat} ({mine[0].chat_id})"
            raise SettingsError(msg)
        questions.point(connection, publication=publication, position=position, message_id=place.number)
    return f"{where}: the bot reads no. {place.number}, and goes on if that is it"


def _post(database: Database, publication: int, position: int) -> PostStatus:
    found = status.read(database, publication).publications[0].posts
    if not 1 <= position <= len(found):
        msg = f"publication {publication} has no post {position}: it has {len(found)}"
        raise SettingsError(msg)
    return found[position - 1]
