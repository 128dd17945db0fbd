"""parse_mode=HTML: Telegram's tags become entities (TDLib, parse_html)."""

from __future__ import annotations

import re

from emulator.texts import tags
from emulator.texts.entity import Entity, TextError, ordered, units
from emulator.texts.tags import Tag

NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*))")
LAST_CODE = 0x10FFFF  # not taken itself
SPACES = " \t\r\n\0\v"
WORD = re.compile(rf"[^{SPACES}>]*")
ATTRIBUTE = re.compile(rf"[^{SPACES}=>/\"']*")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
BLANK = re.compile(r"[ \t\r\n\v]*")
END = "\0"  # stands behind the text


def parse(text: str) -> tuple[str, list[Entity]]:
    """The text without tags, and what they marked; raises TextError."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.size = text + END, len(text)
        self.at = self.units = 0
        self.out: list[str] = []
        self.open: list[Tag] = []
        self.found: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            if self.text[self.at] == "<":
                self._tag()
            else:
                self._put(self._letter())
        if self.open:
            raise TextError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        plain = "".join(self.out)
        if re.search("[\ud800-\udfff]", plain):
            reason = "Text contains invalid Unicode characters after decoding HTML entities"
            raise TextError(f"{reason}, check for unmatched surrogate code units")
        return plain, ordered(Entity("code", e.offset, e.length) if e.kind == "code" else e for e in self.found)

    def _put(self, letter: str) -> None:
        self.out.append(letter)
        self.units += units(letter)

    def _letter(self) -> str:
        """The next letter, written as such or as a reference."""
        found = REFERENCE.match(self.text, self.at)
        letter = _meant(found) if found else ""
        if not (found and letter):
            self.at += 1
            return self.text[self.at - 1]
        self.at = found.end() + self.text.startswith(";", found.end())
        return letter

    def _word(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        word = found[0] if found else ""
        self.at += len(word)
        return word

    def _bytes(self, at: int) -> str:
        return f"at byte offset {len(self.text[:at].encode())}"

    def _tag(self) -> None:
        begin, self.at = self.at, self.at + 1
        if self.text[self.at] == "/":
            self._end(begin)
        else:
            self._start(begin)
        self.at += 1  # the >

    def _start(self, begin: int) -> None:
        name = self._word(WORD).lower()
        if self.text[self.at] == END:
            raise TextError(f"Unclosed start tag {self._bytes(begin)}")
        if name not in tags.KINDS:
            raise TextError(f'Unsupported start tag "{name}" {self._bytes(begin)}')
        tag = Tag(name, self.units, len(self.out))
        while self.text[self.at] != ">":
            self._word(BLANK)
            if self.text[self.at] != ">":
                self._attribute(tag, begin)
        if name == "span" and tag.argument != "spoiler":
            raise TextError(f'Tag "span" must have class "tg-spoiler" {self._bytes(begin)}')
        self.open.append(tag)

    def _attribute(self, tag: Tag, begin: int) -> None:
        name = self._word(ATTRIBUTE)
        if not name:
            raise TextError(f'Empty attribute name in the tag "{tag.name}" {self._bytes(begin)}')
        self._word(BLANK)
        if self.text[self.at] == "=":
            self.at += 1
            self._word(BLANK)
            self._check_more(tag, begin)
            tags.keep(tag, name, self._value(begin))
        else:
            self._check_more(tag, begin)
            if name == "expandable":
                tags.keep(tag, name, "")

    def _check_more(self, tag: Tag, begin: int) -> None:
        if self.text[self.at] == END:
            raise TextError(f'Unclosed start tag "{tag.name}" {self._bytes(begin)}')

    def _value(self, begin: int) -> str:
        quote = self.text[self.at]
        value = self._quoted(quote) if quote in "\"'" else self._token()
        if self.text[self.at] == END:
            raise TextError(f"Unclosed start tag {self._bytes(begin)}")
        return value

    def _quoted(self, quote: str) -> str:
        self.at += 1
        letters = []
        while self.text[self.at] not in (quote, END):
            letters.append(self._letter())
        self.at += self.text[self.at] == quote
        return "".join(letters)

    def _token(self) -> str:
        begin = self.at
        value = self._word(TOKEN).lower()
        if self.text[self.at] not in SPACES + ">":
            raise TextError(f"Unexpected end of name token {self._bytes(begin)}")
        return value

    def _end(self, begin: int) -> None:
        if not self.open:
            raise TextError(f"Unexpected end tag {self._bytes(begin)}")
        self.at += 1
        name = self._word(WORD).lower()
        self._word(BLANK)
        if self.text[self.at] != ">":
            raise TextError(f"Unclosed end tag {self._bytes(begin)}")
        tag = self.open[-1]
        if name not in ("", tag.name):
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            raise TextError(f"Unmatched end tag {self._bytes(begin)}, {expected}")
        if self.units > tag.at:
            self._mark(tag)
        self.open.pop()

    def _mark(self, tag: Tag) -> None:
        length = self.units - tag.at
        made = tags.made(tag, length, "".join(self.out[tag.begin :]) if tag.name == "a" else "")
        if made and self.found and tags.is_block(made, self.found[-1]):
            self.found[-1] = Entity("pre", tag.at, length, made.value or self.found[-1].value)
        elif made:
            self.found.append(made)


def _meant(found: re.Match[str]) -> str:
    """The letter that a reference stands for; none for what Telegram does not know."""
    if found["name"] is not None:
        return NAMED.get(found["name"], "")
    digits, base = (found["hex"], 16) if found["hex"] is not None else (found["decimal"], 10)
    code = int(digits, base) if digits and len(found[0]) < 10 else 0
    return chr(code) if 0 < code < LAST_CODE else ""
