"""
Reads one file that an admin has sent, in a process of its own: `python -m bot.commands.apart FOLDER` with the file on
standard input tells on standard output what is in it. It has a folder, so much time and memory, and no secret.

A Markdown file is checked as `pollbot check` does; an archive holds one and its pictures, and nothing in it leads
anywhere else.
"""

from __future__ import annotations

import io
import resource
import stat
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from bot.commands import check
from bot.errors import Problem
from bot.thread import drawn
from bot.thread.examined import Examined, Finding, Unread
from bot.thread.model import Thread
from bot.thread.worded import said
from languages.catalogue import languages
from languages.text import Told

SECONDS = 60  # of computing
MEMORY = 2 << 30
ENTRIES, UNPACKED, RATIO = 200, 40 << 20, 100  # of an archive; what is smaller than MOST may be packed as it likes
SMALL = 1 << 20
THREADS = (".md", ".markdown", ".txt")
REST = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")  # what systems leave in archives


class ArchiveError(Exception):
    """Nothing of an archive is read."""

    def __init__(self, why: Unread) -> None:
        super().__init__(why)
        self.why = why


def main() -> None:
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    print(examined(Path(sys.argv[1]), sys.stdin.buffer.read()).model_dump_json())


def examined(folder: Path, content: bytes) -> Examined:
    """What is in a file; `folder` is empty, and for this alone."""
    if not content.strip():
        return Examined(unread="empty")
    try:
        file = _unpacked(folder, content) if content.startswith(b"PK\3\4") else _written(folder / "thread.md", content)
    except ArchiveError as error:
        return Examined(unread=error.why)
    thread, problems = check.inspected(file)
    return Examined(thread=thread, files=_files(thread, file), findings=list(_findings(file, problems)))


def _files(thread: Thread | None, file: Path) -> list[list[bytes]]:
    return [drawn.files(post, file) for post in thread.posts] if thread else []


def _findings(file: Path, problems: Sequence[Problem]) -> Iterator[Finding]:
    lines = check.lines(file) if problems else []
    for one in problems:
        shown = check.excerpt(lines[one.line - 1], one.column)[0] if 1 <= one.line <= len(lines) else ""
        told = {language: said(one.message, language).replace(f"{file.parent}/", "") for language in languages()}
        message, warning = Told(told), one.severity == "warning"
        yield Finding(line=one.line, column=one.column, message=message, warning=warning, source=shown)


def _written(place: Path, content: bytes) -> Path:
    place.write_bytes(content)
    return place


def _unpacked(folder: Path, content: bytes) -> Path:
    """The thread of an archive, its pictures beside it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not (one.is_dir() or _left_over(one))]
            if why := _refusal(entries):
                raise ArchiveError(why)
            for one in entries:
                place = folder / one.filename
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(one))  # never more than it says
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise ArchiveError("damaged") from error
    threads = [one.filename for one in entries if one.filename.lower().endswith(THREADS)]
    if len(threads) != 1:
        raise ArchiveError("threads")
    return folder / threads[0]


def _left_over(one: zipfile.ZipInfo) -> bool:
    return any(part in REST or part.startswith("._") for part in PurePosixPath(one.filename).parts)


def _refusal(entries: Sequence[zipfile.ZipInfo]) -> Unread | None:
    names = [one.filename for one in entries]
    if any(one.flag_bits & 1 for one in entries):
        return "locked"
    if len(entries) > ENTRIES or sum(one.file_size for one in entries) > UNPACKED:
        return "large"
    if any(one.file_size > max(SMALL, RATIO * one.compress_size) for one in entries):
        return "large"
    if len({*names}) < len(names) or not all(map(_plain, entries)):
        return "names"
    return None


def _plain(one: zipfile.ZipInfo) -> bool:
    """A file, below the folder, whatever system packed it."""
    pure, mode = PurePosixPath(one.filename), one.external_attr >> 16
    here = not pure.is_absolute() and ".." not in pure.parts and not {*one.filename} & {"\\", ":", "\0"}
    return here and (not stat.S_IFMT(mode) or stat.S_ISREG(mode))


if __name__ == "__main__":
    main()
