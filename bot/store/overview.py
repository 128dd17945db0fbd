"""Everything that is stored about some publications, in seven queries however many they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Text, case, cast, func, select

from bot.store.content import STORED
from bot.store.states import HALTED, UNFINISHED, CorrectionState, MessageState, PollState, PostState, Purpose, RunState
from bot.store.tables import corrections, messages, polls, posts, publications, runs, tallies, topics


@dataclass(frozen=True)
class StoredMessage:
    """A part of a post, or of its poll's reveal."""

    purpose: Purpose
    state: MessageState
    ids: list[int]
    sent: datetime | None
    error: str | None


@dataclass(frozen=True)
class StoredPoll:
    """`votes` are the running counts by option, `tally` the final ones; so are `voters` and `turnout`."""

    votes: dict[int, int]
    state: PollState
    closes: datetime
    voters: int
    tally: list[int] | None
    turnout: int | None
    run_key: str | None
    error: str | None
    reveal_error: str | None


@dataclass(frozen=True)
class StoredPost:
    """`content` is as it lies in the database: an older version may have written it."""

    position: int
    state: PostState
    due: datetime
    content: str
    error: str | None
    messages: list[StoredMessage]
    poll: StoredPoll | None
    uncorrected: CorrectionState | None = None  # what is corrected here, and the chat does not show it

    @property
    def over(self) -> bool:
        """Nothing more becomes of it."""
        return self.state not in UNFINISHED and (self.poll is None or self.poll.state == "revealed")

    @property
    def halt(self) -> StoredMessage | None:
        """The message of it that waits for an admin's word."""
        return next((message for message in self.messages if message.state in HALTED), None)


@dataclass(frozen=True)
class StoredPublication:
    id: int
    title: str
    chat: str
    topic: str | None
    zone: str | None
    paused: datetime | None
    cancelled: datetime | None
    trial: bool
    rhythm: dict[str, Any] | None
    posts: list[StoredPost]

    @property
    def place(self) -> str:
        """Where it goes, in words."""
        return f"{self.chat} # {self.topic}" if self.topic else self.chat

    @property
    def next(self) -> StoredPost | None:
        """What goes out next, of what has not begun."""
        return next((post for post in self.posts if post.state == "planned"), None)

    @property
    def first(self) -> int | None:
        """The position of the first post that is not over with: those behind it wait."""
        return next((post.position for post in self.posts if post.state in UNFINISHED), None)


@dataclass(frozen=True)
class StoredRun:
    """`findings` are those of a measurement that is done, as they lie in its outcome."""

    state: RunState
    progress: float
    note: str | None
    error: str | None
    findings: list[dict[str, Any]]


def one(publication: int) -> Select[tuple[int]]:
    """The query for a publication's id; nothing where there is none."""
    return select(publications.c.id).where(publications.c.id == publication)


def every() -> Select[tuple[int]]:
    """The query for the ids of all publications."""
    return select(publications.c.id)


def live() -> Select[tuple[int]]:
    """The query for the ids of those of which something more becomes."""
    waiting = select(posts.c.publication_id).where(posts.c.state.in_(UNFINISHED))
    standing = select(posts.c.publication_id).join(polls).where(polls.c.state.in_(("open", "closing", "closed")))
    return select(publications.c.id).where(publications.c.id.in_(waiting.union(standing)))


def read(connection: Connection, which: Select[tuple[int]]) -> list[StoredPublication]:
    """The publications whose ids `which` selects, with their posts in order."""
    votes: dict[int, dict[int, int]] = defaultdict(dict)
    counters = select(tallies.c.poll_id, tallies.c.option, tallies.c.votes).join(polls, polls.c.id == tallies.c.poll_id)
    for poll_id, option, count in connection.execute(_of(counters.join(posts), which)):
        votes[poll_id][option] = count
    of_post: dict[int, list[StoredMessage]] = defaultdict(list)
    m = messages.c
    sent = select(m.post_id, m.purpose, m.state, m.message_ids, m.sent, m.error).join(posts)
    for post_id, *message in connection.execute(_of(sent, which).order_by(m.purpose, m.part)):
        of_post[post_id].append(StoredMessage(*message))
    p = polls.c
    asked: dict[int, StoredPoll] = {}
    of_it = (p.state, p.closes, p.voters, p.tally, p.turnout, p.run_key, p.error, p.reveal_error)
    standing = select(p.post_id, p.id, *of_it)
    for post_id, poll_id, *told in connection.execute(_of(standing.join(posts), which)):
        asked[post_id] = StoredPoll(votes[poll_id], *told)
    of_publication: dict[int, list[StoredPost]] = defaultdict(list)
    q, c = posts.c, corrections.c
    open_ = (c.post_id == q.id) & c.state.in_(("waiting", "editing", "failed"))
    uncorrected = select(c.state).where(open_).order_by(c.id.desc()).limit(1).scalar_subquery()
    planned = select(q.publication_id, q.id, q.position, q.state, q.due, STORED, q.error, uncorrected)
    for publication, post_id, *its, correction in connection.execute(_of(planned.order_by(q.position), which)):
        known = (*its, of_post[post_id], asked.get(post_id), correction)
        post = StoredPost(*known)
        of_publication[publication].append(post)
    b = publications.c
    there = (topics.c.chat_id == b.chat_id) & (topics.c.thread == b.topic)
    topic = func.coalesce(topics.c.name, cast(b.topic, Text))
    named = select(b.id, b.title, b.chat, topic, b.zone, b.paused, b.cancelled, b.trial, b.rhythm).order_by(b.id)
    named = named.join_from(publications, topics, there, isouter=True)
    found = connection.execute(named.where(publications.c.id.in_(which)))
    return [StoredPublication(*row[:9], of_publication[row.id]) for row in found]


def _of(query: Select[Any], which: Select[tuple[int]]) -> Select[Any]:
    return query.where(posts.c.publication_id.in_(which))


def count(connection: Connection, which: Select[tuple[int]]) -> int:
    """How many publications `which` selects."""
    return connection.execute(select(func.count()).select_from(which.subquery())).scalar_one()


def outcomes(connection: Connection, keys: Collection[str]) -> dict[str, StoredRun]:
    """How runs stand, by key; of what they have found only the findings are read."""
    r = runs.c
    measured = (r.task == "measure") & (r.state == "done")
    findings = case((measured, func.json_extract(cast(r.output, Text), "$.findings")))
    asked = select(func.json_each(json.dumps(sorted(keys))).table_valued("value").c.value)
    query = select(r.key, r.state, r.progress, r.note, r.error, findings).where(r.key.in_(asked))
    return {
        key: StoredRun(state, progress, note, error, json.loads(found or "[]"))
        for key, state, progress, note, error, found in connection.execute(query)
    }
