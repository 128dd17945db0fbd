"""What stands within what: braces and environments that pair, arguments that are there, a depth that is bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.thread.tex import names
from bot.thread.tex.scan import Fault, Piece
from bot.thread.worded import worded

DEEPEST = 24  # braces, arguments and scripts within each other
GROUP, SCRIPT, OPTION = 0, -2, -3  # what waits for its end, beside `names.REST` and a count of arguments
NOTHING = Piece("", 0)


def unpaired(pieces: Sequence[Piece]) -> list[Fault]:
    """Braces and environments that do not pair."""
    opened = [piece for piece in pieces if piece.text == "{"]
    closed = [piece for piece in pieces if piece.text == "}"]
    if len(opened) != len(closed):
        message = worded(
            "{opened} opening and {closed} closing braces: each {{ needs its }}", opened=len(opened), closed=len(closed)
        )
        return [Fault((opened if len(opened) > len(closed) else closed)[-1].offset, message)]
    around: list[Piece] = []
    for piece in pieces:
        if piece.text in ("{", r"\begin"):
            around.append(piece)
        elif piece.text in ("}", r"\end"):
            other = around.pop() if around else None
            if piece.text == "}" and (other is None or other.text != "{"):
                return [Fault(piece.offset, worded("this }} closes nothing: each {{ needs its }}"))]
            if piece.text == r"\end" and (other is None or other.text != r"\begin" or other.words != piece.words):
                return [
                    Fault(piece.offset, worded("\\end{{{words}}} ends nothing that began before it", words=piece.words))
                ]
        elif piece.text == "&" and not any(outer.text == r"\begin" for outer in around):
            return [
                Fault(
                    piece.offset, worded("& stands outside of an environment such as \\begin{{aligned}}: a sign is \\&")
                )
            ]
    return [
        Fault(piece.offset, worded("\\begin{{{words}}} has no matching \\end{{{words}}}", words=piece.words))
        for piece in around[:1]
    ]


def too_deep(pieces: Sequence[Piece]) -> Iterator[Fault]:
    """How deep things stand within each other, by a count alone: nothing is built of them. Arguments need no braces."""
    waiting: list[tuple[int, Piece]] = []
    solid = [piece for piece in pieces if not piece.text.isspace()]
    for before, piece, after in zip([NOTHING, *solid], solid, [*solid[1:], NOTHING], strict=False):
        if before.text in names.PAIRED:  # a delimiter belongs to its command
            if piece.text in "{}":
                yield Fault(
                    piece.offset, worded("{text} takes a sign: write {text}\\{sign}", text=before.text, sign=piece.text)
                )
        elif piece.text != "'":  # a prime belongs to what stands before it
            yield from _take(waiting, before.text, piece, after.text)
        if len(waiting) > DEEPEST:
            message = worded(
                "more than {deepest} braces, scripts and commands within each other: make several formulas of it",
                deepest=DEEPEST,
            )
            yield Fault(piece.offset, message)
            return
    yield from _unfinished(waiting)


def _take(waiting: list[tuple[int, Piece]], before: str, piece: Piece, after: str) -> Iterator[Fault]:
    text = piece.text
    if text in ("{", r"\begin", r"\left"):
        waiting.append((GROUP, piece))
    elif text in ("}", r"\end", r"\right"):
        yield from _unfinished(waiting)
        waiting[-1:] = []
        _complete(waiting)
    elif text in ("&", r"\\"):
        yield from _unfinished(waiting)
    elif text in ("_", "^"):
        waiting.append((SCRIPT, piece))
    elif text == "]" and waiting and waiting[-1][0] == OPTION:
        waiting.pop()
    elif count := names.arguments(text):
        waiting.append((count, piece))
        if after == "[" and text in names.ROOTS:
            waiting.append((OPTION, piece))
    else:
        _complete(waiting)
        if text.isdigit() and len(text) > 1 and before.endswith("frac"):  # \frac12
            _complete(waiting)


def _unfinished(waiting: list[tuple[int, Piece]]) -> Iterator[Fault]:
    """What a group leaves without its arguments, when it ends."""
    while waiting and waiting[-1][0] != GROUP:
        count, piece = waiting.pop()
        if count == SCRIPT:
            yield Fault(piece.offset, worded("the formula cannot be read: nothing follows ^ or _"))
        elif count > 0:
            yield Fault(piece.offset, worded("the formula cannot be read: {text} lacks an argument", text=piece.text))


def _complete(waiting: list[tuple[int, Piece]]) -> None:
    """One argument is there; a command that has all of its own is an argument itself, a script is part of its base."""
    while waiting and waiting[-1][0] > 0:
        count, piece = waiting.pop()
        if count > 1:
            waiting.append((count - 1, piece))
            return
    if waiting and waiting[-1][0] == SCRIPT:
        waiting.pop()
