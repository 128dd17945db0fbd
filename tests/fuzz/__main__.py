"""
Both ways into the bot, with input made wrong: updates that are stored, and answers to its calls.

Every input is made from the seed and its number, so that one is played again by them. Ends with 1 at the first that the
bot does not bear.

By hand: python -m tests.fuzz [--count 100000] [--seed 1] [--first 0]
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Callable
from random import Random

import structlog

from tests.fuzz import shapes
from tests.fuzz.answers import Calls
from tests.fuzz.shapes import Shapes
from tests.fuzz.updates import TOGETHER, intake


class FoundError(Exception):
    """An input that the bot does not bear; its number and what it was."""


def fuzz(count: int, seed: int, first: int = 0, *, real: Shapes, told: Callable[[int], None] = lambda _: None) -> None:
    """So many inputs, half of them updates, half answers; raises `FoundError`."""
    with asyncio.Runner() as runner, intake(real) as taking:
        calls = Calls(real)
        for number in range(first, first + count, 2 * TOGETHER):
            _one(number, seed, taking.run, lambda: "updates, as they are made from these")
            for offset in range(TOGETHER, 2 * TOGETHER):
                _one(
                    number + offset,
                    seed,
                    lambda random: runner.run(calls.run(random)),
                    lambda: repr(calls.road.said[:2000]),
                )
            told(number)
        taking.check()


def _one(number: int, seed: int, play: Callable[[Random], None], what: Callable[[], str]) -> None:
    try:
        play(Random(f"{seed} {number}"))
    except Exception as error:
        raise FoundError(f"seed {seed}, number {number}: {error!r} at {what()}") from error


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    def told(number: int) -> None:
        if number % 20_000 == 0:
            print(f"{number:,} inputs, {time.process_time():.0f} s of CPU", flush=True)

    try:
        fuzz(given.count, given.seed, given.first, real=shapes.real(), told=told)
    except FoundError:
        traceback.print_exc()
        sys.exit(1)
    print(f"{given.count:,} inputs from seed {given.seed}, {time.process_time():.0f} s of CPU: the bot bears them all")


if __name__ == "__main__":
    main()
