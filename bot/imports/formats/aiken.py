"""Moodle's Aiken: a question, its options `A. …` or `A) …`, and a line `ANSWER: A`; letters may be Russian ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from bot.imports import convert
from bot.imports.question import Choice, Item, Question, Refused, UnfitError, attempt, beginning, few
from bot.thread.model import Language

OPTION = re.compile(r"\s*([A-ZА-Я])[.)]\s+(\S.*)")
ANSWER = re.compile(r"\s*(?:ANSWER|ОТВЕТ):\s*([A-Za-zА-Яа-я](?:[\s,;]+[A-Za-zА-Яа-я])*)\s*")
LATIN, RUSSIAN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"


def read(text: str, language: Language) -> Iterator[Item]:
    del language
    above: list[str] = []
    options: list[tuple[str, str]] = []
    first = 1
    for number, line in enumerate(text.split("\n"), 1):
        option = OPTION.fullmatch(line)
        if answer := ANSWER.fullmatch(line):
            yield attempt(first, " ".join(above), partial(_question, first, above, options, answer[1]))
            above, options = [], []
        elif option and above and _follows(option[1], options):
            options.append((option[1], option[2]))
        elif line.strip():
            if options:
                yield Refused(first, beginning(" ".join(above)), "behind its options stands no line ANSWER: A")
                above, options = [], []
            first = first if above else number
            above.append(line)
    if above or options:
        yield Refused(first, beginning(" ".join(above)), "behind it stand no options and no line ANSWER: A")


def _follows(letter: str, options: list[tuple[str, str]]) -> bool:
    """Whether a letter is the next one of its alphabet, which is that of the first option."""
    letters = RUSSIAN if (options[0][0] if options else letter) in RUSSIAN else LATIN
    return letters[len(options) : len(options) + 1] == letter


def _question(line: int, above: list[str], options: list[tuple[str, str]], answer: str) -> Question:
    right = set(re.findall("[A-ZА-Я]", answer.upper()))
    if options and (options[0][0] in RUSSIAN) != (answer[0].upper() in RUSSIAN):
        raise UnfitError(f"ANSWER: {answer} is a letter of another alphabet than its options")
    if unknown := right - {letter for letter, _ in options}:
        raise UnfitError(f"ANSWER: {answer} names {', '.join(sorted(unknown))}, which is none of its options")
    choices = tuple(Choice(convert.line(convert.plain(text)), letter in right) for letter, text in few(options))
    return Question(line, convert.plain("\n".join(above)), choices)
