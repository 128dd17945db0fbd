"""parse_mode=MarkdownV2 (TDLib, parse_markdown_v2)."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.texts import links
from emulator.texts.entity import Entity, TextError, ordered, units

RESERVED = "_*[]()~`>#+-=|{}.!\n"
BEGINS = {"__": "underline", "||": "spoiler", "```": "pre", "![": "custom_emoji"}
BEGINS |= {"_": "italic", "*": "bold", "~": "strikethrough", "[": "text_link", "`": "code"}
ENDS = {kind: mark for mark, kind in BEGINS.items()} | {"custom_emoji": "]", "text_link": "]"}
NAMES = {"text_link": "TextUrl", "custom_emoji": "CustomEmoji", "blockquote": "BlockQuote"}  # in errors
SPACES = " \t\r\n\0\v"
END = "\0" * 3  # stands behind the text


@dataclass(frozen=True)
class Open:
    kind: str
    at: int  # in UTF-16 units
    begin: int  # among the letters of the source
    out: int  # among those that are left
    language: str = ""

    @property
    def name(self) -> str:
        return "PreCode" if self.language else NAMES.get(self.kind, self.kind.capitalize())


def parse(text: str) -> tuple[str, list[Entity]]:
    """The text without marks, and what they marked; raises TextError."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.size = text + END, len(text)
        self.at = self.units = 0
        self.out: list[str] = []
        self.open: list[Open] = []
        self.found: list[Entity] = []
        self.quoting, self.line_begins = False, True

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            self._step()
        self._end_last_quote()
        if self.open:
            raise self._unended()
        return "".join(self.out), ordered(self.found)

    def _step(self) -> None:
        letter = self.text[self.at]
        if self._escaped():
            self._put(self.text[self.at + 1], ends_line=self.text[self.at + 1] == "\n")
            self.at += 2
        elif letter not in ("`" if self._kind() in ("code", "pre") else RESERVED):
            self._put(letter)
            self.at += 1
        elif self._ends():
            self._end()
        else:
            self._begin()

    def _escaped(self) -> bool:
        return self.text[self.at] == "\\" and "\0" < self.text[self.at + 1] <= "~"

    def _put(self, letter: str, *, ends_line: bool = False) -> None:
        """A line that ends in code ends none in which a quote may begin."""
        self.out.append(letter)
        self.units += units(letter)
        if letter != "\r":
            self.line_begins = ends_line

    def _kind(self) -> str:
        return self.open[-1].kind if self.open else ""

    def _bytes(self, at: int) -> str:
        return f"at byte offset {len(self.text[:at].encode())}"

    def _unended(self) -> TextError:
        return TextError(f"Can't find end of {self.open[-1].name} entity {self._bytes(self.open[-1].begin)}")

    def _line_ends_quote(self) -> bool:
        return self.quoting and self.text[self.at] == "\n" and self.text[self.at + 1] != ">"

    def _ends(self) -> bool:
        if not self.open:
            return False
        mark = ENDS.get(self._kind(), "")
        doubled = self._kind() == "italic" and self.text.startswith("__", self.at)
        return self._line_ends_quote() or bool(mark and self.text.startswith(mark, self.at) and not doubled)

    def _begin(self) -> None:
        letter = self.text[self.at]
        mark = next((mark for mark in BEGINS if self.text.startswith(mark, self.at)), "")
        if mark:
            self._open(mark)
        elif letter == "\n":
            self._put(letter, ends_line=True)
            self.at += 1
        elif letter == ">" and self.line_begins:
            if not self.quoting:
                self.open.append(Open("blockquote", self.units, self.at, len(self.out)))
            self.quoting = True
            self.at += 1
        else:
            raise TextError(f"Character '{letter}' is reserved and must be escaped with the preceding '\\'")

    def _open(self, mark: str) -> None:
        begin = self.at
        self.at += len(mark)
        language = self._language() if mark == "```" else ""
        self.open.append(Open(BEGINS[mark], self.units, begin, len(self.out), language))

    def _language(self) -> str:
        """What stands right behind the ticks; the line break behind it is dropped."""
        end = self.at
        while self.text[end] not in SPACES + "`":
            end += 1
        language = self.text[self.at : end] if end < self.size and self.text[end] != "`" else ""
        self.at += len(language)
        self.at += line_break(self.text, self.at)
        return language

    def _end(self) -> None:
        if self._line_ends_quote():
            self._end_quote()
            return
        opened, begin = self.open[-1], self.at
        self.at += len(ENDS[opened.kind])
        made = self._made(opened, self.units - opened.at, begin)
        self.open.pop()
        if made and made.length:
            self.found.append(made)

    def _made(self, opened: Open, length: int, end: int) -> Entity | None:
        if opened.kind == "text_link":
            url = self._url() if self.text[end + 1] == "(" else "".join(self.out[opened.out :])
            return links.link_entity(url, opened.at, length)
        if opened.kind == "custom_emoji":
            if self.text[end + 1] != "(":
                raise TextError("The entity must contain a tg://emoji or tg://time URL")
            return links.emoji_or_date(self._url(), opened.at, length)
        return Entity(opened.kind, opened.at, length, opened.language)

    def _url(self) -> str:
        """What stands in the brackets that begin here."""
        self.at += 1
        begin, letters = self.at, []
        while self.at < self.size and self.text[self.at] != ")":
            self.at += self._escaped()
            letters.append(self.text[self.at])
            self.at += 1
        if self.text[self.at] != ")":
            raise TextError(f"Can't find end of a URL {self._bytes(begin)}")
        self.at += 1
        return "".join(letters)

    def _end_quote(self) -> None:
        """At the end of its last line; || before that hides the rest of the quote until it is tapped."""
        kind = "blockquote"
        if self._kind() != "blockquote":
            carriage = self.out[-1:] == ["\r"]
            if self._kind() != "spoiler" or self.open[-1].begin not in (self.at - 2, self.at - 3 if carriage else -1):
                raise self._unended()
            self.open.pop()
            kind = "expandable_blockquote"
        if self._kind() != "blockquote":
            raise self._unended()
        self.quoting = False
        self._put("\n", ends_line=True)
        self.at += 1
        opened = self.open.pop()
        self.found.append(Entity(kind, opened.at, self.units - opened.at))

    def _end_last_quote(self) -> None:
        kind = "blockquote"
        if self.quoting and self._kind() == "spoiler" and self.open[-1].begin == self.size - 2:
            self.open.pop()
            kind = "expandable_blockquote"
        if self.quoting and self._kind() == "blockquote":
            opened = self.open.pop()
            if self.units > opened.at:
                self.found.append(Entity(kind, opened.at, self.units - opened.at))


def line_break(text: str, at: int) -> int:
    """How long the line break is that stands here; 0 for none."""
    if text[at] not in "\r\n":
        return 0
    return 2 if text[at + 1] in "\r\n" and text[at] != text[at + 1] else 1
