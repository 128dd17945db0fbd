"""How every publication stands: what is planned, sent, open, closed, revealed, in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel

from bot.errors import ExperimentError, SettingsError, UnreadableError
from bot.store import content, measurements, overview, store
from bot.store.overview import StoredPoll, StoredPost, StoredPublication, StoredRun
from bot.store.runs import Outcome
from bot.store.states import HALTED, CorrectionState, PollState, PostState, Purpose, RunState
from bot.store.store import Database
from bot.thread.model import Experiment, Poll, Post
from experiments.device import Device
from experiments.measurement import Finding, Measurement

Standing = Literal["planned", "running", "paused", "stopped", "done", "cancelled"]


class OptionStatus(BaseModel):
    text: str
    votes: int
    correct: bool
    supported: Literal["yes", "no", "depends"] | None


class RunStatus(BaseModel):
    """`progress`: how far it is, 0 to 1; `note`: what it does now."""

    experiment: str
    state: RunState
    progress: float
    note: str | None


class PollStatus(BaseModel):
    """`stopped`: its reveal waits for an admin's word. `experiment`: how far the measurement is, 0 to 1."""

    id: str
    state: PollState
    closes: datetime
    voters: int
    options: list[OptionStatus]
    reveal_message_ids: list[int]
    stopped: bool
    experiment: float | None
    error: str | None


class PostStatus(BaseModel):
    """
    `run`: what its poll measures, from its scheduling on. `sent`: when its first message had arrived. `uncorrected`: it
    was corrected, and the chat does not show that yet, or cannot.

    `stopped`: it, or its poll's reveal, waits for an admin's word. `kind` is unreadable where this version cannot read
    what is stored, or does not know its experiment, and `error` says why; then there is no `poll`.
    """

    position: int
    kind: Literal["text", "picture", "poll", "unreadable"]
    state: PostState
    due: datetime
    sent: datetime | None
    stopped: bool
    message_ids: list[int]
    poll: PollStatus | None
    run: RunStatus | None
    error: str | None
    uncorrected: CorrectionState | None = None


class PublicationStatus(BaseModel):
    """
    `state` sums up its posts: planned, running, paused, stopped (an admin is needed), done or cancelled.

    `topic`: of a forum, by its name, or by its number where that was never told.
    """

    id: int
    thread: str
    chat: str
    topic: str | None
    state: Standing
    posts: list[PostStatus]


class Status(BaseModel):
    """`done`: how many publications are left out because nothing more becomes of them."""

    publications: list[PublicationStatus]
    done: int = 0


class _Known(NamedTuple):
    """A stored post, what it says, the key of the run of its poll; or why it cannot be read."""

    stored: StoredPost
    post: Post | None
    key: str | None
    why: str | None


def read(database: Database, publication: int | None = None, *, live: bool = False) -> Status:
    """The status of one publication, of those of which something more becomes (`live`), or of all."""
    folds = live and publication is None
    which = overview.live() if folds else overview.every() if publication is None else overview.one(publication)
    if publication is not None:
        require(database, publication)
    with store.reading(database) as connection:
        stored = overview.read(connection, which)
        own = measurements.own_device(connection), measurements.own_machine(connection)
        known = {found.id: [_known(post, own) for post in found.posts] for found in stored}
        keys = {post.key for posts in known.values() for post in posts if post.key}
        runs = overview.outcomes(connection, keys)
        left_out = overview.count(connection, overview.every()) - len(stored) if folds else 0
    return Status(publications=[_publication(found, known[found.id], runs) for found in stored], done=left_out)


def require(database: Database, publication: int) -> None:
    """Raises `SettingsError` where there is no such publication."""
    with store.reading(database) as connection:
        if not overview.count(connection, overview.one(publication)):
            msg = f"there is no publication {publication}; `pollbot status --all` shows them all"
            raise SettingsError(msg)


def _known(stored: StoredPost, own: tuple[Device, str]) -> _Known:
    try:
        post = content.understood(stored.content)
        if stored.poll or stored.over or post.poll is None or post.poll.experiment is None:
            return _Known(stored, post, stored.poll.run_key if stored.poll else None, None)
        return _Known(stored, post, measurements.key_on(*own, post.poll.experiment), None)
    except (UnreadableError, ExperimentError) as error:
        return _Known(stored, None, None, str(error))


def _publication(
    stored: StoredPublication, known: Sequence[_Known], runs: Mapping[str, StoredRun]
) -> PublicationStatus:
    found = [_post(post, runs.get(post.key or "")) for post in known]
    return PublicationStatus(
        id=stored.id,
        thread=stored.title,
        chat=stored.chat,
        topic=stored.topic,
        state=_summary(stored, found),
        posts=found,
    )


def _summary(stored: StoredPublication, found: Sequence[PostStatus]) -> Standing:
    if any(post.stopped for post in found):
        return "stopped"
    if all(post.over for post in stored.posts):
        return "cancelled" if stored.cancelled else "done"
    if stored.paused:
        return "paused"
    return "planned" if all(post.state == "planned" for post in found) else "running"


def _post(known: _Known, run: StoredRun | None) -> PostStatus:
    stored, post = known.stored, known.post
    poll = post.poll if post else None
    experiment = poll.experiment if poll else None
    return PostStatus(
        position=stored.position,
        kind=post.kind if post else "unreadable",
        state=stored.state,
        due=stored.due,
        sent=min((m.sent for m in stored.messages if m.purpose == "post" and m.sent), default=None),
        stopped=stored.halt is not None or stored.state in HALTED or (post is None and stored.state == "planned"),
        message_ids=_ids(stored, "post"),
        poll=_poll(stored, stored.poll, poll, run) if poll and stored.poll else None,
        run=_run(experiment, run) if experiment and run else None,
        error=known.why or stored.error,
        uncorrected=stored.uncorrected,
    )


def _run(experiment: Experiment, run: StoredRun) -> RunStatus:
    return RunStatus(experiment=experiment.run, state=run.state, progress=run.progress, note=run.note)


def _poll(stored: StoredPost, standing: StoredPoll, poll: Poll, run: StoredRun | None) -> PollStatus:
    keys = poll.experiment.options if poll.experiment else (None,) * len(poll.options)
    counts = standing.tally or [standing.votes.get(option, 0) for option in range(len(poll.options))]
    supported = {finding["option"]: finding["supported"] for finding in run.findings} if run else {}
    return PollStatus(
        id=poll.id,
        state=standing.state,
        closes=standing.closes,
        voters=standing.voters if standing.turnout is None else standing.turnout,
        options=[
            OptionStatus(text=option.text, votes=n, correct=option.correct, supported=supported.get(key or ""))
            for option, n, key in zip(poll.options, counts, keys, strict=True)
        ],
        reveal_message_ids=_ids(stored, "reveal"),
        stopped=stored.halt is not None and stored.halt.purpose == "reveal",
        experiment=run.progress if run else None,
        error=standing.reveal_error or standing.error or (run.error if run else None),
    )


def _ids(stored: StoredPost, purpose: Purpose) -> list[int]:
    return [number for message in stored.messages if message.purpose == purpose for number in message.ids]


def findings_of(run: Outcome | None) -> tuple[Finding, ...]:
    """What a finished measurement found about each option; nothing when there is none."""
    return Measurement.model_validate_json(run.output).findings if run and run.output and run.state == "done" else ()
