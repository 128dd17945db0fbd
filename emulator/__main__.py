"""`python -m emulator`: the Bot API at http://127.0.0.1:PORT, its page at /, its control API under /sim."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading

from emulator.app import DEFAULT_TOKENS, create_app
from emulator.botapi.http import LONGEST_TOKEN, TOKEN
from emulator.server import Server, inherit, listen


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free port (default: 8081)")
    parser.add_argument("--socket", type=int, metavar="FD", help="an open listening socket to serve instead of a port")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    said = "a bot's token, may be repeated (default: $EMULATOR_TOKEN, or else 4242:demo)"
    parser.add_argument("--token", action="append", help=said)
    given = parser.parse_args()
    tokens = given.token or list(filter(None, [os.environ.get("EMULATOR_TOKEN")])) or DEFAULT_TOKENS
    wrong = [token for token in tokens if not TOKEN.fullmatch(token) or len(token) > LONGEST_TOKEN]
    if wrong:
        parser.error(f"not the shape of a token, digits:letters: {wrong[0]!r}")
    if given.with_parent:
        threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        sock, url = listen(given.port) if given.socket is None else inherit(given.socket)
    except (OSError, OverflowError) as error:
        where = f"port {given.port}" if given.socket is None else f"socket {given.socket}"
        sys.stderr.write(f"emulator: {where}: {error}\n")
        return 1
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):  # the server has stopped cleanly by then
        Server(create_app(tokens)).run(sockets=[sock])
    return 0


def end_with_parent() -> None:
    """End at once when whoever started this is gone: their end of our standard input closes."""
    while os.read(0, 1024):
        pass
    os._exit(0)  # nothing is kept in a world, so nothing is lost


if __name__ == "__main__":
    sys.exit(main())
