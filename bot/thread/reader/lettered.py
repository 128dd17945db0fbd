"""
What an option is called: in its poll, and wherever it is spoken of.

Letters are Latin in every language. A voter who writes В or С about them means the Latin look-alike, whichever keyboard
is on; in the row А, Б, В, Г the sign B would be the second letter to one reader and the third to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from string import ascii_uppercase

from bot.thread import markup, maths
from bot.thread.dialect.parser import parser
from bot.thread.dialect.placed import at
from bot.thread.model import Formula, Markdown, Option
from bot.thread.reader.source import open_fence

SHORT = 60  # characters of an option that is spoken of
CYRILLIC = "АБВГДЕЖЗИКЛМ"
OWN = re.compile(r"\(?(\w)(?:[.)](?:[ \t]+|(?=\n|$))|(?=\n|$))")  # A. or A) before a text, or A alone in its line


@dataclass(frozen=True)
class Choice:
    """An option, the line of the section (from 0) where it stands, and all that it says, without its picture."""

    line: int
    option: Option
    body: Markdown


def letter(number: int) -> str:
    return ascii_uppercase[number % len(ascii_uppercase)]


def lettered(choices: Sequence[Choice]) -> list[Choice]:
    """With a letter instead of each option, by which it is called together with its first words."""
    bodies = [choice.body for choice in choices]
    own = [OWN.match(body) for body in bodies]
    if all(found and found[1].upper() in letters(number) for number, found in enumerate(own)):
        bodies = [body[found.end() if found else 0 :].strip("\n") for body, found in zip(bodies, own, strict=True)]
    return [
        replace(choice, body=body, option=_called(choice.option, letter(number), _short(body, choice.option)))
        for number, (choice, body) in enumerate(zip(choices, bodies, strict=True))
    ]


def named(choices: Sequence[Choice]) -> list[Choice]:
    """As they are; those that are nothing but a picture have a letter, since no option is without a text."""
    return [
        choice
        if choice.option.text or not choice.option.picture
        else replace(choice, option=_called(choice.option, letter(number), _short("", choice.option)))
        for number, choice in enumerate(choices)
    ]


def above(choices: Sequence[Choice]) -> Markdown:
    """The options for whom only letters stand in the poll, one below the other."""
    shown = [_marked(letter(number), choice.body) for number, choice in enumerate(choices) if choice.body]
    return ("\n\n" if any("\n" in one for one in shown) else "\n").join(shown)


def parted(text: Markdown, labels: Sequence[str]) -> tuple[Markdown, list[Markdown]] | None:
    """What stands before the options in a text that has them, and each of them; None if it has none."""
    begins, lines = list(_begins(text)), text.split("\n")
    if not any(label in labels for label, _ in begins):
        return None
    bodies = []
    for label in reversed(labels):
        start = max((line for name, line in begins if name == label and line < len(lines)), default=len(lines))
        bodies.append("\n".join(lines[start:]).removeprefix(f"**{label}.**").strip(" \n"))
        lines = lines[:start]
    return "\n".join(lines).rstrip("\n"), bodies[::-1]


def _begins(text: Markdown) -> Iterator[tuple[str, int]]:
    """The letters at which lines of a text begin, as `above` writes them; what looks like one within code is none."""
    lines = text.split("\n")
    for token in parser().parse(text):
        first = token.map[0] if token.map else 0
        for mark, label in pairwise(token.children or []):
            line = first + token.content.count("\n", 0, at(mark))
            if mark.type == "strong_open" and lines[line].startswith(f"**{label.content}**"):
                yield label.content.removesuffix("."), line


def letters(number: int) -> tuple[str, ...]:
    """What an author may call an option: A, or А of the Cyrillic row."""
    return letter(number), *CYRILLIC[number : number + 1]


def _called(option: Option, label: str, words: str) -> Option:
    return option.model_copy(update={"label": label, "text": f"{label}. {words}" if words else label})


def _short(body: Markdown, option: Option) -> str:
    """The first words of an option, or its formula where that is a text."""
    if not body:
        latex = option.picture.latex if isinstance(option.picture, Formula) else ""
        return "" if maths.unshown(latex) or len(latex) > SHORT else maths.in_line(latex)
    lines = [line.strip() for line in markup.render(body).text.split("\n") if line.strip()]
    shown = lines[:1] if any(_fenced(line) for line in body.split("\n")) else lines
    words, more = " ".join(" ".join(shown).split()), len(shown) < len(lines)
    if len(words) > SHORT:
        words, more = words[:SHORT].rpartition(" ")[0].rstrip(" ,;:.—–-") or words[:SHORT], True
    return f"{words} …" if more else words


def _fenced(line: str) -> bool:
    return bool(open_fence("", line))


def _marked(label: str, body: Markdown) -> Markdown:
    """The letter before a paragraph, or above whatever else begins an option."""
    return f"**{label}.**\n{body}" if _fenced(body.split("\n")[0]) else f"**{label}.** {body}"
