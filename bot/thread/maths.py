"""A formula within a sentence: TeX as one line of Unicode, or what of it has no such form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.thread.tex.line import row
from bot.thread.tex.scan import JOINERS, SHOWS_NOTHING, Fault, scan
from bot.thread.tex.spacing import NoFormError
from bot.thread.tex.tree import TexError, tree
from bot.thread.worded import worded

REMEDY = worded("give the formula a line of its own, $$…$$, and it becomes a picture")
TALL = re.compile(
    r"\\(?:begin|\\|substack|[dt]?binom|choose|atop|brac[ek]|(?:over|under)(?:brace|bracket|paren|set)"
    r"|stackrel|x[a-zA-Z]*(?:arrow|harpoon)[a-z]*|x(?:mapsto|tofrom|longequal)|[bx]?cancel|sout|boxed|fbox"
    r"|[hv]?phantom|tag\*?|(?:over|under)[a-z]*arrow)"
)
WIDE = re.compile(r"\\(?:wide[a-z]+|hat|tilde|vec|d*dot|check|breve|acute|grave|mathring|over[a-z]+|under[a-z]+)")


def in_line(latex: str) -> str:
    """In Unicode: `W_{t+1}` is Wₜ₊₁. The source as it stands, if `unshown` finds anything."""
    try:
        return _line(latex)
    except (TexError, NoFormError):
        return latex


def unshown(latex: str) -> tuple[Fault, ...]:
    """What keeps a formula from standing within a sentence, each with its place, its cause and the remedy."""
    try:
        _line(latex)
    except TexError as error:
        return error.faults
    except NoFormError:
        return _tall(latex)
    return ()


def _tall(latex: str) -> tuple[Fault, ...]:
    """The commands that take more than one line; each once."""
    pieces, _ = scan(latex)
    blamed = [piece for piece in pieces if TALL.fullmatch(piece.text)]
    blamed = blamed or [piece for piece in pieces if WIDE.fullmatch(piece.text)]
    at = {_name(piece.text, piece.words): piece.offset for piece in reversed(blamed)} or {worded("this formula"): 0}
    first = sorted(at, key=lambda name: at[name])
    return tuple(
        Fault(at[name], worded("{name} has no form within a text: {remedy}", name=name, remedy=REMEDY))
        for name in first
    )


def _name(command: str, words: str) -> str:
    return rf"\begin{{{words}}}" if command == r"\begin" else command


@lru_cache(8192)  # it is asked whether a formula has a line, and then for the line
def _line(latex: str) -> str:
    text = unicodedata.normalize("NFC", row(tree(latex)).replace("\u00a0", " "))
    text = re.sub(" +", " ", text).strip()
    if not text or any(unicodedata.category(sign) in SHOWS_NOTHING and sign not in JOINERS for sign in text):
        raise NoFormError(text)
    return text
