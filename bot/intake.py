"""
Telegram updates in: a batch is committed before it is acknowledged, so no vote is lost however the bot dies.

Long polling with the bot's own loop: asking for the next offset is the acknowledgement, and it is asked only after
the rows and that offset stand in the database, in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import votes
from bot.telegram import NotSent, Telegram

log = structlog.get_logger()
WAIT_S = 50  # Telegram holds an empty answer back this long at most
PAUSE_S = 1.0  # the same offset again within half a second would bring a single update


async def run(telegram: Telegram, engine: Engine, key: bytes, time: Callable[[], datetime]) -> None:
    """Take updates for ever; cancel to stop. What was not committed is delivered again at the next start."""
    offset = votes.offset(engine)
    while True:
        try:
            updates = await telegram.updates(offset, WAIT_S)
            if updates:
                batch = votes.record(engine, updates, key, time())
                offset = updates[-1]["update_id"] + 1
                _tell(batch)
        except NotSent as error:
            log.warning("no updates", reason=str(error), again_in_s=error.wait_s)
            await asyncio.sleep(error.wait_s)
        except OperationalError as error:
            log.error("updates not stored, so not acknowledged", reason=str(error.orig), again_in_s=PAUSE_S)  # noqa: TRY400
            await asyncio.sleep(PAUSE_S)


def _tell(batch: votes.Batch) -> None:
    log.debug("updates stored", votes=len(batch.votes), snapshots=len(batch.snapshots))
    for raw, reason in batch.strays:
        log.info("update kept aside", update_id=raw.get("update_id"), reason=reason)
