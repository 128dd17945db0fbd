"""`pollbot` and `python -m bot`: runs a command; what was raised on purpose becomes one sentence and exit code 1."""

from __future__ import annotations

import gc
import signal
import sys

GARBAGE = 50_000  # objects: a command imports as many, and nothing of that becomes garbage


def main() -> None:
    # Ctrl-C ends a command as the kernel does it, also while it imports; who has something to end first says so itself
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(GARBAGE)  # looking for some takes a fifth of a start, and as long again at the end
    from bot import hidden, output
    from bot.errors import PollbotError, ThreadError
    from bot.plain import one_line

    try:
        output.prepare()
        try:
            from bot.cli import app

            app(standalone_mode=True)
        finally:
            sys.stdout.flush()
            gc.freeze()
    except PollbotError as error:
        broken = isinstance(error.__cause__, BrokenPipeError)  # who reads has seen enough: `pollbot status | head`
        if not broken:
            words = str(error) if isinstance(error, ThreadError) else one_line(str(error))  # which has lines of its own
            print(f"pollbot: {hidden.line(words)}", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        from sqlalchemy.exc import DatabaseError

        if not isinstance(error, DatabaseError):
            raise
        # Without the statement and its values: a voter key may be among them.
        print(one_line(f"pollbot: the database cannot be used: {error.orig}"), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
