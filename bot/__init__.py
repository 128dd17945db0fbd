"""The Telegram process: reads threads, posts them, stores every vote, reveals what was measured."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # python-telegram-bot then gives durations, and no warning about them
