"""A thread file as lines that keep their numbers, cut into front matter and posts at its `---` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import Problem, ThreadError
from bot.thread import characters
from bot.thread.reader import disk
from bot.thread.worded import worded

LARGEST = 128 * 1024  # bytes; the longest thread so far has 8 thousand
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
ALMOST = re.compile(r" {0,3}(-{2}|-{4,}|[—–―][-—–―]*) *")  # a slip, or what a keyboard makes of ---
ENOUGH = 100  # problems, after which nobody reads on
MORE = {
    "error": worded("there are more errors: mend those above to see them"),
    "warning": worded("there are more warnings: mend those above to see them"),
}
FAR = 200  # lines, in which what a block holds is looked for
SIGNS = {"$": 4_000, "|": 10_000, "[": 4_000, "*": 20_000, "_": 20_000}  # each may begin something: far beyond any text
MOST, LINES = 500, 10_000  # posts and lines of a thread: each takes a parser its time, however short it is


class Problems(list[Problem]):
    """What was found so far, warnings among it."""

    @property
    def errors(self) -> int:
        """How many of them keep the thread from being used."""
        return sum(problem.severity == "error" for problem in self)

    def told(self) -> Problems:
        """As many of them as somebody reads, the first of each severity, and how many more there are."""
        told = Problems()
        for severity in ("error", "warning"):
            same = sorted(problem for problem in self if problem.severity == severity)
            told += same[:ENOUGH]
            if same[ENOUGH:]:
                last = same[ENOUGH - 1]
                told.append(replace(last, message=MORE[severity]))
        return told


@dataclass(frozen=True)
class Section:
    """Some lines of the file; `first` is the number of its first line, counted from 1."""

    first: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def part(self, start: int, end: int) -> Section:
        """The lines from `start` up to `end`, counted from 0 within this section."""
        return Section(self.first + start, self.lines[start:end])

    def find(self, needle: str, start: int = 0, column: int = 0) -> tuple[int, int]:
        """Line and column of the first line of `needle`, looked for from `column` of `start` on; else of that line."""
        head = needle.strip().split("\n", 1)[0]
        for number, line in enumerate(self.lines[start : start + FAR] if head else (), start):
            at = line.find(head, column if number == start else 0)
            if at >= 0:
                return self.first + number, at + 1
        line = self.lines[start] if start < len(self.lines) else ""
        return self.first + start, len(line) - len(line.lstrip()) + 1


def load(path: Path) -> str:
    """The text of a file; ThreadError if there is none."""
    name = str(path)
    try:
        data = disk.read(path, LARGEST)
    except disk.NoFileError:
        raise _refused(
            name, worded("{name!r} is not a file: name a thread, such as threads/pytorch.md", name=name)
        ) from None
    except disk.TooLargeError as error:
        raise _refused(
            name, worded("the file has {size} bytes: a thread has at most {largest}", size=error.size, largest=LARGEST)
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(name, worded("cannot read {name!r}: {reason}", name=name, reason=reason)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8", "replace")) + 1
        place = Problem(data.count(b"\n", 0, error.start) + 1, column, _not_text(data[error.start]))
        raise ThreadError(name, [place]) from error


def _refused(name: str, message: str) -> ThreadError:
    return ThreadError(name, [Problem(1, 1, message)])


def _not_text(byte: int) -> str:
    return worded("byte 0x{byte:02x} is not UTF-8: a thread is a text file, save it in the encoding UTF-8", byte=byte)


def lines(source: str) -> list[str]:
    """The lines of a file, whatever kind of line ends it has."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def open_fence(fence: str, line: str) -> str:
    """Which fence of code is open behind a line, if `fence` was before it; empty if none is."""
    mark = FENCE.fullmatch(line)
    if not mark or not fence:
        return mark[1] if mark else fence
    return "" if mark[1].startswith(fence) and not mark[2].strip() else fence


