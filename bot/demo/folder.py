"""The folder that a demo leaves: it deletes what an earlier demo has left there, and nothing else."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from bot.demo.processes import DemoError

MARK = ".pollbot-demo"
SAID = "`pollbot demo` made this folder; the next demo in this place deletes what it finds here and knows.\n"
DATABASE = (
    "pollbot.db",
    "pollbot.db-wal",
    "pollbot.db-shm",
    "pollbot.db.voter-key",
    "pollbot.db.bot.lock",
    "pollbot.db.worker.lock",
    "pollbot.db.checkpoints",
)
LEFT = (MARK, *DATABASE, "bot.log", "emulator.log", "summary.json", "*-channel.png", "*-supergroup.png")
# Before there was a mark, every demo left these, and nothing but a demo leaves all of them.
UNMARKED = {"pollbot.db", "bot.log", "emulator.log"}


def take(folder: Path) -> IO[str]:
    """
    Make the folder, or empty the one that an earlier demo has left; it is ours while the file that comes back is open.

    Raises `DemoError` when it is not a demo's alone, belongs to a demo that is running, or cannot be written.
    """
    try:
        _refuse_foreign(folder)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)  # an earlier one may be everybody's
        mark = (folder / MARK).open("a+", encoding="utf-8")
        try:
            _claim(folder, mark)
        except BaseException:
            mark.close()
            raise
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        message = f"{folder}/ cannot be used: {why}; run the demo where you may write and there is space"
        raise DemoError(message) from None
    return mark


def _claim(folder: Path, mark: IO[str]) -> None:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"{folder}/ belongs to a demo that is running; end that one, or run this in another folder"
        raise DemoError(message) from None
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
    if not mark.tell():
        mark.write(SAID)
        mark.flush()


def _refuse_foreign(folder: Path) -> None:
    """Raise unless the folder is missing, empty, or holds nothing but what a demo leaves."""
    away = "move it away, or run the demo in another folder"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        kind = "a link" if folder.is_symlink() else "a file"
        raise DemoError(f"{folder} is {kind}, where the demo makes its folder; {away}")
    if not folder.exists():
        return
    names = {path.name for path in folder.iterdir()}
    if foreign := sorted(_foreign(folder)):
        raise DemoError(f"{folder}/ holds what no demo has left there: {', '.join(foreign[:3])}; {away}")
    if names and MARK not in names and not names >= UNMARKED:
        raise DemoError(f"{folder}/ bears no mark of a demo ({MARK}), so nothing in it is deleted; {away}")


def _foreign(folder: Path) -> Iterator[str]:
    for path in folder.iterdir():
        as_left = path.is_dir() == (path.name == "pollbot.db.checkpoints") and not path.is_symlink()
        if not (as_left and any(fnmatchcase(path.name, name) for name in LEFT)):
            yield path.name
