"""From a poll's end to its reveal: the bot as it is run, with its worker, and polls that close one at a time."""

import itertools
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from sqlalchemy import select, update

from bot.store import store
from bot.store.store import Database
from bot.store.tables import messages, polls, runs
from bot.thread.model import Experiment, Option, Poll
from tests.bench import canned
from tests.bench.runs import Telegram, process
from tests.factory import HOUR, asked, publish, send

OPTIONS = {
    "softmax+nll": "FC, Softmax, NLLLoss",
    "logsoftmax+nll": "FC, LogSoftmax, NLLLoss",
    "softmax+ce": "FC, Softmax, CrossEntropyLoss",
    "logsoftmax+ce": "FC, LogSoftmax, CrossEntropyLoss",
}
HEADS = Experiment(run="heads", options=tuple(OPTIONS), set={"epochs": 10}, seeds=4)
SAID = {
    "question": "Что должно быть у сети для многоклассовой классификации в голове?",
    "explanation": "NLL ждёт логарифмы вероятностей, CE — сырые логиты.",
}
FIRST = 10  # the message of the first poll
LIMIT_S = 60.0  # for the bot to start and measure, and for what is late at the end
DRAWN = 10  # pictures of which the parts are measured


@dataclass(frozen=True)
class Reveal:
    """One poll: ms from the answer to stopPoll until the drawing was claimed, and so on until the photo was there."""

    PARTS: ClassVar = ("claimed", "drawn", "seen", "sent")
    measured: bool
    claimed: float
    drawn: float
    seen: float
    sent: float
    bytes: int

    @property
    def waited(self) -> float:
        """Without the send itself."""
        return self.claimed + self.drawn + self.seen

    @property
    def whole(self) -> float:
        return self.waited + self.sent


def closing(count: int, apart_s: float) -> tuple[list[Reveal], dict]:
    """One life of a bot with so many polls, every third without experiment; and a drawing as its worker got it."""
    with TemporaryDirectory() as folder, Telegram(0, 0, 0) as telegram:
        url, log = f"sqlite:///{folder}/reveals.db", Path(folder) / "bot.log"
        database = store.create(url)
        open_polls(database, count)
        with log.open("w") as out:
            bot = start(url, telegram.url, out)
        try:
            wait(bot, log, database, select(runs.c.key).where(runs.c.state == "done"), 1, LIMIT_S)
            plan(database, apart_s)
            done = select(polls.c.id).where(polls.c.state == "revealed")
            wait(bot, log, database, done, count, LIMIT_S + apart_s * count)
        finally:
            bot.terminate()
            bot.wait()
        seen = telegram.end()
        found = [reveal(row, seen) for row in rows(database)], drawing(database)
        database.dispose()
    return found


def open_polls(database: Database, count: int) -> None:
    now = datetime.now(UTC)
    options = tuple(Option(text=text, correct=i % 2 == 1) for i, text in enumerate(OPTIONS.values()))
    for number in range(count):
        experiment = None if number % 3 == 2 else HEADS
        publish(database, now, asked(Poll(id=f"p{number}", options=options, open=HOUR, experiment=experiment, **SAID)))
        send(database, now, FIRST + number, telegram_id=canned.poll_id(number))


def start(url: str, telegram: str, out, *options: str) -> subprocess.Popen:
    given = {"TOKEN": "4242:bench", "API_URL": telegram, "DATABASE_URL": url, "CHAT_RATE": "1000"}
    environment = {**os.environ, **{f"POLLBOT_{name}": value for name, value in given.items()}}
    return subprocess.Popen([sys.executable, "-m", "bot", "run", *options], env=environment, stdout=out, stderr=out)


def wait(bot: subprocess.Popen, log: Path, database: Database, query, count: int, limit_s: float) -> None:
    """Until the query finds so many rows."""
    deadline = time.monotonic() + limit_s
    while True:
        with store.reading(database) as connection:
            if len(connection.execute(query).all()) >= count:
                return
        if bot.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the bot has not come to its end; its log:\n{log.read_text()[-2000:]}")
        time.sleep(0.5)


def plan(database: Database, apart_s: float) -> None:
    """Let the polls close one at a time, now that the worker is up and the measurement there."""
    first = datetime.now(UTC) + timedelta(seconds=apart_s)
    with database.begin() as connection:
        for number, poll in enumerate(connection.scalars(select(polls.c.id).order_by(polls.c.id)).all()):
            closes = first + timedelta(seconds=apart_s * number)
            connection.execute(update(polls).where(polls.c.id == poll).values(closes=closes))


def rows(database: Database):
    """Of each poll: its message, its runs, when its photo was about to be sent."""
    carrier, photo = messages.alias(), messages.alias()
    query = select(carrier.c.message_ids, polls.c.run_key, runs.c.started, runs.c.finished, photo.c.tried)
    query = query.join(runs, runs.c.key == polls.c.drawing_key)
    query = query.join(carrier, (carrier.c.post_id == polls.c.post_id) & (carrier.c.purpose == "post"))
    query = query.join(photo, (photo.c.post_id == polls.c.post_id) & (photo.c.purpose == "reveal"))
    with store.reading(database) as connection:
        return connection.execute(query.where(photo.c.part == 0).order_by(polls.c.id)).all()


def reveal(row, seen: dict) -> Reveal:
    message = str(row.message_ids[0])
    stopped, (pictured, size) = seen["stopped"][message], seen["pictured"][message]
    times = [stopped, *(at.timestamp() for at in (row.started, row.finished, row.tried)), pictured]
    parts = [(after - before) * 1000 for before, after in itertools.pairwise(times)]
    return Reveal(row.run_key is not None, *parts, size)


def drawing(database: Database) -> dict:
    """The job of a picture with a measurement."""
    with store.reading(database) as connection:
        key, output = connection.execute(select(runs.c.key, runs.c.output).where(runs.c.task == "measure")).one()
        orders = connection.scalars(select(runs.c.input).where(runs.c.task == "draw"))
        return {**next(order for order in orders if order["measurement"] == key), "measurement": output.decode()}


def parts(order: dict) -> dict[str, float]:
    """Where the time of that picture goes."""
    out, _ = process("drawing", DRAWN).communicate(json.dumps(order))
    return json.loads(out)
