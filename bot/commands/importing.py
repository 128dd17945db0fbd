"""`pollbot import`: files of questions become a draft thread; what became of each question is told beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import output
from bot.errors import ImportFileError
from bot.imports import draft, file, report
from bot.imports.file import Kind
from bot.plain import one_line
from bot.thread.model import Language
from bot.thread.reader import disk


def run(paths: Sequence[Path], kind: Kind | None, out: Path | None, *, overwrite: bool) -> bool:
    """Write the draft to `out`, or to standard output; returns whether there is one."""
    if out and os.path.lexists(out) and not overwrite:
        raise ImportFileError(f"{str(out)!r} is there already: give another --out, or --overwrite")
    sources = [file.opened(path, kind) for path in paths]
    entries = [(source.path, item) for source in sources for item in source.items()]
    russian = sum(source.language == "ru" for source in sources)
    language: Language = "ru" if 2 * russian > len(sources) else "en"
    made = draft.made(entries, sources[0].title, language)
    if made.text and out:
        _write(out, made.text, overwrite=overwrite)
    elif made.text:
        output.to_the_letter().write(made.text)
        sys.stdout.flush()
    for line in report.lines(sources, made):
        print(one_line(line), file=sys.stderr)
    return bool(made.text)


def _write(out: Path, text: str, *, overwrite: bool) -> None:
    try:
        disk.write(out, text.encode(), overwrite=overwrite)
    except OSError as error:
        raise ImportFileError(f"cannot write {str(out)!r}: {error.strerror}") from error
