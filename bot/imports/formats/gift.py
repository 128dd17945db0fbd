"""
Moodle's GIFT: `::name::[format]question{=right ~wrong#feedback ####explanation}`, questions parted by empty lines.

What a student types, pairs or counts has no form as a poll, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.imports import convert
from bot.imports.question import (
    TRUE_FALSE,
    Choice,
    Item,
    Passage,
    Question,
    Refused,
    Told,
    UnfitError,
    beginning,
    few,
)
from bot.thread.model import Language, Markdown

COMMENT = re.compile(r"\s*//")
NAME = re.compile(r"\s*::((?:[^:\\]|\\[\s\S]|:(?!:))*)::")
FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
ESCAPE = re.compile(r"\\([~=#{}:\\n])")
ANSWER = re.compile(r"([=~])((?:[^=~\\]|\\[\s\S])*)")
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,7})?)%")
TRUTH = re.compile(r"\s*(TRUE|T|FALSE|F)\s*(?=#|$)", re.IGNORECASE)
SPECIAL = re.compile(r"\\[\s\S]|[{}]")
FULL = 99.0  # percent: three thirds of 33.33333 are all right answers


@dataclass(frozen=True)
class Answer:
    right: bool
    weight: float | None
    text: str
    feedback: str


def read(text: str, language: Language) -> Iterator[Item]:
    for line, source in _parts(text):
        if source.lstrip().startswith("$CATEGORY:"):
            yield Told(line, f"category {source.strip().removeprefix('$CATEGORY:').strip()[:80]!r} is left out")
            continue
        name = NAME.match(source)
        rest = source[name.end() :] if name else source
        try:
            yield _item(line, _unescaped(name[1]).strip() if name else "", rest, language)
        except UnfitError as error:
            stem = re.split(r"(?<!\\)\{", rest, maxsplit=1)[0]
            yield Refused(line, beginning(_unescaped(stem if stem.strip() else rest)), str(error))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Questions as they stand between empty lines, comments left out; an answer block may hold empty lines."""
    part: list[str] = []
    first, depth = 1, 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if COMMENT.match(line):
            continue
        if line.strip() and depth > 0 and not part[-1].strip() and NAME.match(line):
            yield first, "\n".join(part)  # its block never ended: the next question begins here
            part, depth = [], 0
        if line.strip() or depth > 0:
            first = first if part else number
            part.append(line)
            depth += sum({"{": 1, "}": -1}.get(sign, 0) for sign in SPECIAL.findall(line))
        elif part:
            yield first, "\n".join(part)
            part, depth = [], 0
    if part:
        yield first, "\n".join(part)


def _item(line: int, name: str, source: str, language: Language) -> Item:
    braces = [found for found in SPECIAL.finditer(source) if found[0] in "{}"]
    format_ = FORMAT.match(source)
    begin = format_.end() if format_ else 0
    words = _format(format_[1] if format_ else "moodle")
    if not braces:
        if shown := words(_unescaped(source[begin:])):
            return Passage(line, shown)
        raise UnfitError("there is nothing but its name")
    if [found[0] for found in braces] != ["{", "}"]:
        raise UnfitError("it has not exactly one { and one } for its answers; a { that is meant is written \\{")
    opened, closed = braces[0].start(), braces[1].start()
    before, answers, after = source[begin:opened], source[opened + 1 : closed], source[closed + 1 :]
    stem = f"{before.rstrip()} _____ {after.strip()}" if after.strip() else before
    answers, _, general = _split(answers, "####")
    choices, multiple, notes = _choices(answers, words, language)
    explanation = _formatted(general, words)
    return Question(line, words(_unescaped(stem)), choices, explanation, name, multiple=multiple, notes=notes)


def _split(text: str, mark: str) -> tuple[str, str, str]:
    """At the first `mark` that no backslash escapes."""
    at = 0
    while (at := text.find(mark, at)) >= 0:
        escapes = len(text[:at]) - len(text[:at].rstrip("\\"))
        if escapes % 2 == 0:
            return text[:at], mark, text[at + len(mark) :]
        at += 1
    return text, "", ""


def _choices(
    source: str, words: Callable[[str], Markdown], language: Language
) -> tuple[tuple[Choice, ...], bool, tuple[str, ...]]:
    """Options, whether several are to be chosen, and what the author should know."""
    if not source.strip():
        raise UnfitError("the answer is an essay; a poll needs options")
    if source.lstrip().startswith("#"):
        raise UnfitError("the answer is a number; a poll needs options, ~wrong ones as well")
    if truth := TRUTH.match(source):
        return _truth(truth, source, words, language), False, ()
    answers = [_answer(found) for found in ANSWER.finditer(source)]
    if not any(found.group(1) == "~" for found in ANSWER.finditer(source)):
        pairs = answers and all("->" in answer.text for answer in answers)
        what = "its answers are pairs" if pairs else "the answer is typed, no wrong one is given"
        raise UnfitError(f"{what}; a poll needs options, ~wrong ones as well")
    single = any(answer.right for answer in answers)
    made, notes = [], []
    for answer in few(answers):
        weight = answer.weight if answer.weight is not None else (100.0 if answer.right else 0.0)
        correct = weight >= FULL if single else weight > 0
        if 0 < weight < FULL and single:
            notes.append(f"{beginning(answer.text)!r} gives {weight:g} %: it counts as wrong here")
        text = _formatted(answer.text, words)
        made.append(Choice(convert.line(text), correct, _formatted(answer.feedback, words)))
    return tuple(made), not single, tuple(notes)


def _answer(found: re.Match[str]) -> Answer:
    weight = WEIGHT.match(found[2])
    rest = found[2][weight.end() :] if weight else found[2]
    text, _, feedback = _split(rest, "#")
    return Answer(found[1] == "=", float(weight[1]) if weight else None, text, feedback)


def _truth(
    found: re.Match[str], source: str, words: Callable[[str], Markdown], language: Language
) -> tuple[Choice, ...]:
    """Moodle's first feedback is for the wrong answer, the second for the right one."""
    true = found[1].upper().startswith("T")
    _, _, rest = _split(source[found.end() :], "#")
    wrong, _, right = _split(rest, "#")
    said = {True: _formatted(right, words), False: _formatted(wrong, words)}
    return tuple(
        Choice(text, own == true, said[own == true])
        for text, own in zip(TRUE_FALSE[language], (True, False), strict=True)
    )


def _formatted(source: str, words: Callable[[str], Markdown]) -> Markdown:
    own = FORMAT.match(source)
    return (_format(own[1]) if own else words)(_unescaped(source[own.end() :] if own else source).strip())


def _format(name: str) -> Callable[[str], Markdown]:
    if name == "markdown":
        return convert.markdown
    return convert.plain if name == "plain" else convert.html if name == "html" else _moodle


def _moodle(text: str) -> Markdown:
    """Moodle's own: HTML in places, line breaks kept."""
    return convert.html(text, breaks=True)


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text)
