"""A table as CSV: a row is a question; what its columns hold is guessed from their names or their order, and told."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from itertools import islice

from bot.imports import convert
from bot.imports.question import Choice, Item, Question, Refused, Told, UnfitError, attempt, beginning, few
from bot.thread.model import Language
from bot.thread.reader.lettered import letters

QUESTION = re.compile(r"question|question ?text|q|prompt|stem|text|вопрос|текст вопроса|текст", re.IGNORECASE)
RIGHT = re.compile(
    r"(the )?(correct|right)( ?(answer|option|choice)s?(\(s\))?)?|answers?|key|solution"
    r"|(правильный |верный )?ответ(ы)?|(правильные|верные) ответы|правильный( вариант)?|ключ",
    re.IGNORECASE,
)
WHY = re.compile(r"explanation|explain|feedback|comment|rationale|пояснение|объяснение|комментарий", re.IGNORECASE)
OPTION = re.compile(
    r"(?:(?:option|answer|choice|variant|вариант( ответа)?|ответ)[ _]?#?(?:\d{1,2}|[a-zа-я])|[a-lа-м]|\d{1,2})",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"\s*[,;|/]\s*|\s+")


@dataclass(frozen=True)
class Columns:
    question: int
    options: tuple[int, ...]
    right: int | None
    why: int | None


def read(text: str, language: Language) -> Iterator[Item]:
    del language
    rows = csv.reader(StringIO(text), delimiter=_delimiter(text), skipinitialspace=True)
    filled: list[tuple[int, list[str]]] = []
    broken = None
    line = 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                filled.append((line, [cell.strip() for cell in row]))
            line = rows.line_num + 1
    except csv.Error as error:
        broken = Refused(line, "the rows from here on", f"they cannot be read as CSV: {error}")
    if filled:
        columns, named = _columns([row for _, row in filled])
        yield Told(filled[0][0], _told(columns, filled[0][1], named=named))
        body = filled[1:] if named else filled
        by_text = _by_text([row for _, row in body], columns)
        for line, row in body:
            about = _cell(row, columns.question)
            yield attempt(line, about, partial(_question, line, row, columns, by_text=by_text))
    if broken:
        yield broken


def _delimiter(text: str) -> str:
    """The sign that parts the first line's names, else the one that parts the most cells of the first rows alike."""
    return max(",;\t|", key=partial(_parted, text))


def _parted(text: str, sign: str) -> tuple[bool, int]:
    rows = csv.reader(StringIO(text[:8_000]), delimiter=sign, skipinitialspace=True)
    filled = (row for row in rows if any(cell.strip() for cell in row))
    try:
        found = list(islice(filled, 5))
    except csv.Error:  # told where the rows are read
        return False, 0
    return bool(found and _columns(found)[1]), min(map(len, found), default=0)


def _columns(rows: Sequence[list[str]]) -> tuple[Columns, bool]:
    """By name where the first row has names; else question first, right answer last, options between."""
    head = rows[0]
    question = next((n for n, cell in enumerate(head) if QUESTION.fullmatch(cell)), None)
    options = tuple(n for n, cell in enumerate(head) if OPTION.fullmatch(cell))
    if question is not None and options:
        right = next((n for n, cell in enumerate(head) if RIGHT.fullmatch(cell) and n not in options), None)
        why = next((n for n, cell in enumerate(head) if WHY.fullmatch(cell)), None)
        return Columns(question, options, right, why), True
    width = max(map(len, rows))
    return Columns(0, tuple(range(1, width - 1)), width - 1, None), False


def _told(columns: Columns, head: Sequence[str], *, named: bool) -> str:
    def name(n: int) -> str:
        return repr(head[n]) if named else f"column {n + 1}"

    parts = [f"question from {name(columns.question)}"]
    parts.append(f"options from {', '.join(map(name, columns.options)) or 'nowhere'}")
    parts.append(f"right answer from {name(columns.right)}" if columns.right is not None else "no right answer")
    parts += [f"explanation from {name(columns.why)}"] if columns.why is not None else []
    used = {columns.question, *columns.options, columns.right, columns.why}
    unused = [cell for n, cell in enumerate(head) if n not in used] if named else []
    parts += [f"not used: {', '.join(map(repr, unused))}"] if unused else []
    return ("" if named else "no header: ") + "; ".join(parts)


def _by_text(rows: Sequence[list[str]], columns: Columns) -> bool:
    """Whether right answers are the options' own words in every row: then `2` is an option, not a number of one."""
    if columns.right is None:
        return False
    return all(
        _cell(row, columns.right).casefold() in {_cell(row, n).casefold() for n in columns.options}
        for row in rows
        if _cell(row, columns.right)
    )


def _question(line: int, row: Sequence[str], columns: Columns, *, by_text: bool) -> Question:
    cells = {n: _cell(row, n) for n in columns.options if _cell(row, n)}
    named = _cell(row, columns.right) if columns.right is not None else ""
    right = _right(named, cells, columns.options, by_text=by_text)
    choices = tuple(Choice(convert.line(convert.plain(cell)), n in right) for n, cell in few([*cells.items()]))
    why = convert.plain(_cell(row, columns.why)) if columns.why is not None else ""
    return Question(line, convert.plain(_cell(row, columns.question)), choices, why)


def _right(named: str, cells: dict[int, str], order: Sequence[int], *, by_text: bool) -> set[int]:
    """Which columns a cell such as `B`, `2`, `A, C` or an option's own words names."""
    words = {cell.casefold(): n for n, cell in cells.items()}
    if not named or not cells:
        return set()
    if named.casefold() in words and (by_text or _place(named, order) is None):
        return {words[named.casefold()]}
    parts = [part for part in SEVERAL.split(named) if part]
    places = [_place(part, order) for part in parts]
    if parts and all(place is not None and place in cells for place in places):
        return {place for place in places if place is not None}
    texts = [part.strip().casefold() for part in re.split(r"[;|]", named)]
    if all(text in words for text in texts):
        return {words[text] for text in texts}
    raise UnfitError(f"its right answer {beginning(named)!r} is neither an option nor the letter or number of one")


def _place(name: str, order: Sequence[int]) -> int | None:
    name = name.strip("().").upper()
    if name.isdecimal() and name.isascii() and len(name) < 3:
        number = int(name) - 1
    else:
        number = next((number for number in range(len(order)) if name in letters(number)), -1)
    return order[number] if 0 <= number < len(order) else None


def _cell(row: Sequence[str], n: int) -> str:
    return row[n] if n < len(row) else ""
