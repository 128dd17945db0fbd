"""A round: a fresh database and emulator, six publications, and kills until they are used up or all is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from bot.commands import publish
from bot.store import store
from bot.store.address import Chat
from bot.thread import markdown
from tests.torture import people, processes
from tests.torture.admin import Admin
from tests.torture.database import Database
from tests.torture.kills import Torment
from tests.torture.people import ADMIN, Crowd
from tests.torture.plan import CHATS, UPGRADED, Plan
from tests.torture.report import Report
from tests.torture.verdict import judge

STALLED_S = 600.0  # when so long after the last kill nothing more is finished, nothing ever will be
LOOK_S = 0.25
READY = timedelta(seconds=1.5)
COMMANDS = {"bot": ("bot", "run", "--no-worker"), "worker": ("bot", "worker")}


class Round:
    """The parts of a round, while they live."""

    def __init__(self, planned: Plan, folder: Path, stack: ExitStack) -> None:
        self.planned = planned
        self.folder = folder
        self.report = Report()
        self.database = Database(folder / "pollbot.db")
        url = stack.enter_context(processes.emulator(folder))
        given = {"POLLBOT_TOKEN": processes.TOKEN, "POLLBOT_API_URL": url, "POLLBOT_ADMINS": str(ADMIN)}
        given |= {"POLLBOT_DATABASE_URL": f"sqlite:///{self.database.file}", "POLLBOT_CHAT_RATE": "1000"}
        given |= {"POLLBOT_LANGUAGE": "en", "POLLBOT_LOG_FORMAT": "json"}
        self.sim = stack.enter_context(people.sim(url))
        self.chats = [name for name, _ in planned.threads]
        self.calm, self.over, self.done = Event(), Event(), Event()
        self.admin = Admin(self.sim, self.database, self.chats, self.calm, self.report)
        self.crowd = Crowd(self.sim, planned.seed)
        port = str(processes.free_port())
        hook = {"POLLBOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/", "POLLBOT_WEBHOOK_PORT": port}
        self._left = -1, 0.0  # what is unfinished, and since when
        self.torments = []
        for name, orders in (("bot", planned.bot), ("worker", planned.worker)):
            victim = stack.enter_context(processes.victim(name, COMMANDS[name], given, folder))
            self.torments.append(Torment(victim, orders, hook, self.report, self.over, self.done))

    def run(self) -> Report:
        """Let everything loose; then compare."""
        self._publish()
        with ThreadPoolExecutor() as pool:
            jobs: list[Future[Any]] = [pool.submit(torment.run) for torment in self.torments]
            jobs.append(pool.submit(people.weather, self.sim, self.planned.faults, self.calm, self.report))
            jobs.append(pool.submit(self.crowd.act, self.done))
            try:
                self._watch(jobs)
            finally:
                for event in (self.calm, self.over, self.done):
                    event.set()
        for job in jobs:
            job.result()
        self._end()
        for loss in judge(self.sim, self.database, self.planned.threads, self.crowd.changes):
            self.report.lose(*loss)
        self.report.totals.update({"rounds": 1, "changes of votes": self.crowd.changes.total()})
        return self.report

    def _publish(self) -> None:
        """As `pollbot schedule` does it, all at once."""
        database, now = store.create(f"sqlite:///{self.database.file}"), datetime.now(UTC)
        for number, (name, text) in enumerate(self.planned.threads, 1):
            source = self.folder / f"{number}.md"
            source.write_text(text, "utf-8")
            chat = Chat(f"@{name}", self.sim.chats[name][-1], CHATS[name][0])
            thread = markdown.read(source)
            publish.store_thread(database, thread, source, chat, now + READY, now)
            self.report.totals["posts"] += len(thread.posts)
        database.dispose()

    def _watch(self, jobs: list[Future[Any]]) -> None:
        """Until the last kill, then until all is published, revealed, and every update acknowledged."""
        spared = [torment.spared for torment in self.torments]
        self._until(lambda: not self.database.unfinished() or all(event.is_set() for event in spared), jobs)
        self.over.set()
        self.calm.set()
        self._until(self._settled, jobs)

    def _settled(self) -> bool:
        left = self.database.unfinished()
        if left != self._left[0]:
            self._left = left, time.monotonic()
        return not (left or self.sim.waiting()) or time.monotonic() - self._left[1] > STALLED_S

    def _until(self, reached: Callable[[], bool], jobs: list[Future[Any]]) -> None:
        """Answer questions and upgrade the group, until `reached` or one of our own threads has failed."""
        while not reached() and not any(job.done() and job.exception() for job in jobs):
            self.admin.play()
            self._upgrade()
            time.sleep(LOOK_S)

    def _upgrade(self) -> None:
        """Once, after so many posts as planned; not after the first poll, which would stay behind open for ever."""
        late = any("poll" in message for message in self.sim.messages(UPGRADED))
        done = self.database.finished(self.chats.index(UPGRADED) + 1)
        if len(self.sim.chats[UPGRADED]) == 1 and done >= self.planned.upgrade and not late:
            self.sim.upgrade(UPGRADED)
            self.report.totals["groups upgraded"] += 1

    def _end(self) -> None:
        for torment in self.torments:
            code = torment.victim.end()
            self.report.lose("ended by itself", int(code != 0), f"{torment.victim.name} with {code} at SIGTERM")
        for left in processes.orphans(self.folder):
            self.report.lose("orphan processes", 1, left)


def play(planned: Plan, folder: Path) -> Report:
    """Play a round in an empty folder; the logs and the database stay there."""
    with ExitStack() as stack:
        return Round(planned, folder, stack).run()
