"""`python -m emulator`: the Bot API at http://127.0.0.1:PORT, its page at /, its control API under /sim."""

from __future__ import annotations

import argparse
import contextlib
import sys

from emulator.app import DEFAULT_TOKENS, create_app
from emulator.botapi.http import TOKEN
from emulator.server import Server, listen


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free port (default: 8081)")
    parser.add_argument("--token", action="append", help="a bot's token, may be repeated (default: 4242:demo)")
    given = parser.parse_args()
    tokens = tuple(given.token or DEFAULT_TOKENS)
    wrong = [token for token in tokens if not TOKEN.fullmatch(token)]
    if wrong:
        parser.error(f"not the shape of a token, digits:letters: {wrong[0]!r}")
    try:
        sock, url = listen(given.port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"emulator: port {given.port}: {error}\n")
        return 1
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):  # the server has stopped cleanly by then
        Server(create_app(tokens)).run(sockets=[sock])
    return 0


if __name__ == "__main__":
    sys.exit(main())
