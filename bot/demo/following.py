"""
A file that is being written, and the pictures that it names: have they changed?

They are looked at again and again: that works on every file system and with every editor, whether it writes into the
file or puts another in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.thread.reader.source import LARGEST

Look = dict[Path, object]


class Follower:
    """Whoever reads says so by `begin`, and then which pictures belong to the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.pictures: list[Path] = []
        self.known: Look = {}
        self.last = self._look()

    def changed(self) -> bool:
        """Is there something new, the same at two looks? A file in the middle of being written is let be."""
        before, self.last = self.last, self._look()
        return self.last == before != self.known

    def begin(self) -> None:
        """It is being read now: what changes from here on is new."""
        self.known = self.last

    def belongs(self, names: Iterable[str]) -> None:
        """Look at these files beside it; one that was not looked at before the reading is read once more."""
        self.pictures = [self.file.parent / name for name in sorted(names)]
        self.known = {file: self.known.get(file) for file in (self.file, *self.pictures)}

    def _look(self) -> Look:
        return {self.file: _content(self.file), **{picture: _mark(picture) for picture in self.pictures}}


def _content(file: Path) -> object:
    """The text itself, since the time of a file may be as coarse as two seconds."""
    try:
        return file.read_bytes() if file.is_file() and file.stat().st_size <= LARGEST else _mark(file)
    except OSError as error:
        return str(error)


def _mark(file: Path) -> object:
    try:
        status = file.stat()
    except (OSError, ValueError) as error:  # it is not there, or this is no name of a file
        return str(error)
    return status.st_mtime_ns, status.st_size, status.st_ino
