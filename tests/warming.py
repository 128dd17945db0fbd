"""
The process that `tests.warm` forks others from. Asked through the socket whose number it is given.

It forks one that watches, and that one the process itself: its number is told at once, its exit code when it has ended.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from bot import points
from experiments import lazy

LOADED = (
    "bot.app", "bot.cli", "bot.worker.worker", "emulator.app", "distributed.cli.utils",
    "experiments.ensemble.ensemble", "experiments.ensemble.plain", "experiments.pictures.picture",
)  # fmt: skip
CHILD = "experiments.engines.child"


class WarmChildren(subprocess.Popen):
    """A child that measures or draws goes on from this very process; nothing else that is started does."""

    def __init__(self, command: Sequence[str], **options: object) -> None:
        if list(command[:3]) == [sys.executable, "-m", CHILD]:
            options["preexec_fn"] = partial(child, command[2:], options["env"])
        super().__init__(command, **options)


def serve(asking: socket.socket) -> list[str] | None:
    """Returns in a forked process, which is to run these words; and when nobody asks any more."""
    while True:
        asked, fds, *_ = socket.recv_fds(asking, 1 << 20, 2)
        if not asked:
            return None
        if os.fork() == 0:
            asking.close()
            told = socket.socket(fileno=fds[0])
            process = os.fork()
            if process == 0:
                told.close()
                return begin(fds[1], **json.loads(asked))
            watch(told, process)
        for fd in fds:
            os.close(fd)
        reap()


def reap() -> None:
    """The watchers that have ended."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def watch(told: socket.socket, process: int) -> None:
    """Tell its number and how it ended; it stays a zombie, and its number its own, until the other end is closed."""
    told.send(str(process).encode())
    waiting = os.pidfd_open(process)
    ended, *_ = select.select([waiting, told], [], [])
    if waiting not in ended:  # who asked for it is gone
        os.kill(process, signal.SIGKILL)
    how = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    with suppress(BrokenPipeError):
        told.send(str(how.si_status if how.si_code == os.CLD_EXITED else -how.si_status).encode())
        told.recv(1)
    os.waitpid(process, 0)
    os._exit(0)


def begin(log: int, words: list[str], env: Mapping[str, str], folder: str) -> list[str]:
    """Leave everything of the process that this was."""
    null = os.open(os.devnull, os.O_RDONLY)
    for number, fd in enumerate((null, log, log)):
        os.dup2(fd, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(folder)
    become(words, env)
    return words


def child(words: Sequence[str], env: Mapping[str, str]) -> None:
    """In the forked process, where it would become another program: never returns, and closes what tells of that."""
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    become(words, env)
    try:
        run(words[0])
    except BaseException:  # noqa: BLE001 as Python tells it at the end of a process
        traceback.print_exc()
    finally:
        os._exit(1)


def become(words: Sequence[str], env: Mapping[str, str]) -> None:
    """What a new Python is before it runs its module."""
    os.environ.clear()
    os.environ.update(env)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode, 1, closefd=False) for n, mode in enumerate("rww"))
    sys.argv = list(words)
    importlib.reload(points)  # it reads the environment when it is imported


def run(module: str) -> None:
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in LOADED:
        importlib.import_module(name)
    lazy.torch.manual_seed  # noqa: B018 sets the number of threads
    subprocess.Popen = WarmChildren
    gc.collect()
    gc.freeze()  # else each fork goes through all of this, and takes a copy of the memory for that
    if words := serve(socket.socket(fileno=int(sys.argv[1]))):
        run(words[0])
