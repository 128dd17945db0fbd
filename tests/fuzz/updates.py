"""Updates made wrong are stored by the bot's own parts: nothing raises, each is accounted for, good votes count."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bot.loops.admin import Admins
from bot.store import inbox, store, votes
from bot.store.store import Database
from bot.telegram.api import Telegram
from tests.conftest import NOON
from tests.factory import CHANNEL, GROUP, answer, asked, poll, publish, send
from tests.fuzz.mutation import garbled, mutated, written
from tests.fuzz.shapes import TOKEN, Shapes

KEY = b"secret"
GOOD = "good"  # a poll of which no shape speaks
TOGETHER = 10
COUNTED = """
    SELECT (SELECT count(*) FROM votes JOIN polls ON polls.id = poll_id WHERE telegram_id = 'good' AND votes.options),
        (SELECT coalesce(sum(votes), 0) FROM tallies JOIN polls ON polls.id = poll_id WHERE telegram_id = 'good'),
        (SELECT voters FROM polls WHERE telegram_id = 'good')"""
WRONG = """
    SELECT count(*) FROM polls JOIN tallies ON poll_id = polls.id WHERE option >= options OR votes < 0"""


class Intake:
    """A bot with three polls; batches come by polling and webhook in turn."""

    def __init__(self, database: Database, shapes: Shapes) -> None:
        self.database, self.shapes = database, shapes
        self.batches, self.number = 0, 1_000_000_000
        telegram = Telegram(TOKEN, "http://127.0.0.1:9")
        self.admins = Admins(database, telegram, (1,), "en", lambda: NOON, lambda: 0.0)

    def run(self, random: Random) -> None:
        """One batch of wrong updates, with a good vote among them; raises `AssertionError` where that shows."""
        self.batches += 1
        wrong = [self._wrong(random) for _ in range(TOGETHER - 1)]
        self.number += 1
        updates = [*wrong, answer(self.number, GOOD, self.batches, 1)]
        random.shuffle(updates)
        if random.random() < 0.5:
            stored = votes.record(self.database, updates, KEY, NOON, 0)
        else:
            stored = votes.record_pushed(self.database, updates, KEY, NOON)
        batch = stored.batch
        found = len(batch.votes) + len(batch.snapshots) + len(batch.strays) + len(batch.others) + len(batch.idle)
        assert found == len(updates), f"{found} of {len(updates)} updates are accounted for"
        self._carry_out()
        if self.batches % 20 == 0:
            self.check()

    def _carry_out(self) -> None:
        """All that waits, and no handler raises at it; of who runs which chat Telegram says nothing."""
        while True:
            carried = inbox.carry_out(self.database, self.admins.carry_out, NOON)
            assert carried.stuck == [], f"a handler raised: {carried.stuck}"
            for waits in carried.waiting.values():
                asyncio.run(waits.ask())
            if not carried.waiting and carried.over < inbox.TOGETHER:
                return

    def _wrong(self, random: Random) -> Any:
        update = mutated(random, random.choice(self.shapes.updates))
        if isinstance(update, dict) and random.random() < 0.8:  # a newer one, or else it is not looked at
            self.number += 1
            update["update_id"] = self.number
        if random.random() < 0.8:
            return update
        try:  # as a webhook reads it
            return json.loads(garbled(random, written(random, update)))
        except (RecursionError, ValueError):
            return "no JSON"

    def check(self) -> None:
        """All good votes are counted, and no poll has a count that it cannot have."""
        with store.reading(self.database) as connection:
            counts = connection.exec_driver_sql(COUNTED).one()
            wrong = connection.exec_driver_sql(WRONG).scalar()
        assert tuple(counts) == (self.batches,) * 3, f"{counts} of {self.batches} good votes"
        assert wrong == 0, f"{wrong} counts that no poll can have"


@contextmanager
def intake(shapes: Shapes) -> Iterator[Intake]:
    with TemporaryDirectory() as folder:
        database = store.create(f"sqlite:///{folder}/fuzz.db")
        named, anonymous = shapes.polls()
        for name, chat in ((named, GROUP), (anonymous, CHANNEL), (GOOD, GROUP)):
            publish(database, NOON, asked(poll()), chat=chat)
            send(database, NOON, 10, telegram_id=name, chat=chat)
        try:
            yield Intake(database, shapes)
        finally:
            database.dispose()
