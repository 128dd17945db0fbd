"""What Telegram finds in a text by itself (TDLib, find_entities)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.texts import addresses
from emulator.texts.cards import cards
from emulator.texts.entity import Entity, units

SHORT_NAMES = ("gif", "nft", "pic", "ufc", "vid")
MENTION = re.compile(r"(?<!\w)@([A-Za-z0-9_]{2,32})(?!\w)")
COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}|(?!@))(?![\w/<>])")
CASHTAG = re.compile(r"\$(?:1INCH|[A-Z]{1,8}(?![A-Z]))(?:@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_]))?")
NAME = re.compile("@[A-Za-z0-9_]{3,32}")
PHONE = re.compile(r"(?<![\w+])\+[1-9](?:[ -]?\(?[0-9]\)?){7,14}(?!\w)")  # found by Telegram's servers, not by TDLib
LONGEST_TAG = 256

Span = tuple[int, int]  # from which letter to which


def found(text: str) -> list[Entity]:
    """In order and apart: of those that overlap the first, or the longer one."""
    spans = sorted(_all(text), key=lambda span: (span[1], -span[2]))
    entities: list[Entity] = []
    done = offset = 0
    for kind, begin, end in spans:
        if begin < done:
            continue
        offset += units(text[done:begin])
        length = units(text[begin:end])
        entities.append(Entity(kind, offset, length))
        done, offset = end, offset + length
    return entities


def _all(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, finder in FINDERS.items():
        yield from ((kind, *span) for span in finder(text))
    yield from (("url", *span) for span in addresses.inner(text))
    yield from addresses.outer(text)


def mentions(text: str) -> Iterator[Span]:
    for one in MENTION.finditer(text):
        if len(one[1]) >= 4 or one[1].lower() in SHORT_NAMES:
            yield one.span()


def commands(text: str) -> Iterator[Span]:
    return (one.span() for one in COMMAND.finditer(text))


def phones(text: str) -> Iterator[Span]:
    return (one.span() for one in PHONE.finditer(text))


def hashtags(text: str) -> Iterator[Span]:
    for begin in _each("#", text):
        if begin and _in_tag(text[begin - 1]):
            continue
        run = begin + 1
        while run < len(text) and _in_tag(text[run]):
            run += 1
        end = min(run, begin + 1 + LONGEST_TAG)
        name = NAME.match(text, end) if end == run else None
        behind = name.end() if name else run
        lettered = any(letter.isalpha() for letter in text[begin + 1 : end])
        if lettered and not text.startswith("#", behind):
            yield begin, name.end() if name else end


def cashtags(text: str) -> Iterator[Span]:
    for one in CASHTAG.finditer(text):
        around = (text[one.start() - 1 : one.start()], text[one.end() : one.end() + 1])
        if not any(letter and (letter == "$" or _in_tag(letter)) for letter in around):
            yield one.span()


def _each(mark: str, text: str) -> Iterator[int]:
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)


def _in_tag(letter: str) -> bool:
    return letter in "_\u200c\xb7" or "\u0d80" <= letter <= "\u0dff" or letter.isalpha() or letter.isdecimal()


FINDERS = {
    "mention": mentions,
    "bot_command": commands,
    "hashtag": hashtags,
    "cashtag": cashtags,
    "bank_card_number": cards,
    "phone_number": phones,
}
