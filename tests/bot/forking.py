"""
A process that has loaded the bot and forks for each command, so that nothing but Python's start is saved.

Asked through the socket whose number it is given: words, environment, folder and encoding as JSON, and with it what
the command has for standard output and standard error. Answers with the exit code. Ends with the socket's other end.
"""

import gc
import json
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import alembic.command
import typer.rich_utils

import bot.commands.answers
import bot.commands.board
import bot.commands.doctor
import bot.commands.export
import bot.commands.mend
import bot.commands.publish
from bot.__main__ import main

assert alembic, typer  # loaded for the commands
assert bot


def serve(asking: socket.socket) -> None:
    """Returns in a forked process when its command has ended; else when nobody asks any more."""
    gc.collect()
    gc.freeze()  # else each fork goes through all of this at its end, and takes a copy of the memory for that
    while True:
        asked, fds, *_ = socket.recv_fds(asking, 1 << 20, 2)
        if not asked:
            return
        child = os.fork()
        if child == 0:
            asking.close()
            become(fds, **json.loads(asked))
            main()
            return
        for fd in fds:
            os.close(fd)
        asking.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def become(fds: list[int], words: list[str], env: Mapping[str, str], folder: Path, encoding: str) -> None:
    """What a new Python is before it runs the command."""
    for number, fd in enumerate(fds, 1):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.stdout = os.fdopen(1, "w", encoding=encoding)
    sys.stderr = os.fdopen(2, "w", encoding=encoding, errors="backslashreplace", buffering=1)
    sys.argv = ["pollbot", *words]


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
