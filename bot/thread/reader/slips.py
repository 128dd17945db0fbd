"""
Why YAML cannot be read: what an author's keyboard, editor or habit puts there, and how to write it instead.

A parser names the place where it gave up, in its own terms; the cause is a slip of one line, found here by its form.
"""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from bot.errors import Problem
from bot.thread.characters import HIDDEN, ODD_SPACE, code
from bot.thread.reader.source import Section
from bot.thread.worded import worded

SETTING = re.compile(r"(?P<indent> *)(?P<key>[^\W\d]\w*) *:(?: +(?P<value>\S.*?) *| *)")
ODD = f"(?:{ODD_SPACE.pattern}|{HIDDEN.pattern})"
INDENTED = re.compile(rf"[ \t]*(\t|{ODD})[ \t]*\S")
AFTER_COLON = re.compile(rf" *[^\W\d]\w* *: *({ODD})")
OTHER_COLON = re.compile(r" *([^\W\d]\w*)\s*(：|=)\s*(.*)")
NO_SPACE = re.compile(r" *([^\W\d]\w*)(:)([^\s:/].*)")
OPENING, CLOSING = "“”„«‘’‚", "“”»‘’"
UNCLOSED = worded("this quote is never closed:")
GROUPS = ("poll", "set")  # settings whose value has settings of its own
Slip = tuple[int, str]  # column, counted from 0, and message


def cause(section: Section, error: MarkedYAMLError | None, at: tuple[int, int] = (1, 1)) -> Problem:
    """Of a block that is no YAML (or none of the form key: value, `at` its beginning): the likeliest slip."""
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark] if error else []
    last = max([min(mark.line, len(section.lines) - 1) for mark in marks], default=len(section.lines) - 1)
    for number in range(last + 1):
        for find in (_spaces, _colon, _indent):
            if slip := find(section.lines, number):
                return Problem(section.first + number, slip[0] + 1, slip[1])
    for mark in marks:
        if mark.line < len(section.lines) and (slip := _value(section.lines[mark.line])):
            return Problem(section.first + mark.line, slip[0] + 1, slip[1])
    if error is None:
        return Problem(*at, worded("settings are lines of the form key: value"))
    return _in_its_terms(section, error)


def in_key(key: str, *, plain: bool) -> str:
    """What is wrong with a key that YAML took as it stands; empty if nothing is."""
    if odd := HIDDEN.search(key) or ODD_SPACE.search(key):
        return worded("{code} stands in the key {key!r}: delete it", code=code(odd[0]), key=key)
    if plain and (glued := NO_SPACE.fullmatch(key)):
        return _no_space(glued)
    return ""


def swallowed(section: Section, start: int, end: int) -> Problem | None:
    """A setting that YAML takes for more of the value above, because it is indented."""
    for number in range(start + 1, min(end + 1, len(section.lines))):
        line = section.lines[number]
        if NO_SPACE.match(line) or OTHER_COLON.match(line):
            return Problem(section.first + number, len(line) - len(line.lstrip()) + 1, _too_deep(section.lines, number))
    return None


def _spaces(lines: tuple[str, ...], number: int) -> Slip | None:
    """Tabs and odd spaces where YAML wants plain ones."""
    if found := INDENTED.match(lines[number]):
        what = worded("a tab, U+0009,") if found[1] == "\t" else f"{code(found[1])}"
        return found.start(1), worded(
            "{what} indents this line: YAML takes plain spaces only, write two instead", what=what
        )
    if found := AFTER_COLON.match(lines[number]):
        return found.start(1), worded("{code} stands after the colon: write a plain space instead", code=code(found[1]))
    return None


def _colon(lines: tuple[str, ...], number: int) -> Slip | None:
    if found := NO_SPACE.fullmatch(lines[number]):
        return found.start(2), _no_space(found)
    if found := OTHER_COLON.fullmatch(lines[number]):
        sign = f"{found[2]} ({code(found[2])})"
        return found.start(2), worded(
            "{sign} is no colon of YAML: write {key}: {value}", sign=sign, key=found[1], value=found[3]
        )
    return None


def _no_space(found: re.Match[str]) -> str:
    more = "…" if found[3][0] in "[{" else found[3].strip()
    return worded("a space is missing after the colon: write {key}: {more}", key=found[1], more=more)


