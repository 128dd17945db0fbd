"""Through the emulator's control API: people who vote, write and delete all the time; and the faults."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from threading import Event
from typing import Any

import httpx

from tests.torture import content
from tests.torture.plan import CHATS
from tests.torture.processes import TOKEN
from tests.torture.report import Report

ADMIN = 777
VOTERS = 60
LOOK_S = 0.4  # how often the crowd looks which polls are open
Message = dict[str, Any]


class Sim:
    """The emulator's control API, and its record. A chat has several ids when it was upgraded, the newest last."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.url = url
        self.client = client
        self.voters = [user["id"] for user in self.post("/users", count=VOTERS)["users"]]
        self.post("/users", id=ADMIN, first_name="Admin")
        self.post("/write", user=ADMIN, chat=ADMIN, text="/start")
        self.chats = {name: [self._chat(name, kind)] for name, (kind, _) in CHATS.items()}

    def _chat(self, name: str, kind: str) -> int:
        chat = self.post("/chats", type=kind, title=name, username=name, admins=[ADMIN], bot="administrator")["chat"]
        return int(chat["id"])

    def get(self, path: str) -> Any:
        return self.client.get(path).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(path, json=body).raise_for_status().json()

    def call(self, method: str, **params: Any) -> Any:
        """The Bot API itself, whatever it answers."""
        return self.client.post(f"{self.url}/bot{TOKEN}/{method}", json=params).json()

    def tap(self, user: int, message_id: int, data: str) -> None:
        """A button under a message in one's private chat with the bot; one that is gone by now does nothing."""
        tapped = self.client.post("/tap", json={"user": user, "chat": user, "message_id": message_id, "data": data})
        if tapped.status_code != 400 or "has no button" not in tapped.text:
            tapped.raise_for_status()

    def waiting(self) -> int:
        """How many updates the bot has not acknowledged."""
        return int(self.call("getWebhookInfo")["result"]["pending_update_count"])

    def messages(self, name: str) -> list[Message]:
        """All that stands in a chat, in its order."""
        return [message for number in self.chats[name] for message in self.written(number)]

    def written(self, chat: int) -> list[Message]:
        return list(self.get(f"/chats/{chat}/messages")["messages"])

    def upgrade(self, name: str) -> None:
        """Make a supergroup of a basic group: another id, and message ids that begin anew."""
        self.chats[name].append(self.post(f"/chats/{self.chats[name][-1]}", upgraded=True)["migrated_to"])


@contextmanager
def sim(url: str) -> Iterator[Sim]:
    with httpx.Client(base_url=f"{url}/sim", timeout=30) as client:
        yield Sim(url, client)


class Crowd:
    """Votes, changes and retractions, singly and in bulk, in every open poll; `changes` counts those that counted."""

    def __init__(self, sim: Sim, seed: int) -> None:
        self.sim = sim
        self.rng = Random(seed)
        self.changes: Counter[str] = Counter()

    def act(self, stop: Event) -> None:
        polls: list[dict[str, Any]] = []
        looked = 0.0
        while not stop.wait(0.05):
            if time.monotonic() - looked > LOOK_S:
                polls = [poll for poll in self.sim.get("/polls")["polls"] if not poll["is_closed"]]
                looked = time.monotonic()
            if polls:
                self._vote(self.rng.choice(polls))
            if self.rng.random() < 0.03:
                self._write()

    def _vote(self, poll: dict[str, Any]) -> None:
        many = 150 if self.rng.random() < 0.04 else self.rng.randint(1, 6)
        votes = [self._choice(poll) for _ in range(many)]
        self.changes[poll["id"]] += self.sim.post("/votes", votes=votes)["changed"]

    def _choice(self, poll: dict[str, Any]) -> dict[str, Any]:
        options = range(len(poll["options"]))
        count = self.rng.randint(1, len(options)) if poll["allows_multiple_answers"] else 1
        chosen = [] if self.rng.random() < 0.15 else self.rng.sample(options, count)
        return {"user": self.rng.choice(self.sim.voters), "poll": poll["id"], "options": chosen}

    def _write(self) -> None:
        """Half of it is deleted at once and leaves a gap in the ids."""
        chat = self.rng.choice(list(self.sim.chats.values()))[-1]
        written = self.sim.post("/write", user=ADMIN, chat=chat, text="What people say.")["message"]
        if self.rng.random() < 0.5:
            with suppress(httpx.HTTPError):  # a fault may strike this call, too
                self.sim.call("deleteMessage", chat_id=chat, message_id=written["message_id"])


def weather(sim: Sim, faults: list[tuple[float, dict[str, Any]]], stop: Event, report: Report) -> None:
    """
    Order one fault after the other until `stop`, then clear the sky; counts those that struck.

    One at a time for each method: on a busy machine, where calls are rare, not every one shall fail.
    """
    for pause, fault in faults:
        if stop.wait(pause):
            break
        if fault["method"] not in {waiting["method"] for waiting in sim.get("/faults")["faults"]}:
            sim.post("/faults", **fault)
            report.faults[_kind(fault)] += 1
    stop.wait()
    report.faults.subtract(map(_kind, sim.get("/faults")["faults"]))
    sim.client.delete("/faults").raise_for_status()


def _kind(fault: dict[str, Any]) -> str:
    return f"{fault['kind']} {fault['status']}" if fault["kind"] == "error" else str(fault["kind"])


def marks(message: Message) -> list[str]:
    """The marks in what a message says."""
    return content.marks(str(message.get("text") or message.get("caption") or message.get("poll", {}).get("question")))
