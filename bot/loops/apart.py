"""What was sent is read in a process of its own: the bot goes on, whatever it does to who reads it."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE
from tempfile import TemporaryDirectory

from bot.errors import PollbotError
from bot.thread.examined import Examined
from experiments import launch

LIMIT_S = 120.0  # the process itself ends after 60 s of computing
LAST_WORDS = 500  # bytes of its standard error, for the log


class SlowError(PollbotError):
    """It was not read in time."""


class CrashedError(PollbotError):
    """Who read it has died; the message has its last words."""


async def examined(content: bytes) -> Examined:
    """What is in a file; raises `SlowError` or `CrashedError`."""
    with TemporaryDirectory(prefix="pollbot-") as folder:
        process = await asyncio.create_subprocess_exec(
            *launch.command("bot.commands.apart", folder),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=launch.environment(),
            cwd=launch.ROOT,
            process_group=0,  # Ctrl-C is for the bot to handle
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                said, complained = await process.communicate(content)
        except TimeoutError:
            raise SlowError(f"not read within {LIMIT_S:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode in (-9, -24):  # it had computed for too long: SIGKILL, SIGXCPU
        raise SlowError("not read in time")
    if process.returncode:
        last = complained[-LAST_WORDS:].decode(errors="replace")
        raise CrashedError(f"ended with {process.returncode}: {last}")
    return Examined.model_validate_json(said)
