"""Kills in the order of the plan; after the last one the process is started again, and lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

from tests.torture.plan import Order
from tests.torture.processes import Victim
from tests.torture.report import Report

KILLED = -9
AGAIN = Order(3.0, webhook=True)  # Telegram does not know the offset, and delivers what is stored once more
TRIES = 9  # a named point that is not reached is waited for so often; each vain wait ends with a kill at random


@dataclass
class Torment:
    """`spared` is set after the last kill. Kills end at `over`, all at `done`; `hook` are the settings of a webhook."""

    victim: Victim
    orders: Sequence[Order]
    hook: dict[str, str]
    report: Report
    over: Event
    done: Event
    spared: Event = field(default_factory=Event)

    def run(self) -> None:
        waiting, tries = list(self.orders), Counter[Order]()
        while waiting and not self.over.is_set():
            order = waiting.pop(0)
            tries[order] += 1
            reached = self._reach(order)
            if reached and order.point == "stored":
                waiting.insert(0, AGAIN)
            elif not reached and order.point and tries[order] < TRIES:
                waiting.append(order)
        self.spared.set()
        self.victim.start()
        while not self.done.is_set():
            if self.victim.died(1.0, self.done):
                self._by_itself(self.victim.kill())
                self.victim.start()

    def _reach(self, order: Order) -> bool:
        """One life; returns whether it died at the order's point."""
        self.victim.start(POLLBOT_DIE_AT=order.die_at, **(self.hook if order.webhook else {}))
        if not order.early:
            self.victim.come_up(self.over)
        died = self.victim.died(order.seconds, self.over)
        code = self.victim.kill()
        if code != KILLED or (died and not order.point):
            self._by_itself(code)
        else:
            self.report.kills[order.point if died else f"random ({self.victim.name})"] += 1
        return died and code == KILLED

    def _by_itself(self, code: int) -> None:
        self.report.lose("ended by itself", 1, f"{self.victim.name} with {code}")
