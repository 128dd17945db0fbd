"""Signs of some Markdown that stand in a text as they are, since they mark nothing there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from bot.errors import Problem
from bot.thread.dialect.marks import within
from bot.thread.reader.place import Line
from bot.thread.tex import names
from bot.thread.worded import worded

Severity = Literal["error", "warning"]
FOOTNOTE = worded("Telegram has no footnotes: write the note where it belongs, or below as a text")
MEND = worded("put a space outside of the marks, none inside, or leave punctuation out of them")
LEFT = {  # what a sign would begin, and what to write; the first that fits a place is told, and not what it holds
    r"!\[\[": worded("![[ ]] shows no picture here: write ![](picture.png) on a line of its own"),
    r"!\[(?:[^\[\]]*\]\()?": worded(
        "this is no picture: write ![](<file name.png>), with < > where the name has spaces"
    ),
    r"\[\[": worded("[[ ]] makes no link here: write [text](https://…)"),
    r"\[\^[^\]\s]+\]": FOOTNOTE,
    r"\[!\w+\]": worded("Telegram has no alerts: write its heading in bold, > **Note.** …"),
    r"\]\(|\] \((?=https?:)": (
        worded("this is no link: write [text](<https://…>), with < > or %20 where the address has spaces")
    ),
    r"(?<!\$)\$\$(?!\$)": (
        worded(
            "this $$ has no other $$: a formula is $$…$$, in one line or on lines of its own; write \\$\\$ if it is "
            "meant"
        )
    ),
    r"(?<![=\w])==(?=[^\s=])[^=]*[^\s=]==(?![=\w])": worded("== marks nothing here: write **bold**"),
    r"(?<![%\d])%%(?=[^%]+%%)[^%]+%%": worded("%% hides nothing here: write <!-- a note -->"),
    r"(?<=\n):[ \t]+(?=\S)": worded("Telegram has no lists of definitions: write **term**: what it means"),
}
MAYBE_LEFT = {  # what may be meant as it stands
    r"(?<![\w:]):(?:[+-]1|[a-z][a-z0-9]*(?:_[a-z0-9]+)*):(?![\w:])": worded(
        "this word is shown as it stands: paste the emoji"
    ),
    r"(?<=[^\W\d_])\*\*(?=[^\W\d_]{3,}\*\*[^\W\d_])": worded("** begins nothing within a word: mark the whole word"),
    r"(?<![\w*])\*(?=[^\s*][^*\n]*[.,:;!?…»”\"]\*\w)": worded("this * makes nothing italic here: {mend}", mend=MEND),
}
FOUND: Sequence[tuple[re.Pattern[str], Sequence[str], Severity]] = [
    (re.compile("|".join(f"({pattern})" for pattern in LEFT)), [*LEFT.values()], "error"),
    (re.compile("|".join(f"({pattern})" for pattern in MAYBE_LEFT)), [*MAYBE_LEFT.values()], "warning"),
]
BARS = re.compile(r"(?P<opens>(?<!\S)\|\|(?=\w))|(?P<closes>(?<=[\w.!?…»)])\|\|(?![\w^_(|]))|\|\|")
APART = re.compile(r"\s*\|\|\s[^|]*\s\|\|\s*")
DOLLAR = re.compile(r"(?<![\d$])\$(?![\d$])")
COMMAND = re.compile(r"\\([a-zA-Z]{2,})")


def problems(line: Line, *, tex: bool) -> Iterator[Problem]:
    """Of one paragraph, heading or cell; `tex`: commands of TeX as well."""
    text, offsets = line.shadow()

    def problem(place: int, message: str, severity: Severity = "error") -> Problem:
        return Problem(*line.place(offsets[place]), message, severity)

    for pattern, messages, severity in FOUND:
        for found in pattern.finditer(text):
            yield problem(found.start(), messages[(found.lastindex or 1) - 1], severity)
    bars = [*BARS.finditer(text)]
    if (len(bars) == 1 and bars[0].lastgroup) or APART.fullmatch(text):
        message = worded("|| hides nothing here: write ||text||, with no space inside, and within one paragraph")
        yield problem(bars[0].start(), message, "warning")
    for mark in (r"\*{2,}", r"~{2,}"):
        left = [found for found in re.finditer(mark, text) if not within(text, *found.span())]
        yield from (
            problem(found.start(), _not_marked(found[0][:2])) for found in left[::2]
        )  # each ends the one before
    for found in COMMAND.finditer(text) if tex else ():
        if found[0] in names.known():
            mend = worded("put the whole formula between dollars, $…$ in a text, $$…$$ on a line of its own")
            yield problem(
                found.start(), worded("{found} is TeX, and stands outside of $…$: {mend}", found=found[0], mend=mend)
            )
    for found in DOLLAR.finditer(text):
        message = worded(
            "this $ neither opens nor ends a formula: see the rule in docs/dialect.md; write \\$ if it is meant"
        )
        yield problem(found.start(), message, "warning")


def _not_marked(mark: str) -> str:
    """CommonMark's rule, in short: no mark between punctuation and a letter, and none beside a space inside."""
    name = worded("bold") if mark == "**" else worded("struck through")
    escaped = "".join(f"\\{sign}" for sign in mark)
    return worded(
        "{mark} does not make text {name} here: {mend}; write {escaped} if the signs themselves are meant",
        mark=mark,
        name=name,
        mend=MEND,
        escaped=escaped,
    )
