"""Reveals before anybody has voted: a sample of votes, and a measurement where one is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Self

from bot.demo.demo import FOLDER
from bot.demo.drawings import Drawings
from bot.demo.subscribers import counts_of, shares_of
from bot.errors import ExperimentError, StoreError
from bot.loops import reveal, words
from bot.store import location, measurements, runs, store
from bot.store.polls import ClosedPoll, Tally
from bot.store.store import Database
from bot.telegram import outgoing
from bot.telegram.outgoing import Outgoing
from bot.thread.model import Experiment, Language, Poll
from experiments.measurement import Measurement

VOTERS = 203  # as many as in the demo
DEMO = f"sqlite:///{FOLDER / 'pollbot.db'}"


@dataclass
class Evidence:
    """What has been measured by a bot or a demo on this machine; `trouble` is why their databases cannot be asked."""

    databases: list[Database] = field(default_factory=list)
    trouble: str = ""

    @classmethod
    @contextmanager
    def at_hand(cls, urls: Sequence[str]) -> Iterator[Self]:
        with ExitStack() as open_:
            evidence = cls()
            for url in urls:
                try:
                    if location.of(url).exists():
                        evidence.databases.append(open_.enter_context(store.opened(url)))
                except StoreError as error:
                    evidence.trouble = f"no measurements: {error}"
            yield evidence

    def measured(self, experiment: Experiment) -> tuple[str | None, Measurement | None]:
        """The key of the run that measures this, and what it has found."""
        for database in self.databases:
            try:
                with store.reading(database) as connection:
                    key = measurements.key_of(connection, experiment)
                    run = runs.outcome(connection, key)
            except (StoreError, ExperimentError) as error:
                self.trouble = f"no measurement: {error}"
                continue
            if run and run.output:
                return key, Measurement.model_validate_json(run.output)
        return None, None


def of_poll(
    poll: Poll, pictures: Sequence[bytes], language: Language, evidence: Evidence, drawings: Drawings
) -> list[Outgoing]:
    """
    The messages of its reveal, if people vote as in the demo; `pictures` come with the explanation.

    The picture of the votes is not there while it is being drawn.
    """
    key, measurement = evidence.measured(poll.experiment) if poll.experiment else (None, None)
    counts = counts_of(shares_of(poll), VOTERS)
    closed = ClosedPoll(0, language, poll, Tally(tuple(counts), VOTERS), key, None)
    order = reveal.drawing(closed, measured=measurement is not None).input
    picture = drawings.of({**order, "measurement": measurement and measurement.model_dump_json()})
    body = reveal.text(closed, measurement, words.NOT_MEASURED_BEFORE)
    said = outgoing.captioned([picture], body) if picture else outgoing.of_text(body)
    return [*said, *outgoing.of_pictures(pictures)]
