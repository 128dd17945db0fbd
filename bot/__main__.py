"""`pollbot` and `python -m bot`: runs a command; what was raised on purpose becomes one sentence and exit code 1."""

from __future__ import annotations

import sys

from bot.errors import PollbotError


def main() -> None:
    from bot.cli import app

    try:
        app(standalone_mode=True)
    except PollbotError as error:
        print(f"pollbot: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
