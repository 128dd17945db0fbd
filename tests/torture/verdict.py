"""The emulator's own record against the database, and against what was to be published."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bot.store import pseudonym
from tests.torture import content, people
from tests.torture.database import Database
from tests.torture.people import Message, Sim

Poll = dict[str, Any]
Row = dict[str, Any]
Places = dict[str, list[tuple[int, Message]]]  # by mark: where it stands in its chat, counted from the first message
Loss = tuple[str, int, str]  # which of `report.LOSSES`, how often, and where; most of them 0 times
ARRIVED = """
    SELECT position, purpose, message_ids FROM messages JOIN posts ON posts.id = post_id
    WHERE publication_id = ? AND messages.state = 'sent'"""
TALLY = "SELECT option, votes FROM tallies WHERE poll_id = ?"
CHOICES = "SELECT voter, options FROM votes WHERE poll_id = ? AND options"
NEWS = re.compile("(?:Poll no|No)[.] [0-9]+ is (?:out|closed|revealed)")
HISTORY = "SELECT count(*) AS kept FROM history WHERE poll_id = ?"


def judge(sim: Sim, database: Database, threads: list[tuple[str, str]], changes: dict[str, int]) -> Iterator[Loss]:
    """Compare everything; `threads` are chat and Markdown, `changes` how often choices changed in each poll."""
    for number, (name, markdown) in enumerate(threads, 1):
        messages = sim.messages(name)
        yield from _posts(content.marks(markdown), messages)
        yield from _arrivals(number, database.rows(ARRIVED, number), messages)
    yield from _news(sim)
    rows = {row["telegram_id"]: row for row in database.rows("SELECT * FROM polls")}
    for poll in sim.get("/polls")["polls"]:
        yield "polls left open", int(not poll["is_closed"]), poll["question"]
        row = rows.get(poll["id"])
        unknown = len(poll["votes"]), 0
        missing, surplus = _votes(poll, row, database, changes.get(poll["id"], 0)) if row else unknown
        yield "votes lost", missing, _told(poll, row, database)
        yield "votes doubled", surplus, _told(poll, row, database)


def _news(sim: Sim) -> Iterator[Loss]:
    """The admin may have missed that something happened, and is never told so twice."""
    written = [message.get("text", "") for message in sim.written(people.ADMIN) if not message.get("reply_markup")]
    lines = Counter(line for text in written for line in text.splitlines() if NEWS.match(line))
    for line, count in lines.items():
        yield "news doubled", count - 1, f"{count} times: {line}"


def _told(poll: Poll, row: Row | None, database: Database) -> str:
    """A poll with its votes: in the chat, counted, and final."""
    there = [option["voter_count"] for option in poll["options"]]
    counters = {one["option"]: one["votes"] for one in database.rows(TALLY, row["id"])} if row else {}
    here = f"{counters} of {row['voters']}, {row['tally']} of {row['turnout']}, {row['error']}" if row else "unknown"
    return f"{poll['question']} has {there} of {poll['total_voter_count']}: {here}"


def _posts(expected: list[str], messages: list[Message]) -> Iterator[Loss]:
    """Every mark of a publication stands in its chat exactly once, reveals under their polls, all in order."""
    places: Places = defaultdict(list)
    for at, message in enumerate(messages):
        for mark in people.marks(message):
            places[mark].append((at, message))
    for mark in expected:
        yield "reveals forgotten" if ".r" in mark else "posts forgotten", int(not places[mark]), mark
        ids = [message["message_id"] for _, message in places[mark]]
        yield "posts doubled", max(len(ids) - 1, 0), f"{mark} stands at {ids}"
    yield from _replies([mark for mark in expected if ".r" in mark], places)
    yield from _order([(mark, places[mark][0][0]) for mark in expected if places[mark]])


def _replies(expected: list[str], places: Places) -> Iterator[Loss]:
    """A reveal that does not stand under its poll is none."""
    for mark in expected:
        polls = {message["message_id"] for _, message in places[f"{mark.partition('.r')[0]}.1"]}
        for _, message in places[mark] if polls else ():
            wrong = message.get("reply_to_message", {}).get("message_id") not in polls
            yield "reveals forgotten", int(wrong), f"{mark} stands under another message"


def _order(firsts: list[tuple[str, int]]) -> Iterator[Loss]:
    posts = [(mark, at) for mark, at in firsts if ".r" not in mark]
    for (one, first), (other, second) in pairwise(posts):
        yield "out of order", int(first > second), f"{one} after {other}"
    for mark, at in firsts:
        late = ".r" in mark and at > posts[-1][1]  # the last post waits for all reveals
        yield "out of order", int(late), f"{mark} after {posts[-1][0]}"


def _arrivals(publication: int, rows: list[Row], messages: list[Message]) -> Iterator[Loss]:
    """What the database calls sent stands there, under the id that it has."""
    there = {(one["message_id"], mark.rstrip("0123456789")) for one in messages for mark in people.marks(one)}
    for row in rows:
        place = content.place(publication, row["position"], row["purpose"])
        number = json.loads(row["message_ids"])[0]
        yield "posts forgotten", int((number, place) not in there), f"{place} is not what stands at {number}"


def _votes(poll: Poll, row: Row, database: Database, changes: int) -> tuple[int, int]:
    """Missing and surplus, by the measure that shows the most of it."""
    gaps = [_counts(poll, row, database)]
    if not poll["is_anonymous"]:
        kept = database.rows(HISTORY, row["id"])[0]["kept"]  # every change of mind is one row
        gaps += [_voters(poll, row, database), (max(changes - kept, 0), max(kept - changes, 0))]
    return max(missing for missing, _ in gaps), max(surplus for _, surplus in gaps)


def _counts(poll: Poll, row: Row, database: Database) -> tuple[int, int]:
    """The counters and the final tally, each with its turnout, against the poll as it stands in the chat."""
    there = [option["voter_count"] for option in poll["options"]]
    counters = {one["option"]: one["votes"] for one in database.rows(TALLY, row["id"])}
    here = [counters.get(option, 0) for option in range(len(there))] + [row["voters"]]
    tally = json.loads(row["tally"] or "[]") or [0] * len(there)
    total = poll["total_voter_count"]
    told = [*tally, row["turnout"] or 0]
    gaps = [a - b for a, b in zip([*there, total, *there, total], [*here, *told], strict=True)]
    return sum(max(gap, 0) for gap in gaps), sum(max(-gap, 0) for gap in gaps)


def _voters(poll: Poll, row: Row, database: Database) -> tuple[int, int]:
    """Voter by voter: a choice that is missing or another one is lost, one that nobody made is doubled."""
    key = database.voter_key()
    there = {
        pseudonym.of(int(user), key, row["pseudonyms"]): sum(1 << o for o in chosen)
        for user, chosen in poll["votes"].items()
    }
    here = {one["voter"]: one["options"] for one in database.rows(CHOICES, row["id"])}
    return sum(here.get(voter) != mask for voter, mask in there.items()), len(here.keys() - there.keys())
