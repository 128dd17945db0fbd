"""Tallies and votes for a spreadsheet or a notebook, row by row: a million votes take no more memory than one."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TextIO

from sqlalchemy import Connection, case, func, select

from bot.commands import status
from bot.commands.outcome import Outcome
from bot.commands.questions import Asked
from bot.errors import UnreadableError
from bot.store import store
from bot.store.content import STORED
from bot.store.store import Database
from bot.store.tables import history, polls, posts, votes

PORTION = 1_000  # rows that are fetched together
FORMULA = re.compile("'*\\s*[=+@\t\r\n\uff0b\uff0d\uff1d\uff20-]")  # also as East Asian keyboards write them


class Count(NamedTuple):
    """An option of a poll, and how many have chosen it."""

    poll: str
    option: str
    votes: int
    correct: int


class Ballot(NamedTuple):
    """A standing vote: the hashed voter, the options' numbers from 1 on, when the choice that stands was made."""

    poll: str
    voter: str
    options: str
    at: str


Row = Count | Ballot | Outcome | Asked


def tallies(database: Database, publication: int) -> Iterator[Count]:
    """
    One row per option of each poll that was posted.

    Raises `UnreadableError` at the end where this version cannot read a post: its votes are kept, its options unknown.
    """
    unreadable = []
    for shown in status.read(database, publication).publications:
        for post in shown.posts:
            if post.poll:
                yield from (Count(post.poll.id, one.text, one.votes, int(one.correct)) for one in post.poll.options)
            elif post.kind == "unreadable":
                unreadable.append(f"post {post.position} is left out: {post.error}")
    if unreadable:
        raise UnreadableError("; ".join(unreadable))


def ballots(database: Database, publication: int) -> Iterator[Ballot]:
    """One row per standing vote, poll by poll; all as they stood when the first was asked for."""
    named = case((func.json_valid(STORED), func.json_extract(STORED, "$.poll.id")))
    query = select(polls.c.id, func.coalesce(named, polls.c.telegram_id)).join(posts, posts.c.id == polls.c.post_id)
    query = query.where(posts.c.publication_id == publication).order_by(posts.c.position)
    with store.reading(database) as connection:
        for number, name in connection.execute(query).all():
            yield from _cast(connection, number, name)


def _cast(connection: Connection, number: int, poll: str) -> Iterator[Ballot]:
    made = votes.join(history, history.c.update_id == votes.c.update_id)
    query = select(votes.c.voter, votes.c.options, history.c.at).select_from(made).order_by(votes.c.voter)
    standing = query.where((votes.c.poll_id == number) & (votes.c.options != 0))
    for voter, options, at in connection.execute(standing, execution_options={"yield_per": PORTION}):
        chosen = " ".join(str(i + 1) for i in range(options.bit_length()) if options >> i & 1)
        name = f"{voter & (1 << 64) - 1:016x}"
        yield Ballot(poll, name, chosen, datetime.fromtimestamp(at, UTC).isoformat())


def inert(cell: str | float | None) -> str | float | None:
    """
    A text that no spreadsheet takes for a formula: a ' stands before it, one more where it begins with one itself.

    Numbers stay numbers; JSON has no need of it.
    """
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def write(columns: tuple[str, ...], rows: Iterable[Row], form: Literal["csv", "json"], out: TextIO) -> None:
    """The rows as they come, under the names of their columns; an empty table still has its header, or brackets."""
    if form == "csv":
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows([inert(cell) for cell in row] for row in rows)
        return
    opening = "["
    for row in rows:
        text = json.dumps(row._asdict(), ensure_ascii=False, indent=1)
        out.write(f"{opening}\n " + text.replace("\n", "\n "))
        opening = ","
    out.write("[]\n" if opening == "[" else "\n]\n")
