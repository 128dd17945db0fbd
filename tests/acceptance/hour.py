"""`python -m tests.acceptance.hour SPEED`: what `pollbot run` does, by a clock that goes so many times as fast."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot import app, log, settings
from bot.store import modes


def main(speed: float) -> None:
    born, start = monotonic(), datetime.now(UTC)

    def now() -> datetime:
        return start + timedelta(seconds=speed * (monotonic() - born))

    modes.private()
    given = settings.load()
    log.configure(given.log_format, token=given.token.get_secret_value(), verbose=False)
    asyncio.run(app.run(given, now, worker=True))


if __name__ == "__main__":
    main(float(sys.argv[1]))
