"""The figures as a page: medians with their range, ratios of each round, what was to be reached and what was."""

import os
import platform
import re
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.runs import Outcome
from tests.bench.sections import FULL, NORMAL

PACKAGES = ("python-telegram-bot", "SQLAlchemy", "aiosqlite", "starlette", "uvicorn", "tornado")
Table = list[list[str]]


def table(head: list[str], rows: Table) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def spread(values: list[float], form: str = ",.0f") -> str:
    """Median (lowest-highest)."""
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


def rates(found: list[Outcome]) -> list[float]:
    return [outcome.rate for outcome in found]


def ratios(ours: list[Outcome], usual: list[Outcome]) -> list[float]:
    return [a.rate / b.rate for a, b in zip(ours, usual, strict=True)]


def burst(found, disk) -> str:
    rows = []
    for rtt, synchronous in dict.fromkeys((case[0], case[1]) for case in sorted(found)):
        ours, usual = found[rtt, synchronous, "pollbot"], found[rtt, synchronous, "usual"]
        ceiling = f"{median(rates(ours)) / (100 / rtt):.0%}" if rtt else ""
        cpu = [outcome.cpu_us for outcome in ours], [outcome.cpu_us for outcome in usual]
        figures = [spread(rates(ours)), spread(rates(usual)), spread(ratios(ours, usual), ".0f"), ceiling]
        costs = [spread(cpu[0], ".1f"), spread(cpu[1]), spread(disk[rtt, synchronous, "pollbot"], ".2f")]
        rows.append([f"{rtt * 1000:.0f} ms", synchronous, *figures, *costs])
    head = ["RTT", "synchronous", "pollbot, votes/s", "usual, votes/s", "ratio", "of 100 a round trip"]
    return table([*head, "CPU us/vote", "usual", "fdatasync, ms"], rows)


def live(found, disk) -> str:
    rows = []
    for case in sorted(found):
        rate, synchronous, way = case
        p50, p99 = ([outcome.percentile(p) for outcome in found[case]] for p in (50, 99))
        rows.append([str(rate), synchronous, way, spread(p50, ".1f"), spread(p99, ".1f"), spread(disk[case], ".2f")])
    return table(["votes/s", "synchronous", "way", "p50, ms", "p99, ms", "fdatasync, ms"], rows)


def hooked(found, disk) -> str:
    rows = []
    for connections, synchronous in dict.fromkeys((case[0], case[1]) for case in sorted(found)):
        ours, usual = found[connections, synchronous, "pollbot"], found[connections, synchronous, "usual"]
        figures = [spread(rates(ours)), spread(rates(usual)), spread(ratios(ours, usual), ".0f")]
        probe = spread(disk[connections, synchronous, "pollbot"], ".2f")
        rows.append([str(connections), synchronous, *figures, probe])
    return table(["connections", "synchronous", "pollbot, votes/s", "usual, votes/s", "ratio", "fdatasync, ms"], rows)


def backlog(found) -> str:
    rows = [
        [way, f"{one.base_mib:.0f}", f"+{one.memory_mib:.1f}", f"{one.acked:,}", f"{one.rows:,}"]
        for way, one in found.items()
    ]
    return table(["way", "before, MiB", "peak, MiB", "acknowledged", "in the database at the stop"], rows)


def goals(figures) -> str:
    """What issue 3 asks for, and what was measured."""
    (fast, _), (lively, _), (hooks, _) = figures["burst"], figures["live"], figures["hooked"]
    near = median(ratios(fast[0.0, NORMAL, "pollbot"], fast[0.0, NORMAL, "usual"]))
    part = {s: median(rates(fast[0.02, s, "pollbot"])) / 5000 for s in (NORMAL, FULL)}
    cpu = median(outcome.cpu_us for outcome in fast[0.02, NORMAL, "pollbot"])
    p99 = median(outcome.percentile(99) for outcome in lively[1000, NORMAL, "pollbot"])
    hook = median(ratios(hooks[40, NORMAL, "pollbot"], hooks[40, NORMAL, "usual"]))
    memory = figures["backlog"]["pollbot"].memory_mib
    read, size = (figures["million"][name] for name in ("tally read, median, ms", "bytes a vote in votes"))
    rows = [
        goal("times the usual way, RTT 0", near, 20, ".0f", more=True),
        goal("the same, as the goal", near, 100, ".0f", more=True),
        goal("% of 100 votes a round trip, 20 ms, NORMAL", part[NORMAL] * 100, 85, ".1f", more=True),
        goal("% of 100 votes a round trip, 20 ms, FULL", part[FULL] * 100, 75, ".1f", more=True),
        goal("CPU us a vote, 20 ms", cpu, 20, ".1f"),
        goal("p99 from arrival to commit, 1,000 votes/s, 20 ms, in ms", p99, 35, ".1f"),
        goal("times the usual webhook, 40 connections", hook, 20, ".0f", more=True),
        goal("MiB more while 100,000 updates wait", memory, 20, ".1f"),
        goal("ms to read a tally among 1,000,000 votes", read, 1, ".2f"),
        goal("bytes a vote in the votes table", size, 24, ".1f"),
    ]
    return table(["figure", "to reach", "measured", ""], rows)


