"""Publications are steered from the command line: each order is carried out whole, or told why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.commands import status
from bot.errors import SettingsError
from bot.loops import time_words
from bot.store import overview, steering, store
from bot.store.states import Action
from bot.store.steering import Deed, Order, Refusal
from bot.store.store import Database
from bot.thread import spoken
from bot.thread.moment import pause, written
from bot.thread.spoken import SaidError

REFUSED: dict[Refusal, str] = {
    "unknown": "there is no publication {publication}; `pollbot status --all` shows them all",
    "over": "nothing of publication {publication} is still to go out; `pollbot status {publication}` shows it",
    "paused": "publication {publication} is paused; `pollbot resume {publication}` lets it go on",
    "going": "publication {publication} is not paused",
    "past": "{by} is too far: the next post of publication {publication} would have gone out in the past",
    "out": "post {position} of publication {publication} is not planned any more, or never was; what is stopped goes"
    " on by `pollbot mend`",
    "behind": "a post before post {position} of publication {publication} is still to go out; send or skip it first",
    "shut": "post {position} of publication {publication} is no open poll",
}
DONE: dict[Action, str] = {
    "pause": "publication {publication} is paused: {posts} wait; open polls are closed and revealed",
    "resume": "publication {publication} goes on: {posts}{next}",
    "cancel": "publication {publication} is cancelled: {posts} will not go out; open polls are closed and revealed",
    "move": "publication {publication}: {posts} moved by {by}{next}",
    "skip": "post {position} of publication {publication} is skipped{next}",
    "send": "post {position} of publication {publication} goes out now",
    "close": "the poll of post {position} of publication {publication} is closed now",
}


def carry_out(database: Database, order: Order, now: datetime) -> str:
    """What was done; raises `SettingsError` with why nothing was."""
    with database.begin() as connection:
        done = steering.steer(connection, order, now)
    told = {"publication": order.publication, "position": order.position, "by": _signed(done.by)}
    if done.refusal:
        raise SettingsError(REFUSED[done.refusal].format(**told))
    posts = "1 post" if done.posts == 1 else f"{done.posts} posts"
    next_ = f", the next one at {done.next.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if done.next else ""
    return DONE[order.action].format(**told, posts=posts, next=next_)


def moved(database: Database, publication: int, by: str | None, to: str | None, now: datetime) -> Order:
    """An order to move what is still planned `by` a time (`2h`, `-30m`), or so that it begins at `to`."""
    if (by is None) == (to is None):
        msg = f"say where publication {publication} goes: --by 2h, --by -30m or --to '2026-12-01 19:00 Europe/Moscow'"
        raise SettingsError(msg)
    if by is not None:
        return _moved(publication, by)
    found = status.read(database, publication).publications[0].posts
    if all(post.state != "planned" for post in found):
        raise SettingsError(REFUSED["over"].format(publication=publication))
    with store.reading(database) as connection:
        zone = overview.read(connection, overview.one(publication))[0].zone or "UTC"
    return Order("move", publication, to=_meant(to or "", now, zone))


def _meant(words: str, now: datetime, zone: str) -> datetime:
    """A time, by the clocks of the publication where it names none."""
    try:
        return spoken.read(words, now, zone)
    except SaidError as error:
        msg = f"--to: {time_words.refused(error, 'en')} Write 'tomorrow 10:00', +2h or '2026-12-01 19:00 Europe/Moscow'"
        raise SettingsError(msg) from None


def _moved(publication: int, words: str) -> Order:
    """Whole days keep the time that clocks show."""
    back = words.startswith(("-", "\u2212"))
    try:
        span = pause(words.lstrip("+-\u2212"))
    except (ValueError, OverflowError) as error:
        msg = f"--by {error}"
        raise SettingsError(msg) from None
    days, time = (-span.days, -span.time) if back else span
    return Order("move", publication, by=time, days=days)


def _signed(by: timedelta | None) -> str:
    if by is None:
        return ""
    return f"-{written(-by)}" if by < timedelta(0) else written(by)


def log(database: Database, publication: int | None) -> list[str]:
    """What was done to publications, a line each, the newest last."""
    with database.connect() as connection:
        found = steering.deeds(connection, publication)
    return [_line(deed) for deed in reversed(found)]


def _line(deed: Deed) -> str:
    who = "the command line" if deed.admin is None else f"admin {deed.admin}"
    post = "" if deed.position is None else f", post {deed.position}"
    by = f" by {_signed(deed.by)}" if deed.by else ""
    return f"{deed.at:%Y-%m-%d %H:%M:%S} UTC  {who}: {deed.action}{by} publication {deed.publication}{post}"
