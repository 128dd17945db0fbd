"""The page: its words, and where the figures stand in them."""

import os
import platform
import re
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench import crowd, measuring, report, training
from tests.bench.goals import goals
from tests.bench.report import table
from tests.bench.sections import NORMAL, Size

PACKAGES = ("python-telegram-bot", "SQLAlchemy", "aiosqlite", "starlette", "uvicorn", "tornado")


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
    lives, picture = figures["reveals"]
    where = [[name, f"{us:.1f}"] for name, us in parts.items()] + [["together", f"{sum(parts.values()):.1f}"]]
    return TEMPLATE.format(
        quick="\n**A quick run, to see that it works: its figures say little.**\n" if quick else "",
        machine=figures["machine"],
        minutes=minutes,
        polls=len(lives[0]),
        apart_s=Size.apart_s,
        rounds=len(next(iter(figures["burst"][0].values()))),
        goals=goals(figures),
        burst=report.burst(*figures["burst"]),
        live=report.live(*figures["live"]),
        hooked=report.hooked(*figures["hooked"]),
        backlog=report.backlog(figures["backlog"]),
        million=table(["", ""], [[name, f"{value:,.2f}"] for name, value in million.items()]),
        reveals=report.reveals(lives),
        reveal=report.of_a_reveal(lives, picture),
        tick=figures["tick"],
        crowded=report.crowded(figures["crowded"]),
        rate=crowd.RATE,
        training=table(["", "ensemble", "usual script", "usual, two processes"], training.rows(figures["training"])),
        measuring=table(["experiment", "s"], measuring.rows(figures["measuring"])),
        measured_s=figures["measuring"].wall_s,
        times=training.spread(figures["training"].ratios, ".1f"),
        halved=training.spread(figures["training"].halved_ratios, ".1f"),
        parts=table(["part", "CPU us/vote"], where),
        missed=missed(figures["burst"][0], parts, cold),
    )


def missed(burst, parts: dict[str, float], cold: float) -> str:
    """Why the bot is not faster, with this run's own figures."""
    ours, usual = burst[0.0, NORMAL, "pollbot"], burst[0.0, NORMAL, "usual"]
    wall, cpu = 1e6 / median(report.rates(ours)), median(one.cpu_us for one in ours)
    needed, far = 1e4 / median(report.rates(usual)), median(one.cpu_us for one in burst[0.02, NORMAL, "pollbot"])
    stored = (parts["statements"] + parts["commit and checkpoints"]) / sum(parts.values())
    why = MISSED.format(wall=wall, cpu=cpu, rest=wall - cpu, needed=needed, stored=stored)
    return f"{why}\n\n{COLD.format(far=far, cpu=cpu, before=parts['JSON'], after=cold, times=cold / parts['JSON'])}"


MISSED = """**How many times the usual way.** From batch to batch a vote takes {wall:.1f} us at RTT 0; for 100 times it
may take {needed:.1f}. {cpu:.1f} are the bot's CPU. {rest:.1f} it waits for Telegram's process, which is asked for the
next batch only when this one has been committed: asking earlier would acknowledge what a crash could still lose.
{stored:.0%} of the parts above are the database. Tried, with no difference beyond the spread: pages of 1 and 2 KB, a
page cache of 16 MB, mmap, checkpoints at 1,000 or 16,000 pages, keys in order, no garbage collection."""

COLD = """**CPU at 20 ms.** The same work takes {far:.1f} us a vote with a round trip of 20 ms and {cpu:.1f} without:
after each pause the processor has to warm up. JSON alone, plain C over bytes in memory, takes {after:.1f} us a vote
after such a pause, {before:.1f} without ({times:.1f} times)."""

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

## From a poll's end to its reveal

From stopPoll's answer until the photo has been received, by `pollbot run` with its worker, Telegram next door. What the
pictures show has been measured before. In each round a bot is started, and {polls} polls close one at a time,
{apart_s} s apart. "max" stands for p99 where there are fewer than 100 polls.

{reveals}

## Memory under a backlog

{backlog}

## A million votes

{million}

## The clock

A tick with 10,000 posts planned and none due, a million messages sent before: {tick:.1f} ms.

## Many chats at once

A text is due in each of so many channels at the same second, at Telegram's 30 messages a second; it answers each after
20 ms. Meanwhile {rate} people vote each second. CPU is of the bot, votes included, from when all is due.
A vote's time is that from its arrival to its acknowledgement.

{crowded}

## Training

The experiment `heads`: 4 heads x 32 seeds x 30 epochs with an evaluation after each, on both cores. "Usual" is
`tests/bench/trainer.py`, as the tutorials write it: one model after another, nn.Module, torch.optim, a DataLoader for
training and one for testing; it runs once as a script with PyTorch's own threads on both cores, and once split by hand
into two processes of one thread. The ensemble runs before and after them, in two processes of one thread with half of
the seeds each: {times} times as fast as the script, {halved} times as fast as the two processes. The peak is that of
the matrix products of a step alone, at these shapes, in both processes at once; evaluation counts as work, activations,
losses and the optimiser do not. Accuracies are mean and range over seeds.

{training}

## Experiments

Those of all polls in `threads/`, by a real worker with two children, several at a time but those that measure time:
{measured_s:.0f} s from the worker's start to the last outcome. Each took, while it shared the cores:

{measuring}

## Where the time goes

Storing a vote by getUpdates, in batches of 100, each part measured by itself:

{parts}

The commit costs so much because voters are hashed: 100 new votes touch about 100 pages of the table, and each goes into
the log and, at a checkpoint, into the file. Statements are the history, the vote, what stood before, and the counters.

{missed}

From a poll's end to its reveal, with a measurement, medians; the drawing itself measured in a process of its own, which
rests before each picture as the worker's child does:

{reveal}

The worker looks for a drawing, and the clock for what was drawn, every 50 ms: 25 ms each on average.
"""
