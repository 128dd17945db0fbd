"""What has been kept long enough is erased, once an hour: a portion in each transaction, so that no vote waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.store import keeping
from bot.store.store import Database

log = structlog.get_logger()
EVERY_S = 3600.0
REST_S = 0.05  # between two portions


async def run(database: Database, days: int | None, time: Callable[[], datetime]) -> None:
    """For ever; `days` is how long votes are kept after their publication has ended, None: for ever."""
    while True:
        try:
            await once(database, days, time())
        except DBAPIError as error:
            log.error("what was kept long enough is not erased yet", reason=str(error.orig), again_in_s=EVERY_S)  # noqa: TRY400
        await asyncio.sleep(EVERY_S)


async def once(database: Database, days: int | None, now: datetime) -> None:
    """Erase what is due, and tell how much that was."""
    rows = 0
    for erased in keeping.erase(database, now, None if days is None else timedelta(days=days)):
        rows += erased
        await asyncio.sleep(REST_S)
    if rows:
        swept = keeping.sweep(database)
        log.info("erased what was kept long enough", rows=rows, kept_days=days, swept=swept)
