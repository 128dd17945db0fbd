"""TeX in pieces with their places, read once from left to right: what is wrong is told before anything is built."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.thread.tex import names
from bot.thread.worded import worded

LONGEST = 3_000  # characters of a formula
PIECE = re.compile(r"\\(?:operatorname\*|tag\*|[a-zA-Z]+|.)|\s+|\d+(?:\.\d+)?|.", re.DOTALL)
NAME = re.compile(r"\s*\{([^{}\\$]*)\}")
COLOUR = re.compile(r"\s*\{([a-zA-Z0-9#]+)\}")
IN_WORDS = {rf"\{sign}": sign for sign in "{}&%$_#"} | {
    r"\ ": " ", r"\,": " ", r"\;": " ", r"\:": " ", r"\!": "", r"\quad": " ", "~": " ",
    r"\dots": "…", r"\ldots": "…", r"\textbackslash": "\\",
}  # fmt: skip
SHOWS_NOTHING = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
JOINERS = frozenset("\u200d\ufe0f")  # within an emoji


@dataclass(frozen=True)
class Fault:
    """What is wrong with a formula, and where: `offset` counts its characters from 0."""

    offset: int
    message: str


@dataclass(frozen=True)
class Piece:
    """A command, a brace, a number, blanks or a sign; with the `words` between its braces, where it takes words."""

    text: str
    offset: int
    words: str = ""


def scan(latex: str) -> tuple[list[Piece], list[Fault]]:
    """The pieces of a formula, and what is wrong with them. Of what is too long nothing is read."""
    if len(latex) > LONGEST:
        return [], [
            Fault(
                0,
                worded(
                    "a formula of {count:,} characters: at most {longest:,}, make several of it",
                    count=len(latex),
                    longest=LONGEST,
                ),
            )
        ]
    faults: list[Fault] = []
    return list(_pieces(latex, faults)), faults


def _pieces(latex: str, faults: list[Fault]) -> Iterator[Piece]:
    at = 0
    while found := PIECE.match(latex, at):
        text, start, at = found[0], at, found.end()
        words = ""
        if text in names.WORDS | names.NAMED | names.TAGS:
            at, words = _words(latex, start, at, text, faults)
        elif text in (r"\begin", r"\end") or text in names.COLOURS:
            name = (COLOUR if text in names.COLOURS else NAME).match(latex, at)
            at, words = (name.end(), name[1]) if name else (at, "")
        faults += (Fault(start, message) for message in _wrong(text, words))
        yield Piece(text, start, words)


def _wrong(text: str, words: str) -> Iterator[str]:
    if text in names.REFUSED:
        yield worded("{text} is not taken in a formula", text=text)
    elif text.startswith("\\") and text not in names.known():
        near = difflib.get_close_matches(text, names.like(text), n=1, cutoff=0.8)
        if near:
            yield worded("unknown command {text}: did you mean {near}?", text=text, near=near[0])
        else:
            yield worded("unknown command {text}: it would be drawn as text", text=text)
    elif text == r"\begin" and words not in names.ENVIRONMENTS:
        yield worded(
            "unknown environment {words!r}: allowed are {listed}", words=words, listed=", ".join(names.ENVIRONMENTS)
        )
    elif text in names.COLOURS and not words:
        yield worded("{text} names a colour in braces, as in {text}{{red}}", text=text)
    elif text == "$":
        yield worded("a $ inside of a formula: the formula itself stands between $$ and $$, a dollar is \\$")
    elif text == "%":
        yield worded("a % begins a comment in TeX, and all that follows would vanish: write \\%")
    elif not text.isspace() and unicodedata.category(text[-1]) in SHOWS_NOTHING and text not in JOINERS:
        yield worded("U+{code:04X} stands in the formula and shows nothing: delete it", code=ord(text[-1]))


def _words(latex: str, start: int, at: int, command: str, faults: list[Fault]) -> tuple[int, str]:
    """Where the braces behind a command such as text end, and the words in them."""
    while latex[at : at + 1].isspace():
        at += 1
    if latex[at : at + 1] != "{":
        faults.append(Fault(start, worded("{command} takes words in braces, as in {command}{{if}}", command=command)))
        return at, ""
    found: list[str] = []
    depth = 0
    while piece := PIECE.match(latex, at):
        text, at = piece[0], piece.end()
        depth += (text == "{") - (text == "}")
        if depth == 0:
            break
        if text in "{}":
            continue
        if text.startswith("\\") and text not in IN_WORDS:
            faults.append(
                Fault(
                    piece.start(),
                    worded("{text} stands between words: {command}{{…}} takes words alone", text=text, command=command),
                )
            )
        elif text not in IN_WORDS:
            faults += (Fault(piece.start(), message) for message in _wrong(text, ""))
        found.append(IN_WORDS.get(text, text))
    else:
        faults.append(Fault(start, worded("1 opening and 0 closing braces: each {{ needs its }}")))
    return at, "".join(found)
