"""The preview: a thread's posts and their reveals in the emulator's page, shown anew whenever the file is saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.demo import chromium
from bot.demo.drawings import Drawings
from bot.demo.following import Follower
from bot.demo.posted import SHOWN, Posted
from bot.demo.processes import DemoError, Processes, start_emulator, take_port
from bot.errors import Problem, ThreadError
from bot.plain import one_line
from bot.telegram.api import Unreachable
from bot.telegram.outcome import Later
from bot.thread.reader import source

LOOK_S = 0.05


def show(file: Path, port: int, png: Path | None = None) -> None:
    """
    Keep the page open, and follow the file, until a signal ends it.

    With `png`, write that picture instead; raises `ThreadError` then for a thread that is not fine.
    """
    source.load(file)  # a file that is not there is no thread that is being written
    browser = chromium.find() if png else None
    if png and not png.parent.is_dir():
        raise DemoError(f"the picture {str(png)!r} cannot be written: there is no folder {str(png.parent)!r}; make it")
    with take_port(port) as sock, Processes() as processes, Drawings() as drawings:
        emulator = start_emulator(processes, sock)
        with _told(processes), Posted(file, emulator, drawings) as posted:
            follower = Follower(file)
            problems = _read(follower, posted)
            page = f"{emulator.url}/?chat=@{SHOWN}"
            if png and browser:
                problems = _complete(posted, drawings, processes)
                chromium.shoot(browser, page, png)
                return _judge(file, problems)
            print(f"{one_line(str(file))} as subscribers will see it: {page}&message=1  (Ctrl-C ends)", flush=True)
            while True:
                processes.wait(LOOK_S)
                if follower.changed():
                    _read(follower, posted)
                elif drawings.fresh:
                    posted.show()


def _read(follower: Follower, posted: Posted) -> list[Problem]:
    follower.begin()
    follower.belongs(posted.read())
    return posted.show()


def _complete(posted: Posted, drawings: Drawings, processes: Processes) -> list[Problem]:
    """Wait for all pictures, and show them."""
    while drawings.pending():
        processes.wait(LOOK_S)
    return posted.show()


def _judge(file: Path, problems: list[Problem]) -> None:
    if any(problem.severity == "error" for problem in problems):
        raise ThreadError(str(file), problems)


@contextmanager
def _told(processes: Processes) -> Iterator[None]:
    """What fails because the emulator is gone becomes a sentence."""
    try:
        yield
    except (httpx.HTTPError, Later, Unreachable) as error:
        processes.wait()  # says so if it has ended
        raise DemoError(f"the emulator does not answer: {error}") from None
