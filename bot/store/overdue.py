"""Posts that ought to have gone out, or whose measurement has failed: an admin is told once, before anybody asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, exists, func, select, text, update

from bot.store import news, store
from bot.store.address import COLUMNS, Address, N
from bot.store.states import UNFINISHED
from bot.store.store import Database
from bot.store.tables import polls, posts, publications
from bot.store.tables import runs as rows


def _overdue() -> Select[Any]:
    """Nothing but time was needed: no post before it, no poll, and no admin's word is waited for."""
    earlier, asked = posts.alias("earlier"), posts.alias("asked")
    before = (earlier.c.publication_id == posts.c.publication_id) & (earlier.c.position < posts.c.position)
    own = (polls.c.post_id == asked.c.id) & (asked.c.publication_id == posts.c.publication_id)
    query = select(*COLUMNS, posts.c.due).join(publications, publications.c.id == posts.c.publication_id)
    query = query.where(posts.c.state == "planned", posts.c.due <= bindparam("then"), posts.c.warned.is_(None))
    query = query.where(publications.c.paused.is_(None), ~exists().where(before & earlier.c.state.in_(UNFINISHED)))
    return query.where((posts.c.after == "post") | ~exists().where(own & (polls.c.state != "revealed")))


# Made once: they are asked at each tick.
OVERDUE = _overdue().limit(bindparam("limit", type_=Integer))
UNMEASURED = (  # by the index of what is not judged: far more is planned
    select(*COLUMNS, rows.c.error)
    .join(publications, publications.c.id == posts.c.publication_id)
    .join(rows, rows.c.key == posts.c.run_key)
    .where(text("posts.judged IS NULL AND posts.run_key IS NOT NULL"))
    .where(text("+posts.state = 'planned'"), rows.c.state == "failed", ~posts.c.approved, posts.c.warned.is_(None))
    .limit(bindparam("limit", type_=Integer))
)
MISSED = select(func.count()).where(
    posts.c.state == "planned", posts.c.due.between(bindparam("since"), bindparam("now"))
)
UNCLOSED = select(func.count()).where(
    polls.c.state.in_(("open", "closing")), polls.c.closes.between(bindparam("since"), bindparam("now"))
)


def overdue(database: Database, then: datetime, limit: int) -> list[tuple[Address, datetime]]:
    """Posts that were due at `then`, and of which nobody was told, with when they were due."""
    with store.reading(database) as connection:
        found = connection.execute(OVERDUE, {"then": then, "limit": limit}).all()
    return [(Address.of(*row[:N]), row[N]) for row in found]


def unmeasured(database: Database, limit: int) -> list[tuple[Address, str]]:
    """Posts whose measurement has failed, and of which nobody was told, with why."""
    with store.reading(database) as connection:
        found = connection.execute(UNMEASURED, {"limit": limit}).all()
    return [(Address.of(*row[:N]), str(row[N]).partition("\n")[0]) for row in found]


def late(database: Database, post_id: int, due: datetime, now: datetime) -> None:
    """Tell that a post is overdue."""
    with database.begin() as connection:
        connection.execute(update(posts).where(posts.c.id == post_id).values(warned=now))
        news.of_post(connection, post_id, "overdue", now, since=due)


def failed(database: Database, post_id: int, reason: str, now: datetime) -> None:
    """Tell that a post's answer key cannot be checked."""
    with database.begin() as connection:
        connection.execute(update(posts).where(posts.c.id == post_id).values(warned=now))
        news.of_post(connection, post_id, "failed", now, reason=reason)


def between(database: Database, since: datetime, now: datetime) -> int:
    """How many posts were due and polls to be closed between two moments, and are not yet."""
    with store.reading(database) as connection:
        return sum(connection.execute(one, {"since": since, "now": now}).scalar_one() for one in (MISSED, UNCLOSED))
