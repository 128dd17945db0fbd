"""A mark on a stretch of text. Offsets and lengths count UTF-16 units, as Telegram does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from emulator.wire import Json

FOUND = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
CLOSED = ("code", "pre", "date_time")  # nothing stands inside them
LINKED = ("text_link", "text_mention", "custom_emoji")
KINDS = (*SPLITTABLE, *QUOTES, *CLOSED, *LINKED)  # what a bot may give; the rest is found

# which of two over the same text comes first; by TDLib's MessageEntity::get_type_priority
RANKS = dict.fromkeys(FOUND, 50) | dict.fromkeys(QUOTES, 0) | {"pre": 11, "code": 20, "date_time": 30}
RANKS |= {"text_link": 49, "text_mention": 49, "bold": 90, "italic": 91, "underline": 92}
RANKS |= {"strikethrough": 93, "spoiler": 94, "custom_emoji": 99}


class TextError(Exception):
    """Why a text is not taken, in TDLib's words."""


@dataclass(frozen=True)
class Entity:
    kind: str
    offset: int
    length: int
    value: str = ""  # the language, the URL, a custom emoji's or user's id, the format of a date
    date: int = 0

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def place(self) -> tuple[int, int, int]:
        """By which entities are ordered: an outer one comes before those in it."""
        rank = 10 if self.kind == "pre" and self.value else RANKS[self.kind]
        return self.offset, -self.length, rank

    def overlaps(self, other: Entity) -> bool:
        return self.offset < other.end and other.offset < self.end

    def holds(self, other: Entity) -> bool:
        return self.offset <= other.offset and other.end <= self.end

    def json(self) -> Json:
        """As the Bot API shows it; of a user only the id."""
        body: Json = {"offset": self.offset, "length": self.length, "type": self.kind}
        match self.kind:
            case "pre" if self.value:
                body["language"] = self.value
            case "text_link":
                body["url"] = self.value
            case "text_mention":
                body["user"] = {"id": int(self.value)}
            case "custom_emoji":
                body["custom_emoji_id"] = self.value
            case "date_time":
                body |= {"unix_time": self.date, "date_time_format": self.value}
        return body


def ordered(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda one: one.place)


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def cut(text: str, offset: int, length: int) -> str:
    """What an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
