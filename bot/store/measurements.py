"""The runs that measure what polls ask: queued, keyed by content, and given up where nobody needs them any more."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Connection, Integer, bindparam, case, func, select, text, update

from bot.errors import ExperimentError, UnreadableError
from bot.store import runs, store
from bot.store.address import COLUMNS, Address
from bot.store.content import read
from bot.store.states import UNFINISHED
from bot.store.store import Database
from bot.store.tables import polls, posts, publications
from bot.store.tables import runs as rows
from bot.thread.model import Experiment, Language
from experiments import device
from experiments import machine as machine_
from experiments.catalogue import ENTRIES, nearest, run_key
from experiments.measurement import Measurement

UNJUDGED = (  # made once: it is read at each tick
    select(*COLUMNS)
    .join(publications, publications.c.id == posts.c.publication_id)
    .join(rows, rows.c.key == posts.c.run_key)
    .where(text("posts.judged IS NULL AND posts.run_key IS NOT NULL"))
    .where(posts.c.state.in_(("planned", "failed")), rows.c.state == "done", ~posts.c.approved)
    .order_by(posts.c.due)
    .limit(bindparam("limit", type_=Integer))
)


def queue(
    connection: Connection, experiment: Experiment | None, priority: int, *, due: datetime, now: datetime
) -> str | None:
    """
    Queue what an experiment measures, once for all polls that ask the same; returns the run's key.

    Raises `ExperimentError` where this version has no such experiment, or not with these parameters.
    """
    if experiment is None:
        return None
    key = key_of(connection, experiment)
    order = {"task": "measure", "experiment": experiment.run, "params": experiment.set, "seeds": experiment.seeds}
    order |= {"device": own_device(connection)}
    run = runs.Run(key, "measure", order, ENTRIES[experiment.run].limit_s(experiment.seeds))
    runs.enqueue(connection, run, priority, due=due, now=now)
    return key


def key_of(connection: Connection, experiment: Experiment) -> str:
    """The content key of the run that measures this, on what the worker has. Raises `ExperimentError`."""
    return key_on(own_device(connection), own_machine(connection), experiment)


def key_on(own: device.Device, machine: str, experiment: Experiment) -> str:
    """The content key of the run that measures this on a device of a machine. Raises `ExperimentError`."""
    if experiment.run not in ENTRIES:
        msg = f"no experiment {experiment.run!r} in this version of pollbot: {nearest(experiment.run, list(ENTRIES))}"
        raise ExperimentError(msg)
    try:
        return run_key(experiment.run, experiment.set, experiment.seeds, own, machine)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        msg = f"experiment {experiment.run!r} does not take what the post sets: {where}: {first['msg']}"
        raise ExperimentError(msg) from None


def requeue(connection: Connection, post_id: int, experiment: Experiment, *, due: datetime, now: datetime) -> None:
    """Queue anew what a post's answer key is held against: nobody measures it, or its experiment has changed since."""
    key = queue(connection, experiment, runs.POLL, due=due, now=now)
    connection.execute(update(posts).where(posts.c.id == post_id).values(run_key=key, judged=None))


def unjudged(database: Database, limit: int) -> list[Address]:
    """Posts that are not out yet and whose measurement has come since it was last held against their answer key."""
    with store.reading(database) as connection:
        return [Address.of(*row) for row in connection.execute(UNJUDGED, {"limit": limit})]


def judged(database: Database, post_id: int, now: datetime) -> None:
    """A post's answer key was held against its measurement."""
    with database.begin() as connection:
        connection.execute(update(posts).where(posts.c.id == post_id).values(judged=now))


def forgo(connection: Connection, post_id: int, now: datetime) -> None:
    """A post will not go out: stop the run of its poll, unless another post or poll needs it."""
    key = _key_of_post(connection, post_id)
    if key is None or not runs.awaited(connection, key):
        return
    standing = (polls.c.run_key == key) & (polls.c.state != "revealed")
    if connection.execute(select(polls.c.id).where(standing).limit(1)).first() is not None:
        return
    name = case((func.json_valid(posts.c.content), func.json_extract(posts.c.content, "$.poll.experiment.run")))
    alike = name == select(name).where(posts.c.id == post_id).scalar_subquery()
    ahead = select(posts.c.id).where(posts.c.id != post_id, posts.c.state.in_(UNFINISHED), alike)
    others = connection.scalars(ahead).all()
    if key not in (_key_of_post(connection, other) for other in others):
        runs.cancel(connection, key, now)


def _key_of_post(connection: Connection, post_id: int) -> str | None:
    """The run that a post needs; None also where this version cannot tell."""
    try:
        poll = read(connection, post_id).poll
        return key_of(connection, poll.experiment) if poll and poll.experiment else None
    except (UnreadableError, ExperimentError):
        return None


def own_device(connection: Connection) -> device.Device:
    """What the worker has, by what it said last."""
    return device.keyed(store.fact(connection, "device"))


def own_machine(connection: Connection) -> str:
    """What the worker computes with, by what it said last; until then, what it would have here."""
    return store.fact(connection, "machine") or machine_.own()


def of_post(database: Database, post_id: int) -> tuple[Language, Measurement | None]:
    """What a post's answer key is held against, and the language that it is told in."""
    query = (
        select(publications.c.language, rows.c.output)
        .select_from(posts)
        .join(publications, publications.c.id == posts.c.publication_id)
        .join(rows, rows.c.key == posts.c.run_key, isouter=True)
        .where(posts.c.id == post_id)
    )
    with store.reading(database) as connection:
        language, output = connection.execute(query).one()
    return language, Measurement.model_validate_json(output) if output else None
