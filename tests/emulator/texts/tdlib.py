"""TDLib's own examples, read from its test/message_entities.cpp: calls of functions named check_… with plain values."""

import re
from dataclasses import dataclass
from pathlib import Path

from emulator.texts.entity import Entity

TOKEN = re.compile(r'\s+|//[^\n]*|(?P<string>"(?:\\.|[^"\\])*")|(?P<word>[\w:]+)|.')
ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0"}
KINDS = {"TextUrl": "text_link", "MentionName": "text_mention", "CustomEmoji": "custom_emoji", "PreCode": "pre"}
KINDS |= {"BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote", "BotCommand": "bot_command"}
KINDS |= {"FormattedDate": "date_time", "EmailAddress": "email", "BankCardNumber": "bank_card_number"}
FORMATS = {1: "r", 2: "t", 4: "T", 8: "d", 16: "D", 32: "w"}


class NotPlainError(Exception):
    """Something that only a program of C++ knows."""


@dataclass(frozen=True)
class Call:
    line: int
    name: str
    args: list


def calls(source: str, name: str) -> list[Call]:
    """All with plain values, in their order; those in loops use names and are left out."""
    found = []
    for match in re.finditer(rf"^ +{name}\(", source, re.MULTILINE):
        try:
            args = _Reader(source[match.end() :]).values(")")
        except NotPlainError:
            continue
        found.append(Call(source[: match.start()].count("\n") + 1, name, args))
    return found


class _Reader:
    def __init__(self, source: str) -> None:
        self.tokens = (one for one in TOKEN.finditer(source) if one[0].strip() and not one[0].startswith("//"))
        self.next = next(self.tokens)

    def _take(self) -> re.Match:
        taken, self.next = self.next, next(self.tokens)
        return taken

    def values(self, end: str) -> list:
        found = []
        while self.next[0] != end:
            found.append(self._value())
            if self.next[0] == ",":
                self._take()
            elif self.next[0] != end:
                raise NotPlainError(self.next[0])
        self._take()
        return found

    def _value(self):
        token = self._take()
        if token["string"]:
            return self._string(token)
        if token[0] == "{":
            return self.values("}")
        if token[0] == "-" and self.next["word"]:
            return -int(self._take()[0])
        return self._word(token["word"] or "")

    def _word(self, word: str):
        if word.isdigit():
            return int(word)
        if word in ("true", "false"):
            return word == "true"
        if word.startswith("td::MessageEntity::Type::"):
            return word
        if word == "static_cast":
            while self._take()[0] != ">":
                pass
            self._take()
            return self.values(")")[0]
        if word in ("td::CustomEmojiId", "td::UserId", "td::FormattedDate") and self.next[0] in "({":
            return word, self.values(")" if self._take()[0] == "(" else "}")
        raise NotPlainError(word)

    def _string(self, token: re.Match) -> str:
        whole = token["string"][1:-1]
        while self.next["string"]:
            whole += self._take()["string"][1:-1]

        def meant(escape: re.Match) -> bytes:
            return bytes.fromhex(escape[1].decode()) if escape[1] else LETTERS.get(escape[2], escape[2])

        return ESCAPE.sub(meant, whole.encode()).decode()


def entity(given: list) -> Entity:
    """{type, offset, length, argument}, or {offset, length, user}."""
    if isinstance(given[0], int):
        return Entity("text_mention", given[0], given[1], str(given[2][1][0]))
    name = given[0].rpartition("::")[2]
    argument = given[3] if len(given) > 3 else ""
    if isinstance(argument, tuple) and name == "FormattedDate":
        return Entity("date_time", given[1], given[2], _format(argument[1][1]), argument[1][0])
    if isinstance(argument, tuple):
        argument = str(argument[1][0])
    kind = KINDS.get(name, name.lower())
    return Entity(kind, given[1], given[2], argument)


def _format(flags: int) -> str:
    """Short wins where both lengths are asked for, as TDLib answers."""
    letters = [FORMATS[1 << bit] for bit in (5, 3, 4, 1, 2, 0) if flags & 1 << bit]
    doubled = {"D": "d", "T": "t"}
    return "".join(letter for letter in letters if doubled.get(letter) not in letters)


def source(folder: str) -> str:
    return (Path(folder) / "test" / "message_entities.cpp").read_text(encoding="utf-8")
