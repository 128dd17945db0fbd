"""
A thread copied from Twitter or Notion: paragraphs become posts, lines of options a poll with what stood above them.

An option is a line `a) text`, or one with the share of its votes, `18.0% text` or `text 18%`, a sign such as 🤔 aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from bot.imports import convert
from bot.imports.question import Choice, Item, Passage, Question, Told, UnfitError, attempt, beginning, few
from bot.thread.model import Language

SHARE_FIRST = re.compile(r"[^\w%]{0,8}(\d{1,3}(?:[.,]\d{1,3})?)[ \t]?%[ \t]+(\S.*)")
SHARE_LAST = re.compile(
    r"[^\w%]{0,8}(\S(?:.{0,300}?\S)?)(?:[ \t]+[-–—:]|:)?[ \t]+(\d{1,3}(?:[.,]\d{1,3})?)[ \t]?%[ \t]*"
)
LETTERED = re.compile(r"[^\w(]{0,8}\(?([a-zа-яё]|\d{1,2})\)[ \t]+(\S.*)", re.IGNORECASE)
NUMBER = re.compile(r"[^\w]{0,4}(\d{1,3})[ \t]?(?:/[ \t]?(?:\d{1,3}|n)?|[.)])[ \t]*(?=\D|$)", re.IGNORECASE)
FOOTER = re.compile(
    r"\s*(?:[^\w]{0,4}[\d ,.]{1,9}(?:votes?|голос\w{0,3})\b.*|final results|notion image)\s*", re.IGNORECASE
)
Found = tuple[str, float | None]


def read(text: str, language: Language) -> Iterator[Item]:
    del language
    lines = text.split("\n")
    yield from (
        Told(number, f"{line.strip()!r} is left out") for number, line in enumerate(lines, 1) if FOOTER.fullmatch(line)
    )
    above: list[tuple[int, str]] = []
    for first, part in _paragraphs(lines):
        options = [(number, _option(line)) for number, line in enumerate(part) if _option(line)]
        if len(options) < 2:
            yield from _passage(above)
            above = [(first, "\n".join(part))]
            continue
        begin, end = options[0][0], options[-1][0] + 1
        asked = part[:begin]
        line = first if asked else (above[0][0] if above else first)
        if asked:
            yield from _passage(above)
        else:
            asked = above[0][1].split("\n") if above else []
        above = []
        yield from _poll(line, asked, part[begin:end])
        if rest := [line for line in part[end:] if not FOOTER.fullmatch(line)]:
            above = [(first + end, "\n".join(rest))]
    yield from _passage(above)


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    part: list[str] = []
    first = 1
    for number, line in enumerate([*lines, ""], 1):
        if line.strip() and not FOOTER.fullmatch(line):
            first = first if part else number
            part.append(line)
        elif part and not line.strip():
            yield first, part
            part = []


def _option(line: str) -> Found | None:
    if found := SHARE_FIRST.fullmatch(line):
        return found[2], float(found[1].replace(",", "."))
    if len(line) < 320 and (found := SHARE_LAST.fullmatch(line)):
        return found[1], float(found[2].replace(",", "."))
    if found := LETTERED.fullmatch(line):
        return found[2], None
    return None


def _poll(line: int, asked: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Lines between options that are none themselves go on with the one above."""
    found: list[Found] = []
    for one in lines:
        if option := _option(one):
            found.append(option)
        else:
            text, share = found.pop()
            found.append((f"{text} {one.strip()}", share))
    yield attempt(line, " ".join(asked), partial(_question, line, asked, found))


def _question(line: int, asked: Sequence[str], found: Sequence[Found]) -> Question:
    choices = tuple(Choice(convert.line(convert.plain(text))) for text, _ in few(found))
    shares = tuple(share for _, share in found if share is not None)
    whole = shares if len(shares) == len(choices) and sum(shares) > 0 else ()
    return Question(line, convert.plain(_unnumbered("\n".join(asked))), choices, shares=whole)


def _passage(above: Sequence[tuple[int, str]]) -> Iterator[Item]:
    for line, text in above:
        try:
            if shown := convert.plain(_unnumbered(text)):
                yield Passage(line, shown)
        except UnfitError as error:
            yield Told(line, f"{beginning(text)!r} is left out: {error}")


def _unnumbered(text: str) -> str:
    """Without the number of a post, 3/12."""
    found = NUMBER.match(text)
    return text[found.end() :] if found and ("/" in found[0] or "\n" in text) else text
