"""
Plain text as Markdown that shows exactly that text, and no more backslashes than it needs.

`parse(escaped(text))` shows `text`, whatever stands in it, and `check` finds nothing there to tell. Blanks at the ends
of lines and empty lines in a row are what Markdown does not keep.
"""

from __future__ import annotations

import re

from bot.thread.dialect.marks import within

ALWAYS = re.compile(
    r"[\\`*$\[|]|~(?=~)|(?<=~)~|<(?=[A-Za-z/!?])|&(?=[A-Za-z#])|!(?=\[)|(?<=\])\(|(?<![=\w])=(?==[^\s=])"
    r"|%(?=%)|:(?=(?:[+-]1|[a-z][a-z0-9_]*):)"
)
UNDERSCORES = re.compile(r"_+")
DASHES = re.compile(r"[—–―][-—–―]*")  # alone on a line they are taken for a mistyped ---
NUMBERED = re.compile(r"(\d+)([.)])(?=\s|$)")
STARTS = re.compile(r"#(?=[#\s]|$)|>|[-+=~:](?=[-+=~:|\s]|$)")


def escaped(text: str) -> str:
    """Lines stay lines and paragraphs paragraphs."""
    lines = [_line(" ".join(line.split())) for line in re.split(r"\r\n|[\r\n]", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def one_line(text: str) -> str:
    """All of it in one line, for a title, a question or an option."""
    return _line(" ".join(text.split()))


def inline(text: str) -> str:
    """What stands within a line, its blanks at both ends kept: nothing in it is a mark."""
    return UNDERSCORES.sub(_outside_words, ALWAYS.sub(r"\\\g<0>", text))


def code(text: str) -> str:
    """Text to be copied: a code span whose fence is longer than what it encloses."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    blank = " " if text[:1] == "`" or text[-1:] == "`" or (text[:1] == " " == text[-1:] and text.strip()) else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def block(text: str, language: str = "") -> str:
    """Lines of code, as a fence that nothing in them closes."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _line(text: str) -> str:
    """A whole line: what would begin a heading, list, quote, table or rule is escaped as well."""
    if DASHES.fullmatch(text):
        return f"&#{ord(text[0])};{text[1:]}"  # a backslash before a dash would be seen
    if found := NUMBERED.match(text):
        mark = r"\." if found[2] == "." else "&#41;"  # \) would end a formula
        return found[1] + mark + inline(text[found.end() :])
    shown = inline(text)
    return f"\\{shown}" if STARTS.match(text) and not shown.startswith("\\") else shown


def _outside_words(found: re.Match[str]) -> str:
    """`load_dataset` needs no backslash: within a word an underscore marks nothing."""
    return found[0] if within(found.string, *found.span()) else found[0].replace("_", r"\_")