def goal(name: str, value: float, bound: float, form: str, *, more: bool = False) -> list[str]:
    reached = value >= bound if more else value <= bound
    return [name, f"{'at least' if more else 'at most'} {bound}", f"{value:{form}}", "" if reached else "**missed**"]


def machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 2**20
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%d %B %Y}. {os.cpu_count()} cores of {model[1] if model else platform.processor()}, "
        f"{memory:.0f} GiB, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {packages}. Load when it began: {os.getloadavg()[0]:.1f}."
    )


def page(figures, *, quick: bool, minutes: float) -> str:
    million, parts, cold = figures["million"], figures["parts"], figures["cold"]
    where = [[name, f"{us:.1f}"] for name, us in parts.items()] + [["together", f"{sum(parts.values()):.1f}"]]
    return TEMPLATE.format(
        quick="\n**A quick run, to see that it works: its figures say little.**\n" if quick else "",
        machine=figures["machine"],
        minutes=minutes,
        rounds=len(next(iter(figures["burst"][0].values()))),
        goals=goals(figures),
        burst=burst(*figures["burst"]),
        live=live(*figures["live"]),
        hooked=hooked(*figures["hooked"]),
        backlog=backlog(figures["backlog"]),
        million=table(["", ""], [[name, f"{value:,.2f}"] for name, value in million.items()]),
        tick=figures["tick"],
        parts=table(["part", "CPU us/vote"], where),
        cold=COLD.format(before=parts["JSON"], after=cold, times=cold / parts["JSON"]),
    )


COLD = """With a round trip the same work costs more CPU than without: after each pause of 20 ms the processor has to
warm up. JSON alone, plain C over bytes in memory, takes {after:.1f} us a vote after such a pause, {before:.1f} without
({times:.1f} times)."""

TEMPLATE = """# Benchmarks

Written by `make bench`; do not edit.
{quick}
{machine}

Every figure is the median of {rounds} rounds (for live votes and webhooks at most 3) with its lowest and highest. The
two ways take turns, and a ratio is the median of the rounds' own ratios. "Usual" is `tests/bench/usual.py`:
python-telegram-bot's Application and handlers, and for each vote an AsyncSession, `merge` and `commit`. It stores names
and text; pollbot stores hashed voters, every change of mind and running counters. Telegram is a process of its own with
canned votes, no TLS; half of a round trip passes before a request is served and half before its answer leaves. After
each run of pollbot the votes acknowledged must equal the rows stored, or the bench fails. It all took {minutes:.0f}
minutes.

## What was to be reached

{goals}

## Votes that wait, by getUpdates

Until they are committed. Telegram gives at most 100 an answer, and asking for the next ones acknowledges, so 100 a
round trip is the ceiling for whoever commits first. The usual way acknowledges earlier, and loses what it holds when it
dies. CPU is of the bot's process, without its start.

{burst}

## Live votes, 20 ms away

From arrival at Telegram to commit: up to a whole round trip passes until the next request is there, half of one for its
answer, the rest is the bot.

{live}

## By webhook

Until they are committed. 100 polls, each connection with one request in flight, Telegram next door. Pollbot answers 200
after the commit, the usual way before.

{hooked}

## Memory under a backlog

{backlog}

## A million votes

{million}

## The clock

A tick with 10,000 posts planned and none due: {tick:.1f} ms.

## Where the time goes

Storing a vote by getUpdates, in batches of 100, each part measured by itself:

{parts}

The commit costs so much because voters are hashed: 100 new votes touch about 100 pages of the table, and each goes into
the log and, at a checkpoint, into the file. Statements are the history, the vote, what stood before, and the counters.

{cold}
"""
