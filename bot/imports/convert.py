r"""
Texts of other programs as Markdown of ours: plain text, HTML, and Markdown with HTML in it.

What was text stays text. Formulas in `\(…\)`, `\[…\]` and `$$…$$` become `$…$`, which polls can show; addresses
that open nothing outside of their site are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.imports.html import Page
from bot.imports.question import bounded
from bot.thread import escape
from bot.thread.characters import CONTROL
from bot.thread.dialect.parser import parser
from bot.thread.dialect.placed import at, end
from bot.thread.model import Markdown
from bot.thread.reader.source import open_fence

MATHS = re.compile(
    r"(?<!\\)(?:\\\(((?:[^\\$]|\\[^()$])+)\\\)|\\\[((?:[^\\$]|\\[^\[\]$])+)\\\]|\$\$([^$]+)\$\$)",
)
LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\((?!https?:|tg:|mailto:|ton:)([^()\s]*)\)")
RULE = re.compile(r"(?m)^ {0,3}-(?:[ \t]*-){2,}[ \t]*$")
RULED = "***"  # what separates no posts


def plain(text: str) -> Markdown:
    lines = MATHS.sub(lambda found: " ".join(found[0].split()), bounded(text)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(_plain, lines))).strip("\n")


def html(text: str, *, breaks: bool = False) -> Markdown:
    """`breaks`: a line break of the source is one, as in texts that are HTML only in places."""
    page = Page(breaks=breaks)
    if breaks:
        text = "\n".join(line.strip() for line in text.split("\n"))
    for piece, formula in _pieces(bounded(text)):
        page.raw(formula) if formula else page.feed(piece)
    return page.markdown()


def markdown(text: str) -> Markdown:
    """Markdown with HTML in it; code stays as it is, and a rule stays between two texts."""
    page = Page(breaks=True, escaping=False)
    for prose, code in _fences(bounded(text)):
        for words, span in _spans(RULE.sub(RULED, prose)):
            for piece, formula in _pieces(words):
                page.raw(formula) if formula else page.feed(LINK.sub(_written_out, piece))
            page.raw(span)
        page.block(code)
    lines = page.markdown().split("\n")
    said = [number for number, one in enumerate(lines) if one.strip() not in ("", RULED)]
    return "\n".join(lines[said[0] : said[-1] + 1]) if said else ""


def line(text: Markdown) -> Markdown:
    """All of it in one line: an option has no more."""
    return " ".join(text.split())


def printable(text: str) -> tuple[str, list[int]]:
    """Without what cannot be sent, and the lines where it stood."""
    return CONTROL.sub("", text), [number for number, line in enumerate(text.split("\n"), 1) if CONTROL.search(line)]


def _plain(line: str) -> str:
    """One line: its beginning is escaped as one, what follows a formula is not."""
    shown = ""
    for piece, formula in _pieces(" ".join(line.split())):
        begun = escape.inline(piece) if shown else escape.one_line(piece) + " " * (piece[-1:] == " ")
        shown += formula or begun
    return shown


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Text, and formulas as Markdown, in turn."""
    start = 0
    for found in MATHS.finditer(text):
        latex = " ".join((found[1] or found[2] or found[3]).split())
        if not latex:
            continue
        yield text[start : found.start()], ""
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        yield "", f"{' ' * before.isalnum()}${latex}${' ' * after.isalnum()}"
        start = found.end()
    yield text[start:], ""


def _fences(text: str) -> Iterator[tuple[str, str]]:
    """Prose and fenced code in turn; a fence that never ends encloses what follows."""
    prose: list[str] = []
    code: list[str] = []
    fence = ""
    for one in text.split("\n"):
        before, fence = fence, open_fence(fence, one)
        (code if before or fence else prose).append(one)
        if before and not fence:
            yield "\n".join(prose), "\n".join(code)
            prose, code = [], []
    yield "\n".join(prose), "\n".join([*code, fence]) if fence else ""


def _spans(text: str) -> Iterator[tuple[str, str]]:
    """Words and code spans in turn."""
    (line,) = parser().parseInline(text)
    start = 0
    for token in line.children or []:
        if token.type == "code_inline":
            yield text[start : at(token)], text[at(token) : end(token)]
            start = end(token)
    yield text[start:], ""


def _written_out(found: re.Match[str]) -> str:
    """A link within its site: nobody could open it from a chat."""
    return f"{found[1]} ({found[2]})" if found[2] and not found[2].startswith("#") else found[1]
