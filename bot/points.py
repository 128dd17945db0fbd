"""
Named moments between an intent and its record, where the torture tests kill a process.

    intended   the intent is committed, Telegram has not been called
    sent       Telegram has answered, nothing is recorded
    copied     a message is forwarded to be read, nothing of it is recorded
    recorded   the arrival is committed
    closing    the wish to close a poll is committed
    stopped    stopPoll has answered, the tally is not recorded
    closed     the tally is committed
    received   updates have come, nothing is stored
    stored     updates are committed, not acknowledged
    taken      what an admin is told is committed as being said, Telegram has not been called
    told       Telegram has answered, that is not recorded
    claimed    a worker has a run
    computed   a run has its output, not stored
"""

from __future__ import annotations

import os
import signal

VARIABLE = "POLLBOT_DIE_AT"
_name, _, _count = os.environ.get(VARIABLE, "").partition(":")
_left = int(_count or 1)


def reach(name: str) -> None:
    """Die here by SIGKILL when POLLBOT_DIE_AT says so: `sent`, or `sent:3` for the third time."""
    global _left  # noqa: PLW0603 a process dies once
    if name == _name:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