def _indent(lines: tuple[str, ...], number: int) -> Slip | None:
    """A setting that begins in a column where none can begin."""
    own = SETTING.fullmatch(lines[number])
    above = next((SETTING.fullmatch(line) for line in reversed(lines[:number]) if line.strip()), None)
    if not own or not above or len(own["indent"]) == len(above["indent"]):
        return None
    if len(own["indent"]) > len(above["indent"]):
        return (len(own["indent"]), _too_deep(lines, number)) if above["value"] else None
    open_ = {len(line) - len(line.lstrip()) for line in lines[:number] if line.strip()}
    if len(own["indent"]) in open_:
        return None
    mend = worded("begin {own} where {above} begins", own=own["key"], above=above["key"])
    return len(own["indent"]), worded(
        "the indentation, {count}, is that of no line above: {mend}", count=_count(own), mend=mend
    )


def _too_deep(lines: tuple[str, ...], number: int) -> str:
    above = next((line for line in reversed(lines[:number]) if SETTING.match(line)), "")
    key = above.partition(":")[0].strip()
    return worded(
        "the indentation makes this line a part of {key} above, which has a value: begin both in the same column",
        key=key,
    )


def _count(setting: re.Match[str]) -> str:
    spaces = len(setting["indent"])
    return worded("1 space") if spaces == 1 else worded("{spaces} spaces", spaces=spaces)


def _value(line: str) -> Slip | None:
    """A value that YAML takes for something else."""
    setting = SETTING.fullmatch(line)
    value = setting["value"] if setting else None
    if not setting or not value:
        return None
    why = _beginning(value)
    if setting["key"] in GROUPS and value[0] not in "[\"'":
        return setting.start("value"), worded(
            "{group}: write {key}: {{{inside}}}", group=_group(value), key=setting["key"], inside=_inside(value)
        )
    bare = value[1:-1] if value[0] in OPENING and value[-1] in CLOSING else value[1:] if why == UNCLOSED else value
    mend = in_quotes(setting["key"], bare)
    if why:
        return setting.start("value"), worded("{why} {mend}", why=why, mend=mend)
    colon = re.search(r":(?= |$)", value)
    at = setting.start("value") + (colon.start() if colon else 0)
    return (at, worded("a colon followed by a space begins a value: {mend}", mend=mend)) if colon else None


def _beginning(value: str) -> str:
    """What the first sign of a value makes YAML do."""
    first = value[0]
    if first in "\"'":
        inside = value[1:].replace("\\" + first if first == '"' else "''", "")
        return worded("the value goes on behind its closing quote:") if first in inside else UNCLOSED
    if first in "[{" and (value.count("[") > value.count("]") or value.count("{") > value.count("}")):
        return worded("{first!r} is never closed: close it, or", first=first)
    return worded("a value cannot begin with {first!r}:", first=first) if first in "@`%*&!|>[]{},?-#" else ""


def _group(value: str) -> str:
    opened, closed = value.count("{"), value.count("}")
    if not opened and not closed:
        return worded("braces are missing")
    return worded("'{{' is never closed") if opened > closed else worded("these braces are no pair around the whole")


def _inside(value: str) -> str:
    return re.sub("[{}]", "", value).strip()


def in_quotes(key: str, value: str) -> str:
    """What to do about a value that YAML would not take as it stands."""
    quoted = f'"{value}"' if '"' not in value and "\\" not in value else "'" + value.replace("'", "''") + "'"
    return worded("put the whole value in quotes, {key}: {quoted}", key=key, quoted=quoted)


def _in_its_terms(section: Section, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line >= len(section.lines):
        line, column = len(section.lines) - 1, len(section.lines[-1])
    if section.lines and section.lines[line][column : column + 1] == "\t":
        return Problem(
            section.first + line, column + 1, worded("a tab, U+0009, stands here: write a plain space instead")
        )
    message = str(error.problem or error.context or worded("nothing can be read")).split("\n", 1)[0]
    return Problem(
        section.first + line,
        column + 1,
        worded("this is not YAML: {message}", message=message.replace("<stream end>", "the end")),
    )
