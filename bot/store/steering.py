"""
How an admin steers a publication, from wherever: each order is one transaction, with its row in the audit.

An order that cannot be carried out says why, and changes nothing. What has begun is finished: a post some of whose
messages stand goes out whole, and polls that stand are closed and revealed, also when the rest is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from bot.store import questions
from bot.store.measurements import forgo
from bot.store.messages import set_post
from bot.store.states import Action
from bot.store.tables import audit, polls, posts, publications
from bot.thread import zones
from bot.thread.resumed import Waiting, times
from bot.thread.rhythm import Rhythm

Refusal = Literal["unknown", "over", "paused", "going", "past", "out", "behind", "shut"]
BARELY = timedelta(minutes=1)  # somebody has read and tapped meanwhile
WAITING = ("unknown", "failed")  # for an admin's answer
SHIFT = update(posts).where(posts.c.id == bindparam("its_id")).values(due=bindparam("then"))


class Order(NamedTuple):
    """
    What is to be done to a publication, or to one post of it.

    It is moved by `days`, which keep the time that clocks show, and `by` a real time; or so that its next post goes out
    at `to`.
    """

    action: Action
    publication: int
    position: int | None = None
    by: timedelta | None = None
    days: int = 0
    to: datetime | None = None


class Steered(NamedTuple):
    """How many posts it concerned, when the next goes out now, by how much it was moved; or why nothing was done."""

    refusal: Refusal | None
    posts: int = 0
    next: datetime | None = None
    by: timedelta | None = None


class Planned(NamedTuple):
    """A post that has not begun."""

    id: int
    position: int
    due: datetime
    begins: bool


class Deed(NamedTuple):
    """One row of the audit; no `admin`: the command line."""

    at: datetime
    admin: int | None
    publication: int
    position: int | None
    action: Action
    by: timedelta | None


def steer(connection: Connection, order: Order, now: datetime, admin: int | None = None) -> Steered:
    """Carry out an order, within the caller's transaction; `admin` gives it, or the command line."""
    publication = select(publications.c.paused).where(publications.c.id == order.publication)
    row = connection.execute(publication).first()
    if row is None:
        return Steered("unknown")
    planned = _planned(connection, order.publication)
    if order.to and planned:
        order = order._replace(by=order.to - min(post.due for post in planned))
    span = timedelta(days=order.days) + (order.by or timedelta(0))
    refusal = DEEDS[order.action](connection, order, planned, row.paused, now)
    if refusal:
        return Steered(refusal, by=span or None)
    seconds = round(span.total_seconds()) if span else None
    told = {"at": now, "admin": admin, "publication_id": order.publication, "position": order.position}
    connection.execute(insert(audit).values(**told, action=order.action, by_s=seconds))
    of_it = (posts.c.publication_id == order.publication) & posts.c.state.in_(("planned", "skipped"))
    connection.execute(update(posts).where(of_it).values(revision=posts.c.revision + 1))
    left = _planned(connection, order.publication)
    return Steered(None, len(planned), min((post.due for post in left), default=None), span or None)


def _planned(connection: Connection, publication: int) -> list[Planned]:
    query = select(posts.c.id, posts.c.position, posts.c.due, posts.c.begins).order_by(posts.c.position)
    of_it = (posts.c.publication_id == publication) & (posts.c.state == "planned")
    return [Planned(*row) for row in connection.execute(query.where(of_it))]


Among = Callable[[ColumnElement[int]], ColumnElement[bool]]  # whether the chat in a column is one of somebody's
Carry = Callable[[Connection, Order, list[Planned], datetime | None, datetime], Refusal | None]


def _pause(
    connection: Connection, order: Order, planned: list[Planned], paused: datetime | None, now: datetime
) -> Refusal | None:
    if paused or not planned:
        return "paused" if paused else "over"
    _set(connection, order.publication, paused=now)
    return None


def _resume(
    connection: Connection, order: Order, planned: list[Planned], paused: datetime | None, now: datetime
) -> Refusal | None:
    """What was held back goes out as much later as the pause has lasted; a series keeps its rhythm."""
    if not paused:
        return "going"
    about = select(publications.c.rhythm, publications.c.zone).where(publications.c.id == order.publication)
    rhythm, zone = connection.execute(about).one()
    if rhythm:
        waiting = [Waiting(post.due, post.begins) for post in planned]
        _retime(connection, planned, times(waiting, Rhythm.model_validate(rhythm), _clocks(zone), paused, now))
    else:
        _retime(connection, planned, [post.due + max(now - paused, timedelta(0)) for post in planned])
    _set(connection, order.publication, paused=None)
    return None


