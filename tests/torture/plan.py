"""What happens in a round, decided beforehand by one random generator: threads, kills, faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.torture import content

WEBHOOK = " by webhook"  # a bot that is killed before it has answered is told the same update again
OFTEN = ("received", "stored", f"received{WEBHOOK}", f"stored{WEBHOOK}")  # reached with every batch of updates
BOT_POINTS = ("intended", "sent", "recorded", "closing", "stopped", "closed", "taken", "told", *OFTEN)
WORKER_POINTS = ("claimed", "computed")
POINTS = (*BOT_POINTS, *WORKER_POINTS)
# Chats by name, and how many publications each has; a basic group shares its message ids with private chats.
CHATS = {"alpha": ("channel", 2), "beta": ("supergroup", 2), "gamma": ("group", 1), "delta": ("group", 1)}
UPGRADED = "delta"  # becomes a supergroup in mid-run
METHODS = {"sendMessage": 3, "sendPoll": 4, "sendPhoto": 3, "sendMediaGroup": 1, "stopPoll": 4, "getUpdates": 3}
METHODS |= {"forwardMessage": 2, "deleteMessage": 1, "setWebhook": 1}
KINDS = {"lost": 5, "reset": 3, "error": 3, "flood": 2, "delay": 3}
UNREADABLE = {"kind": "error", "status": 400, "description": "Bad Request: message can't be forwarded"}
LATEST_S = 3.0  # a call takes effect this long after it was made, at most: the bot looks for it after 5 s
LENGTH = 16  # posts of a thread


@dataclass(frozen=True)
class Order:
    """
    One life and its end: at the `count`-th time at a point or, when that is not reached, after `seconds`.

    These are counted from when it is up, or `early` from its start; `webhook` is how the bot gets its updates.
    """

    seconds: float
    point: str = ""
    count: int = 1
    early: bool = False
    webhook: bool = False

    @property
    def die_at(self) -> str:
        return f"{self.point.removesuffix(WEBHOOK)}:{self.count}" if self.point else ""


@dataclass(frozen=True)
class Plan:
    """`faults` are pauses with the fault ordered after each; `upgrade` is after how many posts a group is upgraded."""

    threads: list[tuple[str, str]]  # chat and Markdown
    bot: list[Order]
    worker: list[Order]
    faults: list[tuple[float, dict[str, Any]]]
    upgrade: int
    seed: int


def make(rng: Random, kills: int, points: Sequence[str], length: int = LENGTH) -> Plan:
    """A round with `kills` kills at random moments, one in five of the worker, and one at each of `points`."""
    upgrade = rng.randint(2, max(length // 3, 2))
    threads = list(_threads(rng, length, upgrade + 2))
    bot = [_at_random(2.5, rng) for _ in range(kills - kills // 5)]
    worker = [_at_random(6, rng) for _ in range(kills // 5)]
    bot += [_named(point, rng) for point in points if point in BOT_POINTS]
    worker += [_named(point, rng) for point in points if point in WORKER_POINTS]
    rng.shuffle(bot)
    rng.shuffle(worker)
    faults = [(rng.uniform(0.3, 1.5), _fault(rng)) for _ in range(200)]
    return Plan(threads, bot, worker, faults, upgrade, rng.getrandbits(32))


def _threads(rng: Random, length: int, quiet: int) -> Iterator[tuple[str, str]]:
    """A poll of a basic group cannot be closed once that is a supergroup: until then it has none."""
    names = [name for name, (_, count) in CHATS.items() for _ in range(count)]
    for number, name in enumerate(names, 1):
        yield name, content.thread(number, length, quiet if name == UPGRADED else 0, rng)


def _at_random(latest_s: float, rng: Random) -> Order:
    return Order(rng.uniform(0, latest_s), early=rng.random() < 0.1, webhook=rng.random() < 0.3)


def _named(point: str, rng: Random) -> Order:
    latest_s = 60.0 if point in WORKER_POINTS else 12.0  # until there is something to compute
    return Order(latest_s, point, rng.randint(1, 20 if point in OFTEN else 2), webhook=point.endswith(WEBHOOK))


def _fault(rng: Random) -> dict[str, Any]:
    method, kind = _one_of(METHODS, rng), _one_of(KINDS, rng)
    if method == "forwardMessage" and rng.random() < 0.5:
        return UNREADABLE | {"method": method}
    seconds = {"delay": rng.uniform(0.2, LATEST_S), "lost": rng.choice((0.0, 0.5))}
    return {"method": method, "kind": kind, "seconds": seconds.get(kind, 0.0), "status": rng.choice((500, 502))}


def _one_of(weights: dict[str, int], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
