"""
What came of a publication's closed polls: how many were right, what surprised, how the opinion moved.

Shares are of votes: where one may choose several options, of all that were chosen. How the opinion moved is told at the
quarters of the time that a poll was open: by the history of its votes, or in an anonymous poll by what Telegram told
of its counts up to then. Of a moment of which nothing is known, nothing is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Cursor
from typing import NamedTuple

from sqlalchemy import Connection, Row, select

from bot.errors import UnreadableError
from bot.store import content, store
from bot.store.content import STORED
from bot.store.tables import polls, posts
from bot.thread.model import Poll

QUARTERS = (0.25, 0.5, 0.75)
# Made once, for all polls of a publication: the history has no index of polls.
HISTORY = """
    SELECT poll_id, voter, options, at FROM history
    WHERE update_id BETWEEN ? AND ? AND poll_id IN (SELECT value FROM json_each(?)) ORDER BY update_id"""
ENDS = "SELECT coalesce(min(update_id), 0), coalesce(max(update_id), 0) FROM history"
NEXT = "SELECT update_id, at FROM history WHERE update_id >= ? ORDER BY update_id LIMIT 1"
LATE_S = 86_400  # Telegram delivers an update for one day: so far it may stand from where its time would be
SNAPSHOTS = """
    SELECT poll_id, counts, voters, at FROM snapshots WHERE poll_id IN (SELECT value FROM json_each(?))
    ORDER BY update_id"""
# Single choice: any right option counts; several choices: all right ones, and no other.
SCORES = """
    SELECT got, count(*) FROM (
        SELECT sum(CASE WHEN several THEN options = mask ELSE options & mask != 0 END) AS got
        FROM votes JOIN (SELECT value ->> 0 AS poll, value ->> 1 AS mask, value ->> 2 AS several FROM json_each(?))
        ON poll_id = poll WHERE options AND NOT forgotten GROUP BY voter)
    GROUP BY got ORDER BY got DESC"""
SCORE = SCORES.replace("AND NOT forgotten", "AND NOT forgotten AND voter IN (SELECT value FROM json_each(?))")


class Moment(NamedTuple):
    """How a poll stood when `part` of its time was over: how many had voted, the counts of its options."""

    part: float
    voters: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class PollResult:
    """A closed poll; `counts` and `voters` are final. `moments` are those of which something is known."""

    position: int
    poll: Poll
    counts: tuple[int, ...]
    voters: int
    moments: tuple[Moment, ...] = ()

    @property
    def keyed(self) -> bool:
        """Is something right?"""
        return self.poll.kind != "opinion" and any(option.correct for option in self.poll.options)

    @property
    def right(self) -> float | None:
        """The share of votes for right options; None where nothing is right, or nobody voted."""
        return self.right_at(self.counts)

    def right_at(self, counts: Sequence[int]) -> float | None:
        """The same for other counts."""
        cast = sum(counts)
        if not self.keyed or not cast:
            return None
        return sum(n for n, option in zip(counts, self.poll.options, strict=True) if option.correct) / cast

    @property
    def favourite(self) -> int | None:
        """The option that most have chosen, the first of several; None where nobody voted."""
        return _most(range(len(self.counts)), self.counts)

    @property
    def surprise(self) -> int | None:
        """The wrong option that most have chosen; None where there is none."""
        if not self.keyed:
            return None
        return _most([n for n, option in enumerate(self.poll.options) if not option.correct], self.counts)

    def share(self, option: int | None) -> float | None:
        """The share of an option in all votes."""
        cast = sum(self.counts)
        return None if option is None or not cast else self.counts[option] / cast


class Score(NamedTuple):
    """How many people were right in so many polls."""

    right: int
    people: int


def _most(options: Sequence[int], counts: Sequence[int]) -> int | None:
    found = max(options, key=lambda option: (counts[option], -option), default=None)
    return found if found is not None and counts[found] else None


def read(connection: Connection, publication: int, *, moments: bool = False) -> list[PollResult]:
    """
    The closed polls of a publication, in their order; those that this version cannot read are left out.

    Their `moments` cost a look through the history of all votes from the time in which they were open.
    """
    rows = [row for row in _closed(connection, publication) if _understood(row) is not None]
    moved = _moved(connection, rows) if moments else {}
    return [
        PollResult(row.position, poll, tuple(row.tally), row.turnout, tuple(moved.get(row.id, ())))
        for row in rows
        if (poll := _understood(row)) is not None
    ]


def unreadable(connection: Connection, publication: int) -> list[int]:
    """The positions of closed polls that this version cannot read."""
    return [row.position for row in _closed(connection, publication) if _understood(row) is None]


def _closed(connection: Connection, publication: int) -> list[Row[tuple[int, ...]]]:
    p = polls.c
    about = (
        posts.c.position,
        STORED.label("content"),
        p.id,
        p.tally,
        p.turnout,
        p.opened,
        p.closed,
        p.anonymous,
        p.erased,
    )
    query = select(*about).join(posts, posts.c.id == p.post_id).where(posts.c.publication_id == publication)
    return list(connection.execute(query.where(p.tally.is_not(None)).order_by(posts.c.position)))


def _understood(row: Row[tuple[int, ...]]) -> Poll | None:
    try:
        poll = content.understood(row.content).poll
    except UnreadableError:
        return None
    return poll if poll and len(poll.options) == len(row.tally) else None


def _moved(connection: Connection, rows: Sequence[Row[tuple[int, ...]]]) -> dict[int, list[Moment]]:
    """By poll."""
    named = {row.id: row for row in rows if not row.anonymous and row.erased is None}
    anonymous = {row.id: row for row in rows if row.anonymous}
    found: dict[int, list[Moment]] = {}
    with store.cursor(connection) as cursor:
        tracks = {number: _Track(row) for number, row in named.items()}
        if tracks:
            begin = _since(cursor, min(row.opened for row in named.values()).timestamp() - LATE_S)
            end = _since(cursor, max(row.closed for row in named.values()).timestamp() + LATE_S)
            for number, voter, options, at in cursor.execute(HISTORY, (begin, end, json.dumps([*tracks]))):
                tracks[number].vote(voter, options, at)
        found |= {number: track.ended() for number, track in tracks.items()}
        told: dict[int, list[tuple[list[int], int, int]]] = {number: [] for number in anonymous}
        if told:
            for number, counts, voters, at in cursor.execute(SNAPSHOTS, (json.dumps([*told]),)):
                told[number].append((json.loads(counts), voters, at))
    return found | {number: [*_seen(anonymous[number], shots)] for number, shots in told.items()}


def _since(cursor: Cursor, at: float) -> int:
    """The first update of the history that was stored then or later, or the last: they stand in about that order."""
    low, high = cursor.execute(ENDS).fetchone()
    while low < high:
        middle = (low + high) // 2
        number, stored = cursor.execute(NEXT, (middle,)).fetchone()
        if stored < at:
            low = number + 1
        else:
            high = middle
    return int(low)


def _moments(opened: datetime, closed: datetime) -> list[tuple[float, float]]:
    """Which part of a poll's time is over at which second of Unix time."""
    begin, end = opened.timestamp(), closed.timestamp()
    return [(part, begin + part * (end - begin)) for part in QUARTERS]


