"""An admin who is asked by buttons, looks into the chat, and always answers truthfully from what stands there."""

from __future__ import annotations

import math
import time
from threading import Event
from typing import Any

from tests.torture import content, people
from tests.torture.database import Database
from tests.torture.people import ADMIN, Message, Sim
from tests.torture.report import Report

CALM_S = 240.0  # a stopped message that nobody asks about in so long a calm is a loss
UNHEARD_S = 5.0  # a tap that had no effect is repeated
Stopped = dict[str, Any]


class Admin:
    """Counts questions by how they were answered, and as a loss each stopped message that nobody asked about."""

    def __init__(self, sim: Sim, database: Database, chats: list[str], calm: Event, report: Report) -> None:
        self.sim = sim
        self.database = database
        self.chats = chats  # of each publication
        self.calm = calm  # before it, a question may be late
        self.report = report
        self._since: dict[str, float] = {}
        self._unasked: set[str] = set()
        self._tapped: dict[int, float] = {}

    def play(self) -> None:
        """Answer whatever waits for an answer."""
        stopped = {f"{_place(one)}, part {one['part']}": one for one in self.database.stopped()}
        self._since = {key: self._since.get(key, time.monotonic()) for key in stopped if self.calm.is_set()}
        for key, one in stopped.items():
            question = self._question(one)
            if question and self._answer(one, question):
                self._since.pop(key, None)
            elif key not in self._unasked and time.monotonic() - self._since.get(key, math.inf) > CALM_S:
                self._unasked.add(key)
                self.report.lose("stopped without a question", 1, key + (": no true button" if question else ""))

    def _question(self, one: Stopped) -> Message | None:
        """The newest one about this post that still has its buttons."""
        place = [str(one["publication"]), str(one["position"])]
        asked = [message for message in self.sim.written(ADMIN) if message.get("reply_markup")]
        return next((m for m in reversed(asked) if _buttons(m)[0].split("|")[2:4] == place), None)

    def _answer(self, one: Stopped, question: Message) -> bool:
        """Tap the true button, if there is one."""
        number, data = question["message_id"], self._true(one, _buttons(question))
        if data and time.monotonic() - self._tapped.get(number, 0.0) > UNHEARD_S:
            self.report.answers["tapped once more" if number in self._tapped else data.split("|")[1]] += 1
            self._tapped[number] = time.monotonic()
            self.sim.tap(ADMIN, number, data)
        return data is not None

    def _true(self, one: Stopped, buttons: list[str]) -> str | None:
        """A poll that stands there must be pointed at: without its id its votes have no home."""
        standing = self._standing(one)
        if standing is None:
            return _first(buttons, "again")
        pointing = _first(buttons, "there", f"|{standing['message_id']}")
        here = standing["chat"]["id"] == one["chat_id"]
        return pointing if (pointing and here) or "poll" in standing else _first(buttons, "skip")

    def _standing(self, one: Stopped) -> Message | None:
        """The message that carries this part of a post or reveal: only the first part has the first mark."""
        for message in self.sim.messages(self.chats[one["publication"] - 1]):
            numbers = [mark.removeprefix(_place(one)) for mark in people.marks(message)]
            mine = [number for number in numbers if number.isdecimal()]
            if mine and (mine[0] == "1") == (one["part"] == 0):
                return message
        return None


def _place(one: Stopped) -> str:
    return content.place(one["publication"], one["position"], one["purpose"])


def _buttons(question: Message) -> list[str]:
    return [str(button["callback_data"]) for row in question["reply_markup"]["inline_keyboard"] for button in row]


def _first(buttons: list[str], verb: str, ending: str = "") -> str | None:
    return next((data for data in buttons if data.split("|")[1] == verb and data.endswith(ending)), None)
