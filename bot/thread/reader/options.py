"""The task list of a poll: `- [ ] option`, `[x]` where it is right, its own feedback in a quote below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from bot.errors import Problem
from bot.thread import markup
from bot.thread.model import Option
from bot.thread.reader.blocks import Block, is_task
from bot.thread.reader.source import Problems, Section

LONGEST, FEWEST, MOST = 100, 2, 12
BOX = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+")
NO_BOX = re.compile(r"\s*(?:[-*+]|\d+[.)])\s*\[\s*[хХvV+*✓✔√☑✅xX]?\s*\](?!\()")  # х and Х are Cyrillic here
QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)?")
BELOW = "below an option stands nothing but one quote with its feedback: '    > …'"


@dataclass(frozen=True)
class Choice:
    """An option, and the line of the section (from 0) where it stands."""

    line: int
    option: Option


def read(section: Section, block: Block, problems: Problems) -> list[Choice]:
    """The options of a task list, each problem of theirs added."""
    choices = []
    for tokens in _items(block):
        if is_task(tokens[0]):
            problems.extend(_misplaced(section, tokens))
            choices.append(_choice(section, tokens))
        else:
            problems.append(_boxless(section, tokens[0]))
    problems.extend(_limits(section, choices))
    return choices


def near_misses(section: Section, blocks: Sequence[Block]) -> Iterator[Problem]:
    """Lines outside of task lists that were probably meant as options."""
    for block in blocks:
        if block.kind in ("bullet_list", "ordered_list", "paragraph") and not block.tasks:
            for number in range(block.start, block.end):
                if NO_BOX.match(section.lines[number]):
                    yield _mistyped(section, number)


def whole(section: Section, block: Block, choices: Sequence[Choice], kind: str) -> Iterator[Problem]:
    """Whether there are enough options, and right answers as the poll's kind needs them."""
    line = section.first + block.start
    if not FEWEST <= len(choices) <= MOST:
        options = "1 option" if len(choices) == 1 else f"{len(choices)} options"
        yield Problem(line, 1, f"the poll has {options}: {FEWEST} to {MOST} are allowed")
    right = [choice for choice in choices if choice.option.correct]
    if kind == "opinion" and right:
        place = section.find("[", right[0].line)
        yield Problem(*place, "an opinion has no right answer: write [ ] here, or take away kind: opinion")
    if kind != "opinion" and not right:
        mend = "mark it with [x], or say kind: opinion in a ```poll fence"
        yield Problem(line, 1, f"no option is marked as the right answer: {mend}")


def _items(block: Block) -> Iterator[list[Token]]:
    item: list[Token] = []
    for token in block.tokens[1:-1]:
        item.append(token)
        if token.level == 1 and token.type == "list_item_close":
            yield item
            item = []


def _inside(tokens: Sequence[Token]) -> list[Token]:
    """What an item holds: its paragraph first, then (if all is well) one quote."""
    return [token for token in tokens if token.level == 2 and token.nesting >= 0]


def _choice(section: Section, tokens: Sequence[Token]) -> Choice:
    start = _span(tokens[0])[0]
    line = section.lines[start]
    box = BOX.match(line)
    quote = next((token for token in _inside(tokens) if token.type == "blockquote_open"), None)
    return Choice(
        start,
        Option(
            text=markup.plain(line[box.end() :] if box else line),
            correct=bool(box and box[1] in "xX"),
            feedback="\n".join(QUOTE.sub("", text, count=1) for text in section.lines[slice(*_span(quote))]).strip(),
        ),
    )


def _span(token: Token | None) -> tuple[int, int]:
    return (token.map[0], token.map[1]) if token and token.map else (0, 0)


def _misplaced(section: Section, tokens: Sequence[Token]) -> Iterator[Problem]:
    paragraph, *rest = _inside(tokens)
    start, end = _span(paragraph)
    if end > start + 1:
        mend = "feedback goes in a quote below, '    > …', and a blank line stands before any other text"
        yield Problem(section.first + start + 1, 1, f"an option is a single line: {mend}")
    for token in rest[1:] if rest and rest[0].type == "blockquote_open" else rest:
        number = _span(token)[0] or start
        yield Problem(*section.find(section.lines[number], number), BELOW)


def _boxless(section: Section, token: Token) -> Problem:
    number = _span(token)[0]
    if NO_BOX.match(section.lines[number]):
        return _mistyped(section, number)
    text = section.lines[number].strip()
    return Problem(
        *section.find(text, number), f"{text!r} has no box, unlike its neighbours: write - [ ] before an option"
    )


def _mistyped(section: Section, number: int) -> Problem:
    text = section.lines[number].strip()
    why = " ([х] is the Cyrillic letter)" if re.search("[хХ]", text[: text.find("]")]) else ""
    return Problem(
        *section.find(text, number), f"{text!r} is no option{why}: write - [ ] text, or - [x] text where it is right"
    )


def _limits(section: Section, choices: Sequence[Choice]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for choice in choices:
        text, line = choice.option.text, section.first + choice.line
        box = BOX.match(section.lines[choice.line])
        column = box.end() + 1 if box else 1
        if not 1 <= len(text) <= LONGEST:
            yield Problem(line, column, f"the option has {len(text)} characters: Telegram allows 1 to {LONGEST}")
        if text in seen:
            yield Problem(line, column, f"{text!r} is already the option in line {seen[text]}: options must differ")
        seen.setdefault(text, line)