class _Track:
    """The votes of one poll in the order in which they came."""

    def __init__(self, row: Row[tuple[int, ...]]) -> None:
        self.ahead = _moments(row.opened, row.closed)
        self.options = len(row.tally)
        self.chosen: dict[int, int] = {}
        self.found: list[Moment] = []

    def vote(self, voter: int, options: int, at: int) -> None:
        self._pass(at)
        self.chosen[voter] = options

    def _pass(self, at: float) -> None:
        while self.ahead and self.ahead[0][1] < at:
            part, _ = self.ahead.pop(0)
            masks = [mask for mask in self.chosen.values() if mask]
            if masks:
                counts = tuple(sum(mask >> option & 1 for mask in masks) for option in range(self.options))
                self.found.append(Moment(part, len(masks), counts))

    def ended(self) -> list[Moment]:
        self._pass(float("inf"))
        return self.found


def _seen(row: Row[tuple[int, ...]], shots: Sequence[tuple[list[int], int, int]]) -> Iterator[Moment]:
    """What Telegram had told up to then."""
    for part, second in _moments(row.opened, row.closed):
        before = [(counts, voters) for counts, voters, at in shots if at <= second and len(counts) == len(row.tally)]
        if before and before[-1][1]:
            counts, voters = before[-1]
            yield Moment(part, voters, tuple(counts))


def _keys(connection: Connection, publication: int) -> str:
    """Which options are right in the polls whose voters are known, for SQL: poll, mask, several choices?"""
    keys = []
    for row in _closed(connection, publication):
        poll = _understood(row)
        if poll and not row.anonymous and row.erased is None and poll.kind != "opinion":
            mask = sum(1 << number for number, option in enumerate(poll.options) if option.correct)
            keys += [[row.id, mask, int(poll.multiple)]] if mask else []
    return json.dumps(keys)


def scored(connection: Connection, publication: int) -> int:
    """In how many polls somebody could be right, whose voters are known."""
    return len(json.loads(_keys(connection, publication)))


def leaderboard(connection: Connection, publication: int) -> list[Score]:
    """How many people were right in how many polls, the best first; each who voted is counted once."""
    with store.cursor(connection) as cursor:
        return [Score(*row) for row in cursor.execute(SCORES, (_keys(connection, publication),))]


def score(connection: Connection, publication: int, names: Sequence[int]) -> int | None:
    """In how many polls one person was right, by the pseudonyms they have; None where they did not vote."""
    with store.cursor(connection) as cursor:
        row = cursor.execute(SCORE, (_keys(connection, publication), json.dumps(names))).fetchone()
    return None if row is None else int(row[0])
