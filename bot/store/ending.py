"""
Publications of which nothing more becomes: noticed once, told to admins, and their result shown in their chat where its
author wants that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, exists, select, text, update

from bot.store import news, runs, store
from bot.store.address import COLUMNS, Address, N
from bot.store.runs import Outcome, Run
from bot.store.states import UNFINISHED, among
from bot.store.store import Database
from bot.store.tables import news as rows
from bot.store.tables import polls, posts, publications
from bot.thread.model import Language

Among = Callable[[ColumnElement[int]], ColumnElement[bool]]  # whether the chat in a column is one of somebody's
OF_IT = posts.c.publication_id == publications.c.id
# As they stand in their indexes. Made once: they are asked at each tick.
OVER = (
    select(publications.c.id)
    .where(text("publications.ended IS NULL"))
    .where(~exists().where(OF_IT, text(among("posts.state", UNFINISHED))))
    .where(~exists().where(OF_IT, polls.c.post_id == posts.c.id, polls.c.state != "revealed"))
    .limit(bindparam("limit", type_=Integer))
)
WANTED = publications.c.summary | publications.c.leaderboard
# By somebody: what is addressed to nobody is drawn for nobody.
ASKED = select(rows.c.publication_id).where(rows.c.kind.in_(("ended", "picture")), rows.c.admin.is_not(None))
UNSHOWN = text("publications.ended IS NOT NULL AND publications.shown IS NULL")
UNDRAWN = (
    select(publications.c.id)
    .where(publications.c.picture_key.is_(None))
    .where(publications.c.id.in_(ASKED))
    .union(select(publications.c.id).where(UNSHOWN, publications.c.picture_key.is_(None), publications.c.summary))
)
ENDS = posts.alias("ends")
NEWEST = select(ENDS.c.id).where(ENDS.c.publication_id == publications.c.id).order_by(ENDS.c.position.desc())
LAST = NEWEST.limit(1).correlate(publications).scalar_subquery()
TO_SHOW = select(*COLUMNS, publications.c.ended).join_from(publications, posts, posts.c.id == LAST).where(UNSHOWN)


class Unshown(NamedTuple):
    """A publication that has ended, whose chat is to see that; its last post carries the message."""

    address: Address
    ended: datetime


class About(NamedTuple):
    """A publication by what its result tells of it."""

    title: str
    language: Language
    summary: bool
    leaderboard: bool


def notice(database: Database, now: datetime, limit: int) -> list[int]:
    """The publications of which nothing more becomes, since the last look; admins are told where something went out."""
    with store.reading(database) as connection:
        if connection.execute(OVER, {"limit": 1}).first() is None:
            return []
    with database.begin() as connection:
        found = list(connection.scalars(OVER, {"limit": limit}))
        for publication in found:
            _end(connection, publication, now)
    return found


def _end(connection: Connection, publication: int, now: datetime) -> None:
    out = (posts.c.publication_id == publication) & (posts.c.state == "sent")
    something = connection.execute(select(posts.c.id).where(out).limit(1)).first() is not None
    mine = update(publications).where(publications.c.id == publication)
    connection.execute(mine.values(ended=now, picture_key=None))
    if not something:
        connection.execute(mine.values(shown=now))
        return
    connection.execute(mine.where(~WANTED).values(shown=now))
    news.add(connection, "ended", now, publication=publication)


def undrawn(database: Database) -> list[int]:
    """Publications whose result somebody is to see, and nobody has drawn."""
    with store.reading(database) as connection:
        return list(connection.scalars(UNDRAWN))


def drawing(database: Database, publication: int, run: Run, now: datetime) -> None:
    """Queue the picture of a result: behind those of reveals, for which people wait."""
    with database.begin() as connection:
        runs.enqueue(connection, run, runs.POLL, due=now, now=now)
        connection.execute(update(publications).where(publications.c.id == publication).values(picture_key=run.key))


def draw_anew(connection: Connection, publication: int) -> None:
    """Somebody wants to see how it stands now."""
    connection.execute(update(publications).where(publications.c.id == publication).values(picture_key=None))


def picture(connection: Connection, publication: int) -> Outcome | None:
    """How the picture of a result stands; None where it is not queued yet."""
    key = select(publications.c.picture_key).where(publications.c.id == publication)
    return runs.outcome(connection, connection.execute(key).scalar())


def to_show(database: Database) -> list[Unshown]:
    """The publications whose chat is to see their result."""
    with store.reading(database) as connection:
        return [Unshown(Address.of(*row[:N]), row[N]) for row in connection.execute(TO_SHOW)]


def about(connection: Connection, publication: int) -> About:
    """What a publication's result tells of it."""
    p = publications.c
    query = select(p.title, p.language, p.summary, p.leaderboard).where(p.id == publication)
    return About(*connection.execute(query).one())


def with_results(connection: Connection, limit: int, among: Among) -> list[tuple[int, str]]:
    """Publications into chats `among` these of which a poll is closed, the newest first, by their titles."""
    closed = select(posts.c.publication_id).join(polls).where(polls.c.tally.is_not(None))
    theirs = among(publications.c.chat_id)
    query = select(publications.c.id, publications.c.title).where(publications.c.id.in_(closed), theirs)
    found = connection.execute(query.order_by(publications.c.id.desc()).limit(limit))
    return [(row.id, row.title) for row in found]


def has_results(connection: Connection, publication: int) -> bool:
    """Is a poll of it closed?"""
    closed = select(polls.c.id).join(posts).where(posts.c.publication_id == publication, polls.c.tally.is_not(None))
    return connection.execute(closed.limit(1)).first() is not None


def boards(connection: Connection, limit: int) -> list[tuple[int, str]]:
    """Publications with a leaderboard that have ended, the newest first, by their titles."""
    query = select(publications.c.id, publications.c.title)
    ended = query.where(publications.c.leaderboard, publications.c.ended.is_not(None))
    return [(row.id, row.title) for row in connection.execute(ended.order_by(publications.c.ended.desc()).limit(limit))]
