"""
HTML as far as Telegram can show it, as Markdown: one pass over the tags, in linear time.

A tag that HTML does not have is text: `<mask>` is what an author of a quiz meant to be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from bot.thread import escape, markup
from bot.thread.reader.leading import OPENED
from bot.thread.reader.source import open_fence

TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)?)(/?)>")
ATTRIBUTE = re.compile(r"\b(href|src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
CODE = ("code", "tt", "kbd", "samp", "pre")
BLOCKS = (
    "p", "div", "ul", "ol", "table", "tbody", "thead", "blockquote", "hr", "section", "h1", "h2", "h3", "h4", "h5",
    "h6",
)  # fmt: skip
LINES = ("br", "tr", "li")
PLAIN = (
    "span", "font", "u", "small", "big", "sub", "sup", "td", "th", "label", "center", "mark", "var", "abbr", "cite",
    "dl", "dt", "dd", "figure", "figcaption", "picture", "source", "details", "summary", "tip", "o",
)  # fmt: skip
HIDDEN = ("script", "style")
KNOWN = {*MARKS, *CODE, *BLOCKS, *LINES, *PLAIN, *HIDDEN, "a", "img"}
SCRIPTS = {"sub": r"\_", "sup": "^"}
NAMED = re.compile(r"#|[\s\w+.-]*:")  # a place in the page, javascript: and the like
DEEPEST = 20  # tags in tags


@dataclass
class Open:
    """A tag that waits for its end; `start` is where its contents begin in the output."""

    name: str
    start: int
    href: str = ""


class Page:
    """Line breaks are blanks unless `breaks`; without `escaping`, what stands between the tags is Markdown already."""

    def __init__(self, *, breaks: bool, escaping: bool = True) -> None:
        self._breaks, self._escaping = breaks, escaping
        self._out: list[str] = []
        self._stack: list[Open] = []

    def feed(self, source: str) -> None:
        start = 0
        source = markup.uncommented(source)
        for tag in TAG.finditer(source):
            if tag[2].lower() in KNOWN:
                self._words(source[start : tag.start()])
                self._tag(tag[2].lower(), end=bool(tag[1]), attributes=tag[3])
                start = tag.end()
        self._words(source[start:])

    def raw(self, markdown: str) -> None:
        """Markdown that is right already."""
        if markdown:
            self._out.append(markdown)

    def block(self, markdown: str) -> None:
        if markdown:
            self._out += ["\n\n", markdown, "\n\n"]

    def markdown(self) -> str:
        while self._stack:
            self._close(self._stack[-1].name)
        return _tidy("".join(self._out))

    def _words(self, source: str) -> None:
        if not source or self._inside(HIDDEN):
            return
        if self._inside(CODE):
            self._out.append(unescape(source))
            return
        if not self._escaping:  # entities of Markdown are read by its reader
            self._out.append(source)
            return
        words = unescape(source).replace("\xa0", " ")
        lines = words.split("\n") if self._breaks else [" ".join(words.split("\n"))]
        self._out.append("\n".join(self._at_start(line) for line in lines))

    def _at_start(self, words: str) -> str:
        """A line's beginning is escaped as one where the output begins a line."""
        if self._out and not self._out[-1].endswith("\n"):
            return escape.inline(words)
        blank = len(words) - len(words.lstrip())
        kept = words.rstrip()
        return words[:blank] + escape.one_line(kept) + words[max(blank, len(kept)) :] if kept.strip() else words

    def _tag(self, name: str, *, end: bool, attributes: str) -> None:
        given = {key.lower(): unescape(a or b or c) for key, a, b, c in ATTRIBUTE.findall(attributes)}
        if name == "img" and not end:
            self._out.append(f"![{escape.inline(given.get('alt', ''))}]({_address(given.get('src', ''))})")
        elif name in LINES:
            self._out.append("" if end else "\n- " if name == "li" else "\n")
        elif name in BLOCKS and name != "hr":
            self._out.append("\n\n")
        elif end:
            self._close(name)
        elif len(self._stack) < DEEPEST and (name in MARKS or name in CODE or name in HIDDEN or name == "a"):
            self._stack.append(Open(name, len(self._out), given.get("href", "")))
        elif name in SCRIPTS:
            self._out.append(SCRIPTS[name])

    def _close(self, name: str) -> None:
        """The innermost of that name ends, and with it what was opened in it and never ended."""
        if all(one.name != name for one in self._stack):
            return
        while self._stack:
            top = self._stack.pop()
            inside = "".join(self._out[top.start :])
            del self._out[top.start :]
            self._out.append(self._wrapped(top, inside))
            if top.name == name:
                return

    def _wrapped(self, tag: Open, inside: str) -> str:
        if tag.name in HIDDEN or not inside.strip():
            return "" if tag.name in HIDDEN else inside
        if tag.name == "pre":
            return f"\n\n{escape.block(inside.strip(chr(10)))}\n\n"
        if self._inside(CODE):
            return inside
        lead, words, tail = re.fullmatch(r"(\s*)(.*?)(\s*)", inside, re.DOTALL).groups()  # type: ignore[union-attr]
        if tag.name in CODE:
            return lead + escape.code(" ".join(words.split())) + tail
        if tag.name == "a":
            return lead + _link(words, tag.href) + tail
        mark = MARKS[tag.name]
        glued = bool(self._out) and (self._out[-1][-1:].isalnum() or self._out[-1][-1:] in "*~")
        held = words[0].isalnum() and words[-1].isalnum() and "\n\n" not in words
        return inside if glued or not held else f"{lead}{mark}{words}{mark}{tail}"

    def _inside(self, names: tuple[str, ...]) -> bool:
        return any(one.name in names for one in self._stack)


def _link(words: str, href: str) -> str:
    if OPENED.match(href):
        return f"[{' '.join(words.split())}]({_address(href)})"
    return words if not href or NAMED.match(href) else f"{words} ({escape.inline(href)})"


def _address(href: str) -> str:
    return quote(href, safe="/:?#@!$&'+,;=%~-._")


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines, and with one empty line between blocks; code keeps its own."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        fence = open_fence(fence, line)
        shown = line.rstrip()
        if fence or shown or (lines and lines[-1]):
            lines.append(line if fence else shown)
    return "\n".join(lines).strip("\n ")
