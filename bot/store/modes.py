"""Who may read what lies here: its owner alone, whatever the umask was and whatever an older version has left."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from glob import escape
from pathlib import Path

OTHERS = 0o077


def private() -> None:
    """From here on, what this process and its children make is for their user alone."""
    os.umask(OTHERS)


def mend(file: Path) -> tuple[list[str], list[str]]:
    """Take others' rights from a database and all that lies beside it by its name: what was open, what still is."""
    mended: list[str] = []
    left: list[str] = []
    for path in _all(file):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            try:
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)
            except PermissionError:  # another user's
                left.append(path.name)
            else:
                mended.append(path.name)
    return mended, left


def _all(file: Path) -> Iterator[Path]:
    for path in (*file.parent.glob(escape(file.name)), *file.parent.glob(f"{escape(file.name)}[-.]*")):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from path.rglob("*")
