"""How every publication stands: what is planned, sent, open, closed, revealed, in doubt."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from rich.console import Group
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, select

from bot.store import runs, store, votes
from bot.store.polls import key_of
from bot.store.states import HALTED
from bot.store.store import Database
from bot.store.tables import messages, polls, posts, publications
from bot.thread.model import Post
from experiments.measurement import Finding, Measurement


class OptionStatus(BaseModel):
    text: str
    votes: int
    correct: bool
    supported: Literal["yes", "no", "depends"] | None


class RunStatus(BaseModel):
    """`state`: queued running done failed cancelled. `progress`: how far the measurement is, 0 to 1."""

    state: str
    progress: float
    note: str | None


class PollStatus(BaseModel):
    """`state`: open closing closed revealed. `experiment`: how far the measurement is, 0 to 1."""

    id: str
    state: str
    closes: datetime
    voters: int
    options: list[OptionStatus]
    reveal_message_ids: list[int]
    stopped: bool
    experiment: float | None
    error: str | None


class PostStatus(BaseModel):
    """`state`: planned sending sent unknown failed skipped. `run`: what its poll measures, from its scheduling on."""

    position: int
    kind: str
    state: str
    due: datetime
    message_ids: list[int]
    poll: PollStatus | None
    run: RunStatus | None
    error: str | None


class PublicationStatus(BaseModel):
    """`state` sums up its posts: planned, running, stopped (an admin is needed) or done."""

    id: int
    thread: str
    chat: str
    state: str
    posts: list[PostStatus]


class Status(BaseModel):
    publications: list[PublicationStatus]


def read(database: Database, publication: int | None = None) -> Status:
    """The status of one publication, or of all."""
    query = select(publications).order_by(publications.c.id)
    if publication is not None:
        query = query.where(publications.c.id == publication)
    with store.reading(database) as connection:
        return Status(publications=[_publication(connection, row) for row in connection.execute(query).all()])


def _publication(connection: Connection, row: Any) -> PublicationStatus:  # noqa: ANN401 a row
    query = select(posts).where(posts.c.publication_id == row.id).order_by(posts.c.position)
    found = [_post(connection, post) for post in connection.execute(query).all()]
    return PublicationStatus(id=row.id, thread=row.title, chat=row.chat, state=_summary(found), posts=found)


def _summary(found: list[PostStatus]) -> str:
    if any(post.state in ("unknown", "failed") or (post.poll and _stuck(post.poll)) for post in found):
        return "stopped"
    if all(post.state in ("sent", "skipped") and (not post.poll or post.poll.state == "revealed") for post in found):
        return "done"
    return "planned" if all(post.state == "planned" for post in found) else "running"


def _stuck(poll: PollStatus) -> bool:
    return poll.stopped


def _post(connection: Connection, row: Any) -> PostStatus:  # noqa: ANN401 a row
    post = Post(**row.content)
    poll = connection.execute(select(polls).where(polls.c.post_id == row.id)).first()
    experiment = post.poll.experiment if post.poll else None
    key = poll.run_key if poll else key_of(connection, experiment) if experiment else None
    run = runs.outcome(connection, key)
    return PostStatus(
        position=row.position,
        kind=post.kind,
        state=row.state,
        due=row.due,
        message_ids=_ids(connection, row.id, "post"),
        poll=_poll(connection, post, poll, run) if poll else None,
        run=RunStatus(state=run.state, progress=run.progress, note=run.note) if run else None,
        error=row.error,
    )


def _poll(connection: Connection, post: Post, row: Any, run: Any) -> PollStatus:  # noqa: ANN401 rows
    assert post.poll is not None
    findings = findings_of(run)
    keys = post.poll.experiment.options if post.poll.experiment else (None,) * len(post.poll.options)
    counts = row.tally or votes.counts(connection, row.id, len(post.poll.options))
    supported = {finding.option: finding.supported for finding in findings}
    return PollStatus(
        id=post.poll.id,
        state=row.state,
        closes=row.closes,
        voters=row.voters,
        options=[
            OptionStatus(text=option.text, votes=n, correct=option.correct, supported=supported.get(key or ""))
            for option, n, key in zip(post.poll.options, counts, keys, strict=True)
        ],
        reveal_message_ids=_ids(connection, row.post_id, "reveal"),
        stopped=_halted(connection, row.post_id),
        experiment=run.progress if run else None,
        error=row.reveal_error or row.error or (run.error if run else None),
    )


def findings_of(run: Any) -> tuple[Finding, ...]:  # noqa: ANN401 a row of `runs.outcome`
    """What a finished measurement found about each option; nothing when there is none."""
    return Measurement.model_validate_json(run.output).findings if run and run.state == "done" else ()


def _halted(connection: Connection, post_id: int) -> bool:
    mine = (messages.c.post_id == post_id) & (messages.c.purpose == "reveal") & messages.c.state.in_(HALTED)
    return connection.execute(select(messages.c.id).where(mine)).first() is not None


def _ids(connection: Connection, post_id: int, purpose: str) -> list[int]:
    mine = (messages.c.post_id == post_id) & (messages.c.purpose == purpose)
    rows = connection.scalars(select(messages.c.message_ids).where(mine).order_by(messages.c.part))
    return [message_id for ids in rows for message_id in ids]


COLOURS = {"sent": "green", "revealed": "green", "open": "cyan", "closing": "yellow", "closed": "yellow"}
COLOURS |= {"unknown": "red", "failed": "red", "sending": "yellow"}


def tables(status: Status, now: datetime) -> Group:
    """The status for a terminal: one table a publication."""
    return Group(*(_table(publication, now) for publication in status.publications))


def _table(publication: PublicationStatus, now: datetime) -> Table:
    title = f"{publication.id} · {publication.thread} → {publication.chat} · {publication.state}"
    table = Table(title=title, title_justify="left")
    for name in ("#", "post", "state", "when (UTC)", "votes", "experiment"):
        table.add_column(name, justify="right" if name in ("#", "votes", "experiment") else "left")
    for post in publication.posts:
        table.add_row(*_cells(post, now))
    return table


def _cells(post: PostStatus, now: datetime) -> tuple[Text | str, ...]:
    poll = post.poll
    state = poll.state if poll else post.state
    shown = Text(state, COLOURS.get(state, "dim"))
    if trouble := (poll.error if poll else None) or post.error:
        shown.append(f"\n{trouble}", "red")
    kind = f"poll {poll.id}" if poll else post.kind
    votes_ = str(poll.voters) if poll else ""
    return str(post.position), kind, shown, _when(post, now), votes_, _progress(post.run)


def _progress(run: RunStatus | None) -> str:
    if run is None or run.state == "queued":
        return run.state if run else ""
    return f"{run.note or ''} {run.progress:.0%}" if run.state == "running" else run.state


def _when(post: PostStatus, now: datetime) -> str:
    """The next moment that matters: due, or closing; what has passed needs no countdown."""
    at, word = (post.poll.closes, "closes") if post.poll else (post.due, "due")
    ahead = (at - now).total_seconds()
    if post.state == "planned" or (post.poll and post.poll.state == "open"):
        return f"{word} in {ahead:.0f} s" if 0 <= ahead < 120 else f"{word} {at:%Y-%m-%d %H:%M}"
    return f"{post.due:%Y-%m-%d %H:%M:%S}"
