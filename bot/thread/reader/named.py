"""
Numbers that an author does not type but names: `{between.accuracy:range%}`, filled with what was measured.

They stand in what is said around a poll with an experiment, above its question, below its options and in the feedback
to each; question and options are what people vote on, before anything is told. Within code and maths, and behind a
backslash, a brace is a brace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from bot.errors import Problem
from bot.thread.reader.blocks import Block
from bot.thread.reader.place import lines
from bot.thread.reader.source import Section
from bot.thread.worded import worded
from experiments import quantity
from experiments.catalogue import Entry
from experiments.quantity import FormError

NAMED = re.compile(r"\{(?P<key>[A-Za-z][\w+.@-]*)(?::(?P<form>[^{}\s]*))?\}")


@dataclass(frozen=True)
class Named:
    """One of them: line and column in the file, both from 1, its length, its key, and how it is to be written."""

    line: int
    column: int
    length: int
    key: str
    form: str | None


def found(section: Section, tokens: Sequence[Token]) -> Iterator[Named]:
    """All that stand in some blocks of a section."""
    for line in lines(section, tokens):
        text, offsets = line.shadow()
        for one in NAMED.finditer(text):
            yield Named(*line.place(offsets[one.start()]), len(one[0]), one["key"], one["form"])


def problems(section: Section, blocks: Sequence[Block], at: int, entry: Entry) -> Iterator[Problem]:
    """Those that cannot be filled: their place, key or form is wrong. `blocks[at]` are the options."""
    asked = max((n for n in range(at) if blocks[n].kind in ("paragraph", "heading")), default=None)
    for number, block in enumerate(blocks):
        for one in found(section, block.tokens):
            if number == asked or (number == at and not _quoted(section, block, one)):
                if one.key in entry.numbers:
                    message = worded("a question and its options show no measured number: say it below")
                    yield Problem(one.line, one.column, message)
            elif told := _unfit(one, entry):
                yield Problem(one.line, one.column, told)


def _unfit(one: Named, entry: Entry) -> str:
    if one.key == quantity.VERSION:
        return worded("torch is a version, written as it is: {{torch}}") if one.form is not None else ""
    try:
        quantity.form(one.key, one.form, entry.numbers)
    except FormError as error:
        wrong = worded(error.pattern, **error.fields)
        return worded(
            "{wrong} (pollbot experiment {run} --keys lists them; \\{{ is a brace)", wrong=wrong, run=entry.name
        )
    return ""


def _quoted(section: Section, block: Block, one: Named) -> bool:
    quotes = (token.map for token in block.tokens if token.type == "blockquote_open" and token.map)
    return any(start <= one.line - section.first < end for start, end in quotes)
