"""A page as one long picture, by a Chromium that is installed: its DevTools are spoken to through two pipes."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.demo.processes import DemoError
from experiments import launch

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
QUIET: tuple[str, ...] = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
)
QUIET += ("--disable-sync", "--disable-component-update", "--remote-debugging-pipe")
WIDTH, SCREEN, SCALE = 400, 860, 2  # a phone's
PATIENCE_S = 60.0
LOOK_S = 0.05
READY = """document.querySelector('#log [data-id]') !== null && document.fonts.status === 'loaded'
    && [...document.images].every((image) => image.complete)"""
LOG = "document.getElementById('log')"
HEIGHT = f"Math.ceil(innerHeight - {LOG}.clientHeight + {LOG}.scrollHeight)"


def find() -> str:
    """The program; raises `DemoError`."""
    found = next(filter(None, map(shutil.which, NAMES)), str(MAC) if MAC.exists() else None)
    if found is None:
        raise DemoError(f"a picture of the page needs Chromium, and none of {', '.join(NAMES)} is here: install it")
    return found


def shoot(program: str, url: str, file: Path) -> None:
    """Write the page, however long its chat is, to a file. Raises `DemoError`."""
    with Browser(program) as browser:
        session = browser.open(url)
        browser.size(session, SCREEN)
        deadline = time.monotonic() + PATIENCE_S
        while not browser.value(session, READY):
            if time.monotonic() > deadline:
                raise DemoError(f"{program} took no picture: the page is not complete after {PATIENCE_S:.0f} s")
            time.sleep(LOOK_S)
        browser.size(session, int(browser.value(session, HEIGHT)))  # a window in which nothing scrolls
        picture = browser.ask("Page.captureScreenshot", session, format="png", captureBeyondViewport=True)["data"]
    try:
        file.write_bytes(base64.b64decode(picture))
    except OSError as error:
        raise DemoError(
            f"the picture {str(file)!r} cannot be written: {os.strerror(error.errno or 0).lower()}"
        ) from None


class Browser:
    """A Chromium with one page; it ends with the block. Raises `DemoError` for whatever it does not do."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.count = 0
        self.said = b""

    def __enter__(self) -> Self:
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self.out = _pipe()
        self.into, theirs_out = _pipe()
        # As root, Chromium has no sandbox; the page is our own.
        options = [*QUIET, f"--user-data-dir={self.folder.name}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
        talk = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]  # as it wants them
        command = [self.program, *options]
        env, actions = launch.environment(), [*silent, *talk]
        self.pid = os.posix_spawn(self.program, command, env, file_actions=actions, setpgroup=0)
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for number in (self.out, self.into):
            os.close(number)
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.folder.cleanup()

    def open(self, url: str) -> str:
        """A page in a new tab; returns its session."""
        target = self.ask("Target.createTarget", url=url)["targetId"]
        return str(self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def ask(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        self.count += 1
        call = {"id": self.count, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self.out, json.dumps(call).encode() + b"\0")
        while (answer := self._hear()).get("id") != self.count:
            pass
        if "error" in answer:
            raise DemoError(f"{self.program}: {method}: {answer['error']['message']}")
        return dict(answer["result"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self.said:
            ready, _, _ = select.select([self.into], [], [], PATIENCE_S)
            chunk = os.read(self.into, 1 << 20) if ready else b""
            if not chunk:
                raise DemoError(f"{self.program} took no picture: it " + ("ended" if ready else "does not answer"))
            self.said += chunk
        message, _, self.said = self.said.partition(b"\0")
        return dict(json.loads(message))

    def size(self, session: str, height: int) -> None:
        metrics = {"width": WIDTH, "height": height, "deviceScaleFactor": SCALE, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", session, **metrics)

    def value(self, session: str, expression: str) -> Any:  # noqa: ANN401 whatever it is in JavaScript
        return self.ask("Runtime.evaluate", session, expression=expression, returnByValue=True)["result"].get("value")


def _pipe() -> tuple[int, int]:
    """A pipe whose descriptors are none of those that Chromium is given."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]
