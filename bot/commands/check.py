"""What `pollbot check` says of thread files: every problem with its line shown, or what a good file holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from bot.errors import Problem, ThreadError
from bot.thread import markdown
from bot.thread.model import Thread
from bot.thread.reader import source

WIDEST, AROUND = 100, 60  # characters of a line that are shown, and how many of them before the problem


def files(paths: Sequence[Path], form: Literal["text", "json"], console: Console) -> int:
    """Prints what is to be said of each file; returns how many problems there are."""
    results = [(path, _read(path)) for path in paths]
    if form == "json":
        errors = [(path, result) for path, result in results if isinstance(result, ThreadError)]
        found = [_record(path, problem) for path, error in errors for problem in error.problems]
        console.print(json.dumps(found, ensure_ascii=False, indent=2), markup=False, highlight=False, soft_wrap=True)
    else:
        for path, result in results:
            for text in _bad(path, result) if isinstance(result, ThreadError) else [_good(path, result)]:
                console.print(text, soft_wrap=True)
    return sum(len(result.problems) for _, result in results if isinstance(result, ThreadError))


def _read(path: Path) -> Thread | ThreadError:
    try:
        return markdown.read(path)
    except ThreadError as error:
        return error


def _record(path: Path, problem: Problem) -> dict[str, str | int]:
    return {"file": str(path), "line": problem.line, "column": problem.column, "message": problem.message}


def _good(path: Path, thread: Thread) -> Text:
    polls = [post.poll for post in thread.posts if post.poll]
    experiments = sum(poll.experiment is not None for poll in polls)
    counts = (_count(len(thread.posts), "post"), _count(len(polls), "poll"), _count(experiments, "experiment"))
    return Text.assemble((f"{path}: fine: ", "green"), ", ".join(counts))


def _bad(path: Path, error: ThreadError) -> Iterator[Text]:
    lines = _lines(path)
    for problem in error.problems:
        place = f"{path}:{problem.line}:{problem.column}: "
        yield Text.assemble((place, "bold"), ("error: ", "bold red"), problem.message)
        yield from _frame(lines, problem)
    yield Text(f"{_count(len(error.problems), 'problem')} in {path}", "bold red")


def _lines(path: Path) -> list[str]:
    try:
        return source.lines(source.load(path))
    except ThreadError:
        return []  # there is nothing to show: the problem itself says why


def _frame(lines: Sequence[str], problem: Problem) -> Iterator[Text]:
    """The offending line with a caret below the column; of a long line, what is around the column."""
    if not 1 <= problem.line <= len(lines):
        return
    line, at = lines[problem.line - 1].replace("\t", " "), problem.column - 1
    start = max(0, at - AROUND) if len(line) > WIDEST else 0
    shown = ("…" if start else "") + line[start : start + WIDEST] + ("…" if len(line) > start + WIDEST else "")
    gutter = f"{problem.line:>6} | "
    before = Text(shown[: at - start + bool(start)])
    yield Text.assemble((gutter, "dim"), "".join(sign if sign.isprintable() else "�" for sign in shown))
    yield Text.assemble((" " * (len(gutter) - 2) + "| ", "dim"), " " * before.cell_len, ("^", "bold red"))
    yield Text()


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
