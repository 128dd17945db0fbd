"""parse_mode=Markdown, the old one without nesting (TDLib, parse_markdown)."""

from __future__ import annotations

from emulator.texts import links
from emulator.texts.entity import Entity, TextError, units
from emulator.texts.markdown_v2 import END, SPACES, line_break

KINDS = {"_": "italic", "*": "bold", "`": "code", "[": "text_link"}


def parse(text: str) -> tuple[str, list[Entity]]:
    """The text without marks, and what they marked; raises TextError."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.size = text + END, len(text)
        self.at = self.units = self.bytes = 0
        self.out: list[str] = []
        self.found: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            letter = self.text[self.at]
            if letter == "\\" and self.text[self.at + 1] in KINDS:
                self._put(self.text[self.at + 1])
                self.at += 2
            elif letter in KINDS:
                self._mark(letter)
            else:
                self._put(letter)
                self.at += 1
        return "".join(self.out), self.found

    def _put(self, piece: str) -> None:
        self.out.append(piece)
        self.units += units(piece)
        self.bytes += len(piece.encode())

    def _mark(self, mark: str) -> None:
        begin, offset = self.at, self.units
        block = self.text.startswith("```", begin)
        self.at += 3 if block else 1
        language = self._language() if block else ""
        end = self.text.find("```" if block else "]" if mark == "[" else mark, self.at, self.size)
        if end < 0:
            place = len(self.text[:begin].encode())
            raise TextError(f"Can't find end of the entity starting at byte offset {place}")
        covered = self.text[self.at : end]
        self._put(covered)
        self.at = end + (3 if block else 1)
        kind = "pre" if block else KINDS[mark]
        if kind == "text_link":
            self._link(covered, offset, begin)
        elif covered:
            self.found.append(Entity(kind, offset, units(covered), language))

    def _language(self) -> str:
        end = self.at
        while self.text[end] not in SPACES + "`":
            end += 1
        language = self.text[self.at : end] if end < self.size and self.text[end] != "`" else ""
        self.at += len(language)
        self.at += line_break(self.text, self.at)
        return language

    def _link(self, covered: str, offset: int, begin: int) -> None:
        """[text](address), or an address alone. Over no text no address is read."""
        dropped = len(self.text[: begin + 1].encode()) - (self.bytes - len(covered.encode()))
        url = _overwritten(covered, dropped)
        if covered and self.text[self.at] == "(":
            end = self.text.find(")", self.at, self.size)
            end = self.size if end < 0 else end
            url = self.text[self.at + 1 : end]
            self.at = end + 1
        made = links.link_entity(url, offset, units(covered)) if covered else None
        if made:
            self.found.append(made)


def _overwritten(covered: str, dropped: int) -> str:
    """
    TDLib writes the text over its source before it reads an address alone from there.

    It has moved by as many bytes as marks have been dropped: [x.org] leads to .orgg.
    """
    letters = covered.encode()
    moved = letters[dropped:] + letters[-dropped:] if dropped < len(letters) else letters
    return moved.decode(errors="surrogateescape")
