"""
Literals of JavaScript, as an attribute `choices={[…]}` holds them: lists, objects, strings, numbers, words, comments.

Nothing is evaluated, and nothing is nested deeper than a quiz needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from bot.imports.question import UnfitError

Value = str | float | bool | None | list["Value"] | dict[str, "Value"]

T = TypeVar("T")
BLANK = re.compile(r"(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*")
STRING = re.compile(r"\"((?:[^\"\\\n]|\\[\s\S])*)\"|'((?:[^'\\\n]|\\[\s\S])*)'|`((?:[^`\\]|\\[\s\S])*)`")
FRAGMENT = re.compile(r"<>((?:[^<]|<(?!/>))*)</>")
WORD = re.compile(r"[A-Za-z_$][\w$]*|-?\d+(?:\.\d+)?")
ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
SHORT = {"n": "\n", "t": "\t", "r": "\n", "b": "", "f": "", "v": "", "0": "", "\n": "", "\r\n": ""}
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}
DEEPEST = 4


def literal(source: str, start: int) -> tuple[Value, int]:
    """The value that begins at `start`, and where it ends. Raises `UnfitError`."""
    return _Reader(source).value(start, 0)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source

    def value(self, at: int, depth: int) -> tuple[Value, int]:
        at = self.skip(at)
        sign = self.source[at : at + 1]
        if depth > DEEPEST:
            raise UnfitError("its choices are nested deeper than a list of objects")
        if sign == "[":
            return self.items(at + 1, "]", lambda at: self.value(at, depth + 1))
        if sign == "{":
            pairs, end = self.items(at + 1, "}", lambda at: self.pair(at, depth + 1))
            return dict(pairs), end
        return self.joined(at) if sign in {'"', "'", "`", "<"} else self.word(at)

    def items(self, at: int, end: str, read: Callable[[int], tuple[T, int]]) -> tuple[list[T], int]:
        found: list[T] = []
        while not self.source.startswith(end, at := self.skip(at)):
            item, at = read(at)
            found.append(item)
            at = self.skip(at)
            if self.source.startswith(",", at):
                at += 1
            elif not self.source.startswith(end, at):
                raise self.unread(at, f"a comma or {end}")
        return found, at + 1

    def pair(self, at: int, depth: int) -> tuple[tuple[str, Value], int]:
        name, at = self.joined(at) if self.source.startswith(("'", '"', "`"), at) else self.name(at)
        at = self.skip(at)
        if not self.source.startswith(":", at):
            raise self.unread(at, "a colon")
        value, at = self.value(at + 1, depth)
        return (name, value), at

    def name(self, at: int) -> tuple[str, int]:
        if found := WORD.match(self.source, at):
            return found[0], found.end()
        raise self.unread(at, "a name")

    def joined(self, at: int) -> tuple[str, int]:
        """Strings, added to each other or alone."""
        text, at = self.string(at)
        while self.source.startswith("+", after := self.skip(at)):
            more, at = self.string(self.skip(after + 1))
            text += more
        return text, at

    def string(self, at: int) -> tuple[str, int]:
        if found := STRING.match(self.source, at):
            if found[3] and "${" in found[3]:
                raise self.unread(at, "a string without ${…}")
            return ESCAPE.sub(_unescaped, found[1] or found[2] or found[3] or ""), found.end()
        if found := FRAGMENT.match(self.source, at):
            return " ".join(found[1].split()), found.end()
        raise self.unread(at, "a string that ends")

    def word(self, at: int) -> tuple[Value, int]:
        name, end = self.name(at)
        if name in WORDS:
            return WORDS[name], end
        if name[0] in "-0123456789":
            return float(name), end
        raise self.unread(at, "true, false, a number or a string")

    def skip(self, at: int) -> int:
        found = BLANK.match(self.source, at)
        return found.end() if found else at

    def unread(self, at: int, wanted: str) -> UnfitError:
        seen = repr(self.source[at : at + 20]) if self.source[at:].strip() else "the end"
        return UnfitError(f"its choices cannot be read: {wanted} is expected, not {seen}")


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"
    return SHORT.get(found[4], found[4])
