"""
What a file holds: read once, never more than asked for, and only from a file. A pipe would wait for its writer, a
device never end; a link, or a name exchanged a moment ago, would lead to somebody else's file. Nor is anything written
through a link.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

# Windows has neither these flags nor such files.
AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
NO_LINK, FOLDER = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_DIRECTORY", 0)
STEPWISE = os.open in os.supports_dir_fd


class NoFileError(Exception):
    """It is there, and is no file: a folder, a pipe, a device."""


class TooLargeError(Exception):
    """It has more bytes than may be read; as many as `size`, where that is known."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class OutsideError(Exception):
    """It does not lie below the folder in which it is looked for."""


def read(path: Path, most: int) -> bytes:
    """All of a file that somebody named; may raise OSError and ValueError, too."""
    return _content(os.open(path, os.O_RDONLY | AT_ONCE), most)


def read_below(folder: Path, path: Path, most: int) -> bytes:
    """
    All of a file in `folder` or below it, whatever links lead there.

    Where links lead is asked once; on that way no link is followed any more, whoever puts one there meanwhile.
    """
    root = Path(os.path.realpath(folder))
    place = Path(os.path.realpath(path, strict=True))
    if not place.is_relative_to(root):
        raise OutsideError
    if not STEPWISE:
        return read(place, most)
    at = os.open(root, os.O_RDONLY | FOLDER | AT_ONCE)
    for number, name in enumerate(parts := place.relative_to(root).parts, 1):
        kind = FOLDER if number < len(parts) else 0
        try:
            below = os.open(name, os.O_RDONLY | NO_LINK | AT_ONCE | kind, dir_fd=at)
        finally:
            os.close(at)
        at = below
    return _content(at, most)


def _content(number: int, most: int) -> bytes:
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise NoFileError
        if found.st_size > most:
            raise TooLargeError(found.st_size)
        content = _bytes(number, most + 1)  # it may grow meanwhile, or be one of the kernel's, whose size says nothing
    finally:
        os.close(number)
    if len(content) > most:
        raise TooLargeError(len(content))
    return content


def _bytes(number: int, most: int) -> bytes:
    with open(number, "rb", closefd=False) as stream:
        return stream.read(most)


def write(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Without `overwrite` FileExistsError where anything has that name, be it a link to nothing; else replaces it."""
    if overwrite:
        fresh = path.with_name(f".{secrets.token_hex(8)}")  # a link is replaced, not followed
        try:
            write(fresh, content, overwrite=False)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return
    with path.open("xb") as stream:
        stream.write(content)


def same(path: Path, content: bytes) -> bool:
    """Whether a file holds just that."""
    try:
        return read(path, len(content)) == content
    except (NoFileError, TooLargeError):
        return False
