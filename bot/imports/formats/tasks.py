"""
Questions with a task list, `- [ ] option` and `- [x]` where it is right: plain ones, quizdown's and mkdocs-quiz's.

quizdown begins each question with a heading, gives hints in quotes and numbers single choices; mkdocs-quiz puts each
into `<quiz>…</quiz>`, or (before its version 1) into `<?quiz?>…<?/quiz?>` with a line for each answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from textwrap import dedent

from bot.imports import context, convert
from bot.imports.question import Choice, Item, Question, Refused, Told, UnfitError, attempt, beginning, few
from bot.thread.model import Language
from bot.thread.reader.source import open_fence

OPTION = re.compile(r"[ \t]{0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+\[([ xXхХ]?)\](?!\()[ \t]*(\S.*)")
QUOTED = re.compile(r"[ \t]*>[ \t]?")
NUMBERED = re.compile(r"[ \t]{0,3}\d{1,3}[.)][ \t]+(?!\[)\S")
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+\S")
QUIZ = re.compile(r"^[ \t]*<(quiz|\?quiz\?)>[ \t]*$|^[ \t]*</quiz>[ \t]*$|^[ \t]*<\?/quiz\?>[ \t]*$", re.IGNORECASE)
FIELD = re.compile(r"[ \t]*(question|answer-correct|answer|content):[ \t]*(.*)", re.IGNORECASE)


@dataclass
class List:
    """A task list in some lines; `end` is the first line behind it."""

    start: int
    end: int
    options: list[tuple[bool, list[str], list[str]]] = field(default_factory=list)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(convert.line(convert.markdown("\n".join(words))), right, convert.markdown("\n".join(quote)))
            for right, words, quote in few(self.options)
        )


def read(text: str, language: Language) -> Iterator[Item]:
    """Lists one after the other: between two of them, the last heading or paragraph asks, the rest explains."""
    del language
    lines = _settings_blank(dedent(_unwrapped(text)).split("\n"))
    found = _lists(lines)
    ends = [one.start for one in found[1:]] + [len(lines)]
    above, first = "\n".join(lines[: found[0].start]) if found else text, 1
    for one, end in zip(found, ends, strict=False):
        between = "\n".join(lines[one.end : end])
        try:
            own = context.last(above, first)
            rest = context.last(between, one.end + 1).before if end < len(lines) else between
        except UnfitError as error:
            yield Refused(one.start + 1, beginning(lines[one.start]), str(error))
            above, first = between, one.end + 1
            continue
        if one is found[0]:
            kept, sequences = _sequences(own.before, first)
            yield from sequences
            yield from _unused(kept, first)
        rest, sequences = _sequences(rest, one.end + 1)
        yield attempt(own.line, own.text, partial(_question, own, one, rest))
        yield from sequences
        above, first = between, one.end + 1


def quizzes(text: str, language: Language) -> Iterator[Item]:
    """mkdocs-quiz."""
    del language
    lines, fence, begun = text.split("\n"), "", -1
    for number, line in enumerate(lines):
        if begun < 0 and (fence or open_fence(fence, line)):
            fence = open_fence(fence, line)
        elif tag := QUIZ.fullmatch(line):
            if tag[1]:
                if begun >= 0:
                    yield Refused(begun + 1, _about(lines[begun + 1 : number]), "its <quiz> has no end: </quiz>")
                begun = number
            elif begun >= 0:
                yield from _quiz(lines[begun + 1 : number], begun + 2)
                begun = -1
    if begun >= 0:
        yield Refused(begun + 1, _about(lines[begun + 1 :]), "its <quiz> has no end: </quiz>")


def _quiz(lines: list[str], first: int) -> Iterator[Item]:
    lines = dedent("\n".join(lines)).split("\n")
    if any(FIELD.match(line) for line in lines) and not _lists(lines):
        lines = _modern(lines)
    yield attempt(first, "\n".join(lines), partial(_only, lines, first))


def _only(lines: list[str], first: int) -> Question:
    """The one question in a `<quiz>`."""
    found = _lists(lines)
    if not found:
        what = "the answer is typed into a gap, [[…]]" if "[[" in "".join(lines) else "it has no list of answers"
        raise UnfitError(f"{what}; a poll needs options, - [ ] …")
    if len(found) > 1:
        raise UnfitError("it has two lists of answers")
    own = context.whole("\n".join(lines[: found[0].start]), first)
    return _question(own, found[0], "\n".join(lines[found[0].end :]))


def _question(own: context.Context, one: List, below: str) -> Question:
    explanation = "\n\n".join(filter(None, (convert.markdown(below), own.hint)))
    return Question(own.line, own.text, one.choices, explanation)


def _lists(lines: Sequence[str]) -> list[List]:
    found: list[List] = []
    fence, blank = "", True
    current: List | None = None
    for number, line in enumerate(lines):
        option = None if fence else OPTION.fullmatch(line)
        if not current and (fence or open_fence(fence, line)):
            fence = open_fence(fence, line)
        elif option:
            if not current:
                current = List(number, number + 1)
                found.append(current)
            current.options.append((option[1] in "xXхХ" and bool(option[1]), [option[2]], []))
            current.end = number + 1
        elif current and line.strip():
            if not _continued(current, line, after_blank=blank):
                current = None
                fence = open_fence(fence, line)
            else:
                current.end = number + 1
        blank = not line.strip()
    return found


def _continued(current: List, line: str, *, after_blank: bool) -> bool:
    """Whether a line belongs to the last option; takes it."""
    _, words, quote = current.options[-1]
    indented = line[:1] in " \t" and (line.startswith(("  ", "\t")))
    if after_blank and not indented:
        return False
    if mark := QUOTED.match(line):
        quote.append(line[mark.end() :])
    elif quote or not (indented or not HEADING.match(line)):
        return False
    else:
        words.append(line.strip())
    return True


def _modern(lines: Sequence[str]) -> list[str]:
    """The old form of mkdocs-quiz in the new one; lines keep their numbers."""
    shown = []
    for line in lines:
        field_ = FIELD.fullmatch(line)
        name = field_[1].lower() if field_ else ""
        box = {"answer": "- [ ] ", "answer-correct": "- [x] "}.get(name, "")
        shown.append(box + field_[2] if field_ else line)
    return shown


def _settings_blank(lines: list[str]) -> list[str]:
    """Without front matter: what looks or shuffles is no part of a question."""
    if lines and lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:60]):
        end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
        return [""] * (end + 1) + lines[end + 1 :]
    return lines


def _unwrapped(text: str) -> str:
    """Without quizdown's `<div class="quizdown">`, its line left blank."""
    return re.sub(r"(?m)^[ \t]*(?:<div class=[\"']quizdown[\"']>|</div>)[ \t]*$", "", text)


def _sequences(source: str, first: int) -> tuple[str, list[Item]]:
    """What is no sequence, and quizdown's sequences: a heading, below it a numbered list without boxes."""
    kept: list[str] = []
    refused: list[Item] = []
    lines = source.split("\n")
    starts = [number for number, line in enumerate(lines) if HEADING.match(line)]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        part = lines[start:end]
        if part and HEADING.match(part[0]) and any(map(NUMBERED.match, part)):
            why = "its answers are to be put in order; a poll has options, - [ ] …"
            refused.append(Refused(first + start, beginning(part[0].strip("# \t")), why))
        else:
            kept += part
    return "\n".join(kept), refused


def _unused(source: str, first: int) -> Iterator[Item]:
    if count := sum(bool(line.strip()) for line in source.split("\n")):
        lines = "1 line before the first question is" if count == 1 else f"{count} lines before the first question are"
        yield Told(first, f"{lines} left out")


def _about(lines: Sequence[str]) -> str:
    return beginning("\n".join(lines))
