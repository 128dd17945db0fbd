"""Tallies and votes for a spreadsheet or a notebook."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, select

from bot.commands import status
from bot.store import store
from bot.store.store import Database
from bot.store.tables import history, polls, posts, votes
from bot.thread.model import Post

Row = dict[str, str | int]


def tallies(database: Database, publication: int) -> list[Row]:
    """One row per option of each poll."""
    found = status.read(database, publication).publications
    shown = [post.poll for publication_ in found for post in publication_.posts if post.poll]
    return [
        {"poll": poll.id, "option": option.text, "votes": option.votes, "correct": int(option.correct)}
        for poll in shown
        for option in poll.options
    ]


def ballots(database: Database, publication: int) -> list[Row]:
    """One row per standing vote: poll, hashed voter, the options' numbers (from 1), the time of the last change."""
    last = func.max(history.c.at).label("at")
    changed = select(history.c.poll_id, history.c.voter, last).group_by(history.c.poll_id, history.c.voter).subquery()
    same = (changed.c.poll_id == votes.c.poll_id) & (changed.c.voter == votes.c.voter) & (votes.c.options != 0)
    query = select(posts.c.content, votes.c.voter, votes.c.options, changed.c.at).join(
        polls, polls.c.id == votes.c.poll_id
    )
    query = query.join(posts, posts.c.id == polls.c.post_id).join(changed, same)
    with store.reading(database) as connection:
        rows = connection.execute(query.where(posts.c.publication_id == publication).order_by(posts.c.position)).all()
    return [_ballot(Post(**row.content), row.voter, row.options, row.at) for row in rows]


def _ballot(post: Post, voter: int, options: int, at: int) -> Row:
    assert post.poll is not None
    chosen = " ".join(str(i + 1) for i in range(len(post.poll.options)) if options >> i & 1)
    name = f"{voter & (1 << 64) - 1:016x}"
    return {"poll": post.poll.id, "voter": name, "options": chosen, "at": datetime.fromtimestamp(at, UTC).isoformat()}


def write(rows: list[Row], form: Literal["csv", "json"]) -> str:
    """The rows as text; an empty table still has its brackets, or nothing at all as CSV."""
    if form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1)
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue().rstrip("\n")
