"""
The bot's own way: `intake.run` or `webhook.run` as in production, with commits noted.

By hand: python -m tests.bench.pollbot poll|webhook URL_OR_PORT DATABASE SYNCHRONOUS VOTES LIMIT_S
"""

import asyncio
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from bot.loops import intake, webhook
from bot.loops.intake import Intake
from bot.store import store
from bot.telegram.wire import Wire
from tests.bench.measured import Meter

TOKEN = "4242:bench"


class Metered(Intake):
    meter: Meter

    async def polled(self, updates: Sequence[object], asked: int) -> int:
        following = await super().polled(updates, asked)
        self.meter.committed(len(updates))
        return following

    async def pushed(self, updates: Sequence[object]) -> None:
        await super().pushed(updates)
        self.meter.committed(len(updates))


async def main() -> None:
    way, where, database, synchronous, votes, limit_s = sys.argv[1:]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    taking = Metered(store.create(database, synchronous), b"key", lambda: datetime.now(UTC))
    taking.meter = Meter(int(votes))
    if way == "poll":
        async with Wire(TOKEN, where) as wire:
            bot = asyncio.create_task(intake.run(wire, taking))
            await taking.meter.run(bot, float(limit_s))
    else:
        port, telegram = where.split("@")
        async with Wire(TOKEN, telegram) as wire:
            address = ("127.0.0.1", int(port))
            bot = asyncio.create_task(webhook.run(wire, taking, TOKEN, "http://127.0.0.1/", address))
            await taking.meter.run(bot, float(limit_s))
    taking.meter.tell()


if __name__ == "__main__":
    asyncio.run(main())
