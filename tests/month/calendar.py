"""What a channel publishes in some weeks, and what its admins order meanwhile, by one random generator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

ZONES = ("Europe/Berlin", "America/New_York")  # whose clocks change on the 25th of October and on the 1st of November
RHYTHMS = ("monday 10:00", "mon, thu 18:30", "weekdays 09:00", "sunday 12:00", "0 10 * * 2,5", "по средам 20:00")
DRIPS = ("daily 19:00", "1d", "12h", "каждый день 8:15")
SHARE = {"plain": 7, "series": 5, "drip": 4, "slot": 4}  # of twenty threads
ORDERS = ("pause", "later", "tomorrow", "words", "skip", "send", "cancel", "close")
CHATS = ("channel", "group")


class Written(NamedTuple):
    """A thread as its author wrote it; `marks` stand in its posts, in their order."""

    title: str
    kind: str
    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Doing:
    """Something that happens at a moment: what, by whom, to which thread."""

    at: datetime
    what: str
    admin: int
    title: str = ""


class Month(NamedTuple):
    threads: list[Written]
    doings: list[Doing]
    end: datetime


def month(start: datetime, days: int, threads: int, seed: int) -> Month:
    """Threads are sent in the first third; most are ordered about afterwards."""
    random = Random(seed)
    kinds = [kind for kind, share in SHARE.items() for _ in range(max(1, share * threads // 20))]
    kinds = (kinds + ["plain"] * threads)[:threads]
    random.shuffle(kinds)
    written = [thread(number, kind, random) for number, kind in enumerate(kinds, 1)]
    minutes, doings = days * 1440, []
    for one in written:
        sent = start + timedelta(minutes=random.randrange(10, minutes // 3))
        doings.append(Doing(sent, "send it", random.randrange(2), one.title))
        at = sent
        for what in _orders(one.kind, random):
            at += timedelta(minutes=random.randrange(30, min(minutes // 3, 3 * 1440)))
            doings.append(Doing(at, what, random.randrange(2), one.title))
            if what == "pause":
                at += timedelta(minutes=random.randrange(1440, 8 * 1440))
                doings.append(Doing(at, "resume", random.randrange(2), one.title))
    doings += [Doing(start + timedelta(days=day, minutes=3), "plan", day % 2) for day in range(days)]
    down = start + timedelta(days=days // 2, hours=7)
    doings.append(Doing(down, "down", 0))
    return Month(written, sorted(doings, key=lambda one: one.at), start + timedelta(days=days))


def _orders(kind: str, random: Random) -> list[str]:
    """A series is paused, and what goes out each day is moved by one: there clocks matter most."""
    first = {"series": ["pause"], "drip": ["tomorrow"]}.get(kind, [])
    return first + [one for one in random.sample(ORDERS, k=random.choice((0, 1, 2))) if one not in first]


def thread(number: int, kind: str, random: Random) -> Written:
    """Posts in which each message carries a mark that stands nowhere else."""
    zone, title = random.choice(ZONES), f"Thread {number:02}"
    front = ["---", f"title: {title}", "language: en", f"late: {random.choice(('post', 'ask'))}", "late_after: 30d"]
    front += {"series": [f"every: {random.choice(RHYTHMS)} {zone}"], "drip": [_drip(random, zone)]}.get(kind, [])
    front += [f"pause: {random.choice(('5m', '3h', '1d'))}", "---"]
    marks = [f"t{number:02}p{place}" for place in range(1, random.randrange(4, 9))]
    posts = [_post(mark, place, random) for place, mark in enumerate(marks)]
    return Written(title, kind, "\n".join(front) + "\n\n" + "\n\n---\n\n".join(posts) + "\n", tuple(marks))


def _drip(random: Random, zone: str) -> str:
    rhythm = random.choice(DRIPS)
    return f"drip: {rhythm}" if rhythm[0].isdigit() else f"drip: {rhythm} {zone}"


def _post(mark: str, place: int, random: Random) -> str:
    if place % 2:
        hours = random.choice((2, 24, 30))
        return f"Which one, {mark}?\n\n- [x] this\n- [ ] that\n\n```poll\nid: {mark}\nopen: {hours}h\n```"
    after = "\n\n```post\nafter: polls\n```" if place and random.random() < 0.5 else ""
    return f"Words of {mark}.{after}"
