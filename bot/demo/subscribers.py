"""
Simulated subscribers for the demo: they vote by the shares that the thread names, change their minds, retract.

They know nothing of the bot: all they touch is the emulator's control API, as a phone would touch Telegram.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import httpx

from bot.thread.model import Poll, Thread

HESITANT, GONE = 0.12, 0.03  # who changes their mind, and who takes the vote back
TICK_S = 0.2
AT_ONCE = 10_000  # votes, as many as the emulator takes


def shares_of(poll: Poll) -> Sequence[float]:
    """How many choose each option, as the thread says; as many each where it says nothing."""
    return poll.shares or [1.0] * len(poll.options)


def counts_of(shares: Sequence[float], people: int) -> list[int]:
    """Whole people for shares, all of them."""
    exact = [people * share / sum(shares) for share in shares]
    counts = [int(n) for n in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: counts[i] - exact[i])
    for option in by_rest[: people - sum(counts)]:
        counts[option] += 1
    return counts


@dataclass(frozen=True, order=True)
class Move:
    """One voter's choice in one poll at a moment; no options take the vote back."""

    at: float
    voter: int
    options: tuple[int, ...]


class Subscribers:
    """`count` people in a channel and a group."""

    def __init__(self, url: str, count: int, seed: int = 3) -> None:
        self.random = random.Random(seed)  # noqa: S311 people, not secrets
        self.http = httpx.Client(base_url=f"{url}/sim", timeout=30)
        made = self._post("/users", {"count": count, "first_name": "Subscriber"})
        self.people = [user["id"] for user in made["users"]]

    def channel(self, title: str) -> str:
        """A channel with these subscribers and the bot as administrator; returns its @name."""
        return self._chat("channel", title, "ml_channel")

    def group(self, title: str) -> str:
        """A group with these members and the bot; returns its @name."""
        return self._chat("supergroup", title, "ml_group")

    def discussion(self, title: str, channel: str) -> str:
        """The discussion group of a channel, with the bot as administrator, so that it hears comments."""
        return self._chat("supergroup", title, "ml_talk", linked=channel, bot="administrator")

    def _chat(self, kind: str, title: str, name: str, **more: object) -> str:
        self._post("/chats", {"type": kind, "title": title, "username": name, "members": self.people, **more})
        return f"@{name}"

    def ask(self, chat: str, words: str, reader: int, stop: threading.Event) -> int | None:
        """One of them replies to the first option of the first poll in a chat, once it is there; returns the number."""
        while not stop.wait(TICK_S):
            polls = [one for one in self._get(f"/chats/{chat}/messages")["messages"] if "poll" in one]
            if polls:
                about = {"reply_to": polls[0]["message_id"], "poll_option": 0}
                said = {"user": self.people[reader], "chat": chat, "text": words, **about}
                return int(self._post("/write", said)["message"]["message_id"])
        return None

    def answered(self, chat: str, number: int) -> bool:
        """Does anything in the chat reply to this message?"""
        said = self._get(f"/chats/{chat}/messages")["messages"]
        return any(one.get("reply_to_message", {}).get("message_id") == number for one in said)

    def vote(self, thread: Thread, open_s: float, stop: threading.Event, chats: int = 2) -> None:
        """Vote in every poll of the thread, in each chat, while it is open for `open_s` seconds, or until `stop`."""
        asked = {post.poll.question: post.poll for post in thread.posts if post.poll}
        awaited = chats * sum(post.poll is not None for post in thread.posts)
        plans: dict[str, list[Move]] = {}
        while (len(plans) < awaited or any(plans.values())) and not stop.wait(TICK_S):
            now = time.monotonic()
            for seen in self._get("/polls")["polls"]:
                if seen["id"] not in plans and seen["question"] in asked:
                    plans[seen["id"]] = self.plan(asked[seen["question"]], now, 0.85 * open_s)
            self._cast(plans, now)

    def plan(self, poll: Poll, now: float, seconds: float) -> list[Move]:
        """What everybody does in one poll: final choices with the thread's shares, some after another first choice."""
        shares = shares_of(poll)
        moves = []
        for voter, option in zip(self.people, self._choices(shares), strict=True):
            at = now + seconds * self.random.betavariate(1.2, 2.5)
            later = self.random.uniform(at, now + seconds)
            moves.append(Move(at, voter, (option,)))
            fate = self.random.random()
            if fate < GONE:
                moves.append(Move(later, voter, ()))
            elif fate < GONE + HESITANT:
                moves[-1] = Move(at, voter, (self.random.randrange(len(shares)),))
                moves.append(Move(later, voter, (option,)))
        return sorted(moves)

    def _choices(self, shares: Sequence[float]) -> list[int]:
        """As many of each option as its share asks for, in random order."""
        counts = counts_of(shares, len(self.people))
        choices = [option for option, count in enumerate(counts) for _ in range(count)]
        self.random.shuffle(choices)
        return choices

    def _cast(self, plans: dict[str, list[Move]], now: float) -> None:
        due = [
            {"poll": poll, "user": move.voter, "options": list(move.options)}
            for poll, moves in plans.items()
            for move in moves
            if move.at <= now
        ]
        for moves in plans.values():
            moves[:] = [move for move in moves if move.at > now]
        for start in range(0, len(due), AT_ONCE):
            self._post("/votes", {"votes": due[start : start + AT_ONCE]})

    def votes_cast(self) -> int:
        """Voters whose last choice stands at the emulator, over all polls."""
        return int(self._get("/polls")["votes_cast"])

    def _get(self, path: str) -> dict[str, Any]:
        return cast("dict[str, Any]", self.http.get(path).raise_for_status().json())

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", self.http.post(path, json=body).raise_for_status().json())
