"""
The numbers that an author typed: what a reader may take for a result, and cannot tell from one.

A claim is a number in running text, with its sign of a unit, or a word that compares (вдвое, half as much). What is no
claim, by its form: code and maths; a size (64→64, 3×3, 8×8) and what is part of a name (W2, float32); a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.thread.dialect.parser import parser
from bot.thread.model import Language, Markdown
from bot.thread.reader.named import NAMED
from bot.thread.reader.place import lines
from bot.thread.reader.source import Section
from experiments.quantity import Unit

SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
PLAIN = r"\d+(?:{decimal}\d+)?"
NUMBER = {
    language: re.compile(
        rf"(?<![\w.,₀-₉])(?P<sign>[−-](?=\d))?(?P<number>{PLAIN.format(decimal=decimal)})(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
        r"(?P<unit>[\s\u00a0\u202f]?(?:%|[×x](?!\d)|ms\b|мс\b))?"
        rf"(?=(?P<shared>\s?(?:–|-|to|and|or|до|и|или)\s?{PLAIN.format(decimal=decimal)}[\s\u00a0\u202f]?(?:%|×|ms\b|мс\b))?)"
    )
    for language, decimal in (("ru", r"[.,]"), ("en", r"\."))
}
SIZE = re.compile(r"(?<![\w.,])\d+(?:\s?[×→]\s?\d+)+")
YEAR = re.compile(r"(?:19|20)\d\d")
WORDS = {
    "ru": re.compile(
        r"(?i)\b(?:вдвое|втрое|вчетверо|впятеро|вдесятеро|наполовину|полтора|полутора|трет(?:ь|и)|четверт(?:ь|и)"
        r"|(?:в\s)?(?:два|три|четыре|пять|десять|сто) раза?)\b"
    ),
    "en": re.compile(
        r"(?i)\b(?:twice as|half (?:as|again)|(?:one|two|three|four|five|ten) and a half"
        r"|a (?:third|quarter|tenth)|(?:two|three|four|five|ten|hundred) times|(?:two|three|four|five|ten)fold)\b"
    ),
}
UNITS: dict[str, Unit] = {"%": "%", "×": "x", "x": "x", "ms": "ms", "мс": "ms"}
_Told = tuple[str, float | None, int, Unit]
AROUND = 30  # characters of its text, on either side


@dataclass(frozen=True)
class Claim:
    """
    `value` None is a word; `digits` are those after the decimal sign, -1 of a power. `around` is what stands there.

    `line` and `column` are where in its text it begins, both from 1.
    """

    text: str
    value: float | None
    digits: int
    unit: Unit
    around: str
    line: int
    column: int


def found(source: Markdown, language: Language) -> Iterator[Claim]:
    """In one text, from its beginning; numbers that are named and not typed are none."""
    section = Section(1, tuple(source.split("\n")))
    for line in lines(section, parser().parse(source)):
        shadow, offsets = line.shadow()
        text = NAMED.sub(lambda named: "\ufffc" * len(named[0]), shadow)
        hidden = SIZE.sub(lambda size: "\ufffc" * len(size[0]), text)
        spans: list[tuple[int, _Told]] = [
            (one.start(), _number(one)) for one in NUMBER.get(language, NUMBER["en"]).finditer(hidden)
        ]
        spans += [(one.start(), (one[0], None, 0, "")) for one in WORDS.get(language, WORDS["en"]).finditer(hidden)]
        for start, (told, value, digits, unit) in sorted(spans, key=lambda span: span[0]):
            if not YEAR.fullmatch(told):
                around = text[max(start - AROUND, 0) : start + len(told) + AROUND].replace("\ufffc", "…")
                yield Claim(told, value, digits, unit, " ".join(around.split()), *line.place(offsets[start]))


def values(sources: Iterable[Markdown], language: Language) -> set[float]:
    """The numbers that stand in some texts, whatever their sign: −1 and 1 are the same setting."""
    return {abs(one.value) for source in sources for one in found(source, language) if one.value is not None}


def normal(number: str) -> str:
    """A number as it is written in settings: with a point, and no unit."""
    return number.replace(",", ".").replace("−", "-").strip().rstrip("%×x").strip()


def confirmed(claim: Claim, reasons: Mapping[str, str]) -> bool:
    """Whether the author stands for it: by the number itself, or by the word."""
    return any(normal(claim.text).casefold() == normal(given).casefold() for given in reasons)


def _number(one: re.Match[str]) -> _Told:
    plain = one["number"].replace(",", ".")
    value = float(plain)
    if one["power"]:
        value **= int(one["power"].translate(SUPERSCRIPT))
    own = (one["unit"] or "").strip()
    unit = UNITS.get(own or (one["shared"] or "")[-2:].strip("0123456789.,\u00a0\u202f "), "")  # 88 to 94%
    told = one[0].rstrip() if own else f"{one['sign'] or ''}{one['number']}{one['power'] or ''}"
    digits = -1 if one["power"] else len(plain.partition(".")[2])
    return told, -value if one["sign"] else value, digits, unit
