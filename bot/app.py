"""The running bot: intake and clock side by side, and a local worker that is started again when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from time import monotonic
from typing import Any

import structlog

from bot.loops import backlog, intake, keeping, webhook
from bot.loops.actions import Kept
from bot.loops.admin import Admins
from bot.loops.backlog import Backlog
from bot.loops.clock import Clock
from bot.loops.drafts import Drafts
from bot.loops.intake import Intake
from bot.loops.menu import Menu
from bot.loops.pace import Pace
from bot.loops.pauses import Pauses
from bot.settings import Settings
from bot.store import location, lock, modes, store, voter_key
from bot.store.store import Database
from bot.telegram.api import Telegram, Unreachable
from bot.telegram.limits import Limits
from bot.telegram.wire import Wire
from experiments import launch

log = structlog.get_logger()
STILL_S = 5.0  # a worker that lived shorter than this is started again only after this long


async def run(settings: Settings, time: Callable[[], datetime], *, worker: bool) -> None:
    """Run until SIGTERM or SIGINT; raises what made it impossible to go on."""
    settings.need_token()
    with lock.held(settings.database_url, "bot"):  # before the database is opened, and perhaps upgraded
        close_to_others(settings.database_url)
        database = store.create(settings.database_url, settings.synchronous)
        try:
            await serve(settings, database, time, worker=worker)
        finally:
            database.dispose()
    log.info("stopped")


def close_to_others(url: str) -> None:
    """What an older version left readable for other users is no more; told once, for then it is not."""
    mended, left = modes.mend(location.of(url))
    if mended:
        log.warning("other users could read these; now they cannot", files=mended)
    if left:
        log.warning("other users can read these, and they are not ours: change their mode", files=left)


async def serve(settings: Settings, database: Database, time: Callable[[], datetime], *, worker: bool) -> None:
    """All loops side by side, until a signal, or until one of them ends."""
    token = settings.need_token()
    key = voter_key.of(database, settings.voter_key.get_secret_value())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with aclosing(Telegram(token, settings.api_url)) as telegram, Wire(token, settings.api_url) as wire:
        if not await reached(telegram, stop):
            return
        with database.begin() as connection:
            store.remember(connection, "source", settings.source)
        log.info("running", bot=f"@{telegram.bot.username}", api=settings.api_url)
        admins = Admins(
            database, telegram, settings.admins, settings.language, time, monotonic, often=not settings.quiet
        )
        admins.dispatch.kept = Kept(key, settings.keep_votes_days)
        pace = Pace(Limits(settings.chat_rate, settings.total_rate), monotonic)
        updates = Intake(database, key, time, admins, monotonic)
        clock = Clock(database, key, telegram, admins, pace, Backlog(wire, updates), time)
        ticking = asyncio.create_task(clock.run(stop))
        helpers = [asyncio.create_task(take_updates(settings, wire, updates))]
        sent = Drafts(database, telegram, admins.rights, admins.speaks, time, monotonic)
        helpers.append(asyncio.create_task(sent.run()))
        menu = Menu(database, telegram, admins.rights, settings.language, monotonic)
        helpers.append(asyncio.create_task(menu.run()))
        helpers.append(asyncio.create_task(backlog.watch(wire, admins.tell)))
        helpers.append(asyncio.create_task(keeping.run(database, settings.keep_votes_days, time)))
        if worker:
            helpers.append(asyncio.create_task(keep_worker(settings)))
        waiting = asyncio.create_task(stop.wait())
        all_of_it: set[asyncio.Task[Any]] = {ticking, waiting, *helpers}
        done, _ = await asyncio.wait(all_of_it, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        for task in helpers:
            task.cancel()
        await asyncio.gather(ticking, *helpers, return_exceptions=True)
        for task in done:
            task.result()


async def reached(telegram: Telegram, stop: asyncio.Event) -> bool:
    """Wait until Telegram says who this bot is; False when it has to stop before."""
    asking, waiting = asyncio.create_task(_reach(telegram)), asyncio.create_task(stop.wait())
    await asyncio.wait({asking, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not asking.done():
        asking.cancel()
        await asyncio.wait({asking})
        return False
    asking.result()
    return True


async def _reach(telegram: Telegram) -> None:
    pauses = Pauses()
    while True:
        try:
            return await telegram.connect()
        except Unreachable as error:
            pause_s = pauses.after_failure()
            log.warning("waiting for Telegram", reason=str(error), again_in_s=pause_s)
            await asyncio.sleep(pause_s)


def end_with_parent() -> None:
    """From now on, end at once when the demo that started this is gone: its end of our standard input closes."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)  # what was in flight is in doubt, as after any death

    threading.Thread(target=watch, daemon=True).start()


async def take_updates(settings: Settings, wire: Wire, updates: Intake) -> None:
    """Long polling, or a webhook where an address for it is set."""
    if not settings.webhook_url:
        await intake.run(wire, updates)
        return
    address = (settings.webhook_host, settings.webhook_port)
    await webhook.run(wire, updates, settings.need_token(), settings.webhook_url, address)


async def keep_worker(settings: Settings) -> None:
    """A worker process beside the bot: ends with it, and is started again when it ends by itself."""
    environment = launch.environment(*launch.DASK, **settings.environment())
    command = launch.command("bot.worker", "--with-parent")
    while True:
        born = monotonic()
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, env=environment)
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
        log.error("the worker ended", code=code)
        await asyncio.sleep(max(0.0, born + STILL_S - monotonic()))
