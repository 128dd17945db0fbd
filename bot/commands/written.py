"""A publication as the file that it was made of: its thread as Markdown or GIFT, its pictures beside."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from bot import output
from bot.errors import ImportFileError
from bot.imports import gift_writer
from bot.plain import one_line
from bot.store import schedule
from bot.store.store import Database
from bot.thread import writer
from bot.thread.model import Image, Thread
from bot.thread.reader import disk

Form = Literal["markdown", "gift"]


def export(database: Database, publication: int, form: Form, out: Path | None, *, overwrite: bool) -> None:
    """
    To `out`, its pictures in the same folder; or to standard output, without them.

    Raises `UnreadableError` where this version cannot read a post: half a thread is none.
    """
    thread, ids = schedule.thread(database, publication)
    text = writer.written(thread) if form == "markdown" else gift_writer.written(thread)
    notes = list(gift_writer.left_out(thread)) if form == "gift" else []
    if out:
        files = {out: text.encode()}
        if form == "markdown":
            files |= dict(_pictures(database, thread, ids, out.parent))
        _write(files, out.parent, overwrite=overwrite)
    else:
        output.to_the_letter().write(text)
        if form == "markdown" and any(isinstance(one, Image) for post in thread.posts for one in post.shown):
            notes.append("the pictures are not written: --out FILE puts them beside the thread")
    for note in notes:
        print(one_line(note), file=sys.stderr)


def _pictures(database: Database, thread: Thread, ids: list[int], folder: Path) -> Iterator[tuple[Path, bytes]]:
    for post, number in zip(thread.posts, ids, strict=True):
        for picture, content in zip(post.shown, schedule.content(database, number).pictures, strict=True):
            if isinstance(picture, Image):
                pure = PurePosixPath(picture.path)
                if pure.is_absolute() or ".." in pure.parts:
                    raise ImportFileError(f"{picture.path!r} is not below the thread's folder: nothing is written")
                yield folder / pure, content


def _write(files: dict[Path, bytes], folder: Path, *, overwrite: bool) -> None:
    """All of them in `folder`, or none where one would be overwritten with something else."""
    try:
        there = [path for path, data in files.items() if os.path.lexists(path) and not disk.same(path, data)]
        if there and not overwrite:
            raise ImportFileError(f"{str(there[0])!r} is there already: give another --out, or --overwrite")
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.parent.resolve().is_relative_to(folder.resolve()):
                raise ImportFileError(f"{str(path)!r} would lie elsewhere: a folder on its way is a link, take it away")
        for path, data in files.items():
            if path in there or not os.path.lexists(path):
                disk.write(path, data, overwrite=overwrite)
    except OSError as error:
        raise ImportFileError(f"cannot write {error.filename!r}: {error.strerror}") from error
