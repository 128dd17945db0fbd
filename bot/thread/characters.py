"""
Characters that nobody sees, or that turn a text round: told by their code.

What is meant stays: joiners in emoji and in the scripts that have them, marks of direction, isolates that are closed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.errors import Problem
from bot.thread.worded import worded

EMOJI = "©®\u203c-\u3299\ufe0f\U0001f000-\U0001faff"
JOINED = "\u0590-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff"  # scripts without spaces between words
HIDDEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
    f"|(?<![{UNSPACED}])\u200b|\u200b(?![{UNSPACED}])"
    f"|(?<![{JOINED}{EMOJI}])[\u200c\u200d]|(?<=[{EMOJI}])[\u200c\u200d](?![{EMOJI}])"
    "|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]|(?<![\u2800-\u28ff])\u2800(?![\u2800-\u28ff])"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
BLANK = ("Cc", "Cf", "Zs", "Zl", "Zp")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
OVERRIDES, CLOSED_BY = (
    "\u202d\u202e",
    dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
)


def code(sign: str) -> str:
    return f"U+{ord(sign):04X}"


def shown(value: object) -> str:
    """A value within a sentence: as it was written, unless it is long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def bare(text: str) -> str:
    """`text` with plain spaces, and without what nobody sees."""
    return ODD_SPACE.sub(" ", HIDDEN.sub("", text)).strip()


def seen(text: str) -> bool:
    """Whether anything of a text is seen."""
    return any(unicodedata.category(sign) not in BLANK and not UNSEEN.match(sign) for sign in text)


def blank(text: str) -> str:
    """The codes of what a text holds if nothing of it is seen."""
    return "" if seen(text) else ", ".join(dict.fromkeys(code(sign) for sign in text))


def odd(text: str) -> str:
    """Of a word that a machine reads, what in it is not what it looks like: ` (it has U+00A0)`."""
    latin = re.search("[a-z]", text, re.IGNORECASE)
    found = [code(sign) for sign in text if HIDDEN.match(sign) or ODD_SPACE.match(sign)]
    number = re.fullmatch(r"[\d.,\s]+[а-я]", text, re.IGNORECASE)
    if latin or number:
        found += [
            worded("the Cyrillic letter {sign}, {code}", sign=sign, code=code(sign))
            for sign in text
            if "а" <= sign.lower() <= "я"
        ]
    return worded(" (it has {listed})", listed=" and ".join(dict.fromkeys(found))) if found else ""


def problems(lines: Iterable[str]) -> Iterator[Problem]:
    """Everything of this kind in a file: each character once, at its first place."""
    found: dict[str, list[Problem]] = {}
    for number, line in enumerate(lines, 1):
        for problem in _of(number, line):
            found.setdefault(problem.message, []).append(problem)
    for message, same in found.items():
        more = worded(" (here and in {count} more places)", count=len(same) - 1) if len(same) > 1 else ""
        yield Problem(
            same[0].line,
            same[0].column,
            worded("{message}{more}", message=message, more=more) if more else message,
            same[0].severity,
        )


def coded(text: str, source: str) -> Iterator[str]:
    """What cannot be sent, or turns a text round, in a `text`, and stands in its `source` only in codes."""
    if CONTROL.search(text) or DIRECTION.search(text):
        said = {problem.message for number, line in enumerate(source.split("\n")) for problem in _of(number, line)}
        for line in text.split("\n"):
            for problem in _of(1, line):
                if problem.severity == "error" and problem.message not in said:
                    yield problem.message


def _of(number: int, line: str) -> Iterator[Problem]:
    for match in CONTROL.finditer(line):
        yield Problem(
            number,
            match.start() + 1,
            worded("the control character {code} cannot be sent: delete it", code=code(match[0])),
        )
    for match in HIDDEN.finditer(line):
        message = worded("{code}, which nobody sees, stands here: delete it unless it is meant", code=code(match[0]))
        yield Problem(number, match.start() + 1, message, "warning")
    yield from _turned(number, line)


def _turned(number: int, line: str) -> Iterator[Problem]:
    """Characters that show what follows in another order than it was written: overrides, and what nothing closes."""
    opened: list[tuple[int, str]] = []
    for match in DIRECTION.finditer(line):
        sign = match[0]
        if sign in OVERRIDES:
            yield Problem(
                number, match.start() + 1, worded("{code} turns round what follows it: delete it", code=code(sign))
            )
        if sign in CLOSED_BY:
            opened.append((match.start(), sign))
        elif opened and CLOSED_BY[opened[-1][1]] == sign:
            opened.pop()
        else:
            yield Problem(
                number, match.start() + 1, worded("{code} closes no direction of text: delete it", code=code(sign))
            )
    for start, sign in opened:
        if sign not in OVERRIDES:
            end = code(CLOSED_BY[sign])
            message = worded(
                "{code} sets a direction that no {end} closes in its line: delete it", code=code(sign), end=end
            )
            yield Problem(number, start + 1, message)