def _cancel(
    connection: Connection, order: Order, planned: list[Planned], _: datetime | None, now: datetime
) -> Refusal | None:
    """Nothing more goes out; what waits for an answer has it."""
    of_it = (posts.c.publication_id == order.publication) & posts.c.state.in_(WAITING)
    stopped = connection.scalars(select(posts.c.position).where(of_it)).all()
    if not planned and not stopped:
        return "over"
    for position in stopped:
        questions.decided(connection, publication=order.publication, position=position, answer="skip", now=now)
    for post in planned:
        _give_up(connection, post.id, now)
    _set(connection, order.publication, cancelled=now, paused=None)
    return None


def _move(
    connection: Connection, order: Order, planned: list[Planned], paused: datetime | None, now: datetime
) -> Refusal | None:
    """All that has not begun, by the same time; none of it into the past."""
    if not planned:
        return "over"
    if order.to and paused:  # it would go out later than was told
        return "paused"
    about = select(publications.c.zone).where(publications.c.id == order.publication)
    zone, days = _clocks(connection.execute(about).scalar_one()), timedelta(days=order.days)
    by = order.by or timedelta(0)
    moved = [(post.due.astimezone(zone) + days).astimezone(UTC) + by for post in planned]
    first = min(post.due for post in planned)
    if min(moved) < min(first, now) or (order.to and order.to < now - BARELY):
        return "past"
    _retime(connection, planned, moved)
    return None


def _skip(
    connection: Connection, order: Order, planned: list[Planned], _: datetime | None, now: datetime
) -> Refusal | None:
    post = next((post for post in planned if post.position == order.position), None)
    if post is None:
        return "out"
    _give_up(connection, post.id, now)
    return None


def _send(
    connection: Connection, order: Order, planned: list[Planned], paused: datetime | None, now: datetime
) -> Refusal | None:
    """The next post, now; those behind it keep their times."""
    if not planned or order.position not in {post.position for post in planned}:
        return "out"
    if paused or planned[0].position != order.position:
        return "paused" if paused else "behind"
    set_post(connection, planned[0].id, due=min(planned[0].due, now))
    return None


def _close(
    connection: Connection, order: Order, _: list[Planned], __: datetime | None, now: datetime
) -> Refusal | None:
    """A poll ends now, not when its author wanted."""
    here = select(posts.c.id).where(posts.c.publication_id == order.publication, posts.c.position == order.position)
    closed = update(polls).where(polls.c.post_id.in_(here), polls.c.state == "open").values(closes=now)
    return None if connection.execute(closed).rowcount else "shut"


DEEDS: dict[Action, Carry] = {  # a post is replaced by `replacing`
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "move": _move,
    "skip": _skip,
    "send": _send,
    "close": _close,
}


def _set(connection: Connection, publication: int, **values: datetime | None) -> None:
    connection.execute(update(publications).where(publications.c.id == publication).values(**values))


def _clocks(zone: str | None) -> tzinfo:
    return zones.find(zone or "UTC", zones.ANY)[0]


def _retime(connection: Connection, planned: list[Planned], new: list[datetime]) -> None:
    if planned:
        rows = [{"its_id": post.id, "then": due} for post, due in zip(planned, new, strict=True)]
        connection.execute(SHIFT, rows)


def _give_up(connection: Connection, post_id: int, now: datetime) -> None:
    set_post(connection, post_id, state="skipped", error=None)
    forgo(connection, post_id, now)


def deeds(
    connection: Connection, publication: int | None = None, limit: int = 100, among: Among | None = None
) -> list[Deed]:
    """What was done, the newest first; to one publication, or to all, or to those into the chats `among` these."""
    a = audit.c
    query = select(a.at, a.admin, a.publication_id, a.position, a.action, a.by_s).order_by(a.id.desc()).limit(limit)
    if among:
        query = query.join(publications, publications.c.id == a.publication_id).where(among(publications.c.chat_id))
    rows = connection.execute(query if publication is None else query.where(a.publication_id == publication))
    return [Deed(*row[:5], None if row.by_s is None else timedelta(seconds=row.by_s)) for row in rows]


def scheduler(connection: Connection, publication: int) -> int | None:
    """Which admin has scheduled it; None where the command line has."""
    his = (audit.c.publication_id == publication) & (audit.c.action == "schedule")
    return connection.scalar(select(audit.c.admin).where(his).order_by(audit.c.id).limit(1))
