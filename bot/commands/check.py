"""What `pollbot check` says of thread files: every problem with its line shown, or what a good file holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from bot.errors import Problem, ThreadError
from bot.plain import one_line
from bot.thread import markdown
from bot.thread.model import Thread
from bot.thread.reader import source

WIDEST, AROUND = 100, 60  # characters of a line that are shown, and how many of them before the problem


def files(paths: Sequence[Path], form: Literal["text", "json"], console: Console) -> int:
    """Prints what is to be said of each file; returns how many errors there are."""
    results = [(path, *inspected(path)) for path in paths]
    if form == "json":
        found = [_record(path, problem) for path, _, problems in results for problem in problems]
        console.print(json.dumps(found, ensure_ascii=False, indent=2), markup=False, highlight=False, soft_wrap=True)
    else:
        for path, thread, problems in results:
            for text in _texts(path, thread, problems):
                console.print(text, soft_wrap=True)
    return sum(problem.severity == "error" for *_, problems in results for problem in problems)


def inspected(path: Path) -> tuple[Thread | None, Sequence[Problem]]:
    """The thread in a file, unless something keeps it from being used; what is to be said of it, in order."""
    try:
        thread, problems = markdown.inspect(source.load(path), path.parent)
    except ThreadError as error:  # there is no text in it
        return None, error.problems
    return thread, sorted(problems)


def _record(path: Path, problem: Problem) -> dict[str, str | int]:
    place: dict[str, str | int] = {"file": str(path), "line": problem.line, "column": problem.column}
    return place | {"severity": problem.severity, "message": problem.message}


def _texts(path: Path, thread: Thread | None, problems: Sequence[Problem]) -> Iterator[Text]:
    found = lines(path) if problems else []
    for problem in problems:
        style = "bold red" if problem.severity == "error" else "bold yellow"
        place = f"{one_line(str(path))}:{problem.line}:{problem.column}: "
        yield Text.assemble((place, "bold"), (f"{problem.severity}: ", style), problem.message)
        yield from _frame(found, problem)
    if thread is None:
        count = _count(sum(one.severity == "error" for one in problems), "problem")
        yield Text(f"{count} in {one_line(str(path))}", "bold red")
    else:
        yield _good(path, thread, len(problems))


def _good(path: Path, thread: Thread, warnings: int) -> Text:
    polls = [post.poll for post in thread.posts if post.poll]
    experiments = sum(poll.experiment is not None for poll in polls)
    counts = [_count(len(thread.posts), "post"), _count(len(polls), "poll"), _count(experiments, "experiment")]
    counts += [_count(warnings, "warning")] if warnings else []
    return Text.assemble((f"{one_line(str(path))}: fine: ", "green"), ", ".join(counts))


def lines(path: Path) -> list[str]:
    """What stands in a file, if there is any text in it."""
    try:
        return source.lines(source.load(path))
    except ThreadError:
        return []  # there is nothing to show: the problem itself says why


def _frame(lines: Sequence[str], problem: Problem) -> Iterator[Text]:
    """The offending line with a caret below the column; of a long line, what is around the column."""
    if not 1 <= problem.line <= len(lines):
        return
    shown, at = excerpt(lines[problem.line - 1], problem.column)
    gutter = f"{problem.line:>6} | "
    before = Text(shown[:at])
    yield Text.assemble((gutter, "dim"), shown)
    yield Text.assemble((" " * (len(gutter) - 2) + "| ", "dim"), " " * before.cell_len, ("^", "bold red"))
    yield Text()


def excerpt(line: str, column: int) -> tuple[str, int]:
    """What is shown of a line that may be long, and where in that the column is."""
    line, at = line.replace("\t", " "), column - 1
    start = max(0, at - AROUND) if len(line) > WIDEST else 0
    shown = ("…" if start else "") + line[start : start + WIDEST] + ("…" if len(line) > start + WIDEST else "")
    return "".join(sign if sign.isprintable() else "�" for sign in shown), at - start + bool(start)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