def cut(source: str, problems: Problems) -> tuple[Section | None, list[Section]]:
    """Front matter (without its `---` lines; None if there is none) and posts."""
    if len(source.encode("utf-8", "replace")) > LARGEST:
        problems.append(
            Problem(
                1,
                1,
                worded("the text is longer than {largest} bytes, the most that a thread may have", largest=LARGEST),
            )
        )
        return None, []
    whole = Section(1, tuple(lines(source)))
    if len(whole.lines) > LINES:
        problems.append(
            Problem(
                LINES + 1,
                1,
                worded("the text has {count} lines: a thread has at most {lines}", count=len(whole.lines), lines=LINES),
            )
        )
        return None, []
    if heaped := list(_heaped(whole)):
        problems.extend(heaped)
        return None, []
    problems.extend(characters.problems(whole.lines))
    whole = Section(1, tuple(characters.CONTROL.sub("?", line) for line in whole.lines))  # out of the parsers' way
    front, rest = _front_matter(whole, problems)
    posts = list(_posts(rest, problems)) if front else []
    if len(posts) > MOST:
        message = worded("the thread has {count} posts: {most} are allowed", count=len(posts), most=MOST)
        problems.append(Problem(posts[MOST].first - 1, 1, message))
    return front, posts[:MOST]


def _heaped(whole: Section) -> Iterator[Problem]:
    """Signs of which there are more than can be read within a second or two, each told where the first too many is."""
    for sign, most in SIGNS.items():
        before = 0
        for number, line in enumerate(whole.lines, 1):
            places = [place for place, found in enumerate(line, 1) if found == sign]
            if before + len(places) > most:
                message = worded(
                    "more than {most} signs {sign} stand in this file: divide it into several threads",
                    most=most,
                    sign=sign,
                )
                yield Problem(number, places[most - before], message)
                break
            before += len(places)


def _separates(line: str) -> bool:
    """Whether a line is `---` to the eye."""
    return characters.HIDDEN.sub("", line).rstrip() == "---"


def _front_matter(whole: Section, problems: Problems) -> tuple[Section | None, Section]:
    if not whole.text.strip():
        problems.append(
            Problem(1, 1, worded("the file is empty: a thread begins with front matter, ---, title: …, ---"))
        )
        return None, whole
    begun = next(number for number, line in enumerate(whole.lines) if line.strip())
    if begun and _separates(whole.lines[begun]):
        message = worded(
            "a thread begins with its front matter: delete what stands above the line --- (line {begun})",
            begun=begun + 1,
        )
        problems.append(Problem(1, 1, message))
        return None, whole
    if not _separates(whole.lines[0]):
        message = worded(
            "a thread begins with front matter: a line ---, then title: and other settings, then a line ---"
        )
        problems.append(Problem(1, 1, message))
        return None, whole
    for number, line in enumerate(whole.lines[1:], 1):
        if ALMOST.fullmatch(line):
            message = worded("{line!r} does not end the front matter: write three signs -, ---", line=line.strip())
            problems.append(Problem(number + 1, 1, message))
            return None, whole
        if _separates(line):
            return whole.part(1, number), whole.part(number + 1, len(whole.lines))
    problems.append(Problem(1, 1, worded("the front matter that begins here never ends: put a line --- after it")))
    return None, whole


def _posts(rest: Section, problems: Problems) -> Iterator[Section]:
    """The sections between lines of exactly `---`; inside of a fence such a line is code."""
    start, fence, opened = 0, "", 0
    for number, line in enumerate(rest.lines):
        before, fence = fence, open_fence(fence, line)
        if before or fence:
            opened = opened if before else number
        elif _separates(line):
            yield rest.part(start, number)
            start = number + 1
        elif ALMOST.fullmatch(line):
            message = worded(
                "{line!r} does not separate posts: write exactly --- (or *** for a line within a post)",
                line=line.strip(),
            )
            problems.append(Problem(rest.first + number, 1, message))
    if fence:
        problems.append(
            Problem(
                rest.first + opened, 1, worded("this {fence} fence is never closed: put {fence} after it", fence=fence)
            )
        )
        for number, line in enumerate(rest.lines[opened:], opened):  # the posts behind it are no code for that
            if line.rstrip() == "---":
                yield rest.part(start, number)
                yield from _posts(rest.part(number + 1, len(rest.lines)), problems)
                return
    yield rest.part(start, len(rest.lines))
