"""Commands, each in a process of its own, forked from one that has loaded the bot: see `tests.bot.forking`."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]


class Forks:
    """What runs commands, one after the other."""

    def __init__(self, asking: socket.socket) -> None:
        self.asking = asking

    def run(
        self, words: tuple[str, ...], folder: Path, into: int | None = None, encoding: str = "utf-8", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """`pollbot WORDS…` in a folder with no settings but these; what it prints goes `into` a file descriptor."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")} | settings
        env["PYTHONIOENCODING"] = encoding
        asked = {"words": words, "env": env, "folder": str(folder), "encoding": encoding}
        with TemporaryFile() as out, TemporaryFile() as err:
            fds = [out.fileno() if into is None else into, err.fileno()]
            socket.send_fds(self.asking, [json.dumps(asked).encode()], fds)
            code = int(self.asking.recv(16))
            told = [file.seek(0) or file.read().decode(encoding) for file in (out, err)]
        return subprocess.CompletedProcess(words, code, *told)


@contextmanager
def forks() -> Iterator[Forks]:
    """Loads the bot once."""
    asking, asked = socket.socketpair()
    asking.settimeout(PATIENCE_S)
    command = [sys.executable, "-m", "tests.bot.forking", str(asked.fileno())]
    with asking, subprocess.Popen(command, cwd=ROOT, pass_fds=[asked.fileno()], process_group=0) as process:
        asked.close()
        try:
            yield Forks(asking)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # a command that hangs ends as well
