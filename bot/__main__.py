"""`pollbot` and `python -m bot`: runs a command; what was raised on purpose becomes one sentence and exit code 1."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    # Ctrl-C ends a command as the kernel does it, also while it imports; who has something to end first says so itself
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import app
    from bot.errors import PollbotError

    try:
        app(standalone_mode=True)
    except PollbotError as error:
        print(f"pollbot: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
