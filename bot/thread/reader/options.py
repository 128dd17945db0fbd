"""
The task list of a poll: `- [ ] option`, `[x]` where it is right, its own feedback in a quote below.

With `letters: yes` an option may hold whatever a text may: it is shown above the poll.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from markdown_it.token import Token

from bot.errors import Problem
from bot.thread import characters, markup
from bot.thread.dialect.parser import siblings
from bot.thread.model import Option
from bot.thread.reader import pictures, signs
from bot.thread.reader.blocks import Block, is_task
from bot.thread.reader.lettered import Choice, lettered, named
from bot.thread.reader.source import Problems, Section, open_fence
from bot.thread.worded import worded

LONGEST, FEWEST, MOST = 100, 2, 12
MANY = 100  # items that are read; how many more there are is told
MARKER = r"\s*(?:[-*+]|\d+[.)])"  # of a list
BOX = re.compile(rf"({MARKER}\s+)\[([ xX])\](?:\s+|$)")
NO_BOX = re.compile(rf"{MARKER}\s*\[\s*[хХvV+*✓✔√☑✅xX]?\s*\](?!\()")  # х and Х are Cyrillic here
RADIO = re.compile(rf"{MARKER}\s+\([ xXхХ*•]?\)\s")
BARE = re.compile(r" {0,3}\[[ xXхХ]\][ \t]+(?=\S)")  # a box and no dash: one alone may be a vector
EMPTY = re.compile(rf"{MARKER}\s+\( ?\)\s")
ROUND = re.compile(r"\s*\([ xXхХ*•]?\)\s+(?=\S)")  # the same, and no dash
SIGNS = re.compile(r"\s*(?:[-*+•]\s+)?(?:(?P<free>[☐⬜○◯🔲])|[☑☒✅✔●◉🔘])\ufe0f?\s+\S")
QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)?")
LETTERS = worded("letters: yes in a ```poll fence")
BELOW = worded("below an option stands nothing but one quote with its feedback: '    > …'")
BESIDE = worded("code begins in a line of its own, below the box and indented like it")
LAST = worded("the quote with an option's feedback is the last that stands below it")


def read(section: Section, block: Block, folder: Path, problems: Problems, *, letters: bool) -> list[Choice]:
    """The options of a task list, each problem of theirs added. `folder` holds the author's pictures."""
    choices = []
    for tokens in islice(siblings(block.tokens[1:-1]), MANY):
        if is_task(tokens[0]):
            problems.extend((_unquoted if letters else _misplaced)(section, tokens))
            choices.append(_choice(section, tokens, folder, problems))
        else:
            problems.append(_boxless(section, tokens[0]))
    problems.extend(_limits(section, choices, longest=None if letters else LONGEST))
    choices = lettered(choices) if letters else named(choices)
    for choice in choices:
        problems.extend(signs.undrawn(section, choice.option.text, choice.line))
    return choices


def near_misses(section: Section, blocks: Sequence[Block]) -> Iterator[Problem]:
    """Lines outside of task lists that were probably meant as options."""
    for block in blocks:
        if block.kind in ("bullet_list", "ordered_list", "paragraph") and not block.tasks:
            lines = range(block.start, block.end)
            round_ = any(EMPTY.match(section.lines[number]) for number in lines)  # "(x)" alone may be maths
            bare = sum(bool(BARE.match(section.lines[number])) for number in lines) > 1
            likely = [NO_BOX, *([RADIO] if round_ else []), *([BARE] if bare else [])]
            for number in lines:
                if any(sign.match(section.lines[number]) for sign in likely):
                    yield _mistyped(section, number)
            yield from _unmarked(section, lines)


def _unmarked(section: Section, lines: Sequence[int]) -> Iterator[Problem]:
    """Boxes without a bullet, or as signs: a list to be ticked, it may be, but most likely a poll and its answer."""
    bare = [number for number in lines if ROUND.match(section.lines[number])]
    if len(bare) > 1 and any(re.match(r"\s*\( ?\)", section.lines[number]) for number in bare):
        for number in bare:
            yield _mistyped(section, number)
    drawn = [(number, found) for number in lines if (found := SIGNS.match(section.lines[number]))]
    if len(drawn) > 1 and len({found["free"] is None for _, found in drawn}) > 1:
        text = section.lines[drawn[0][0]].strip()
        message = worded(
            "{text!r} is shown as a text: if this is a poll, write - [ ] text, or - [x] text where it is right",
            text=text,
        )
        yield Problem(*section.find(text, drawn[0][0]), message, "warning")


def whole(section: Section, block: Block, choices: Sequence[Choice], kind: str) -> Iterator[Problem]:
    """Whether there are enough options, and right answers as the poll's kind needs them."""
    line = section.first + block.start
    count = sum(is_task(token) and token.level == 1 for token in block.tokens)
    if not FEWEST <= count <= MOST:
        options = worded("1 option") if count == 1 else worded("{count} options", count=count)
        yield Problem(
            line,
            1,
            worded("the poll has {options}: {fewest} to {most} are allowed", options=options, fewest=FEWEST, most=MOST),
        )
    right = [choice for choice in choices if choice.option.correct]
    if kind == "opinion" and right:
        place = section.find("[", right[0].line)
        yield Problem(*place, worded("an opinion has no right answer: write [ ] here, or take away kind: opinion"))
    if kind != "opinion" and not right:
        mend = worded("mark it with [x], or say kind: opinion in a ```poll fence")
        yield Problem(line, 1, worded("no option is marked as the right answer: {mend}", mend=mend))


def _inside(tokens: Sequence[Token]) -> list[Token]:
    """What an item holds: its paragraph first, then (if all is well) one quote."""
    return [token for token in tokens if token.level == 2 and token.nesting >= 0]


def _choice(section: Section, tokens: Sequence[Token], folder: Path, problems: Problems) -> Choice:
    (start, end), inside = _span(tokens[0]), _inside(tokens)
    box = BOX.match(section.lines[start])
    quote = next((token for token in reversed(inside) if token.type == "blockquote_open"), None)
    asked, said = _span(quote) if quote else (end, end)
    own = Block("paragraph", *_span(inside[0]), tuple(tokens[1:4]))
    shown = pictures.of_option(section, own, folder, problems)
    if len(shown) > 1:
        problems.append(
            Problem(
                section.first + start, 1, worded("an option has one picture: this one has {count}", count=len(shown))
            )
        )
    words = pictures.without(own) if shown else own.tokens[1].content
    below = _moved(section.lines[own.end : asked], len(box[1]) if box else 0)
    body = [*words[len("[ ]") :].strip().split("\n"), *below]
    text = markup.plain(body[0]) or " ".join(child.content for child in own.inline if child.type == "image").strip()
    return Choice(
        start,
        Option(
            text=text,
            correct=bool(box and box[2] in "xX"),
            feedback="\n".join(QUOTE.sub("", line, count=1) for line in section.lines[asked:said]).strip(),
            picture=shown[0] if shown else None,
        ),
        "\n".join(body).strip("\n").rstrip(),
    )


def _moved(lines: Sequence[str], by: int) -> list[str]:
    """Lines of an item as they would stand outside of it."""
    return [line[min(by, len(line) - len(line.lstrip())) :] for line in lines]


def _span(token: Token | None) -> tuple[int, int]:
    return (token.map[0], token.map[1]) if token and token.map else (0, 0)


def _misplaced(section: Section, tokens: Sequence[Token]) -> Iterator[Problem]:
    paragraph, *rest = _inside(tokens)
    start, end = _span(paragraph)
    if end > start + 1 and NO_BOX.match(section.lines[start + 1]):
        yield _mistyped(section, start + 1)
    elif end > start + 1:
        mend = worded(
            "feedback goes in a quote below, '    > …', other text behind a blank line; or write {letters}",
            letters=LETTERS,
        )
        yield Problem(section.first + start + 1, 1, worded("an option is a single line: {mend}", mend=mend))
    for token in rest[1:] if rest and rest[0].type == "blockquote_open" else rest:
        number = _span(token)[0] or start
        mend = worded("code and longer texts may stand there with {letters}", letters=LETTERS)
        yield Problem(*section.find(section.lines[number], number), worded("{below}; {mend}", below=BELOW, mend=mend))


def _unquoted(section: Section, tokens: Sequence[Token]) -> Iterator[Problem]:
    """What is no part of an option that is shown above the poll: code beside its box, a quote that is no feedback."""
    start, inside = _span(tokens[0])[0], _inside(tokens)
    box = BOX.match(section.lines[start])
    if box and open_fence("", section.lines[start][box.end() :]):
        yield Problem(section.first + start, box.end() + 1, BESIDE)
    for token in inside[:-1]:
        if token.type == "blockquote_open":
            yield Problem(*section.find(">", _span(token)[0]), LAST)


def _boxless(section: Section, token: Token) -> Problem:
    number = _span(token)[0]
    if NO_BOX.match(section.lines[number]):
        return _mistyped(section, number)
    text = section.lines[number].strip()
    return Problem(
        *section.find(text, number),
        worded("{text!r} has no box, unlike its neighbours: write - [ ] before an option", text=text),
    )


def _mistyped(section: Section, number: int) -> Problem:
    text = section.lines[number].strip()
    found = next(filter(None, (sign.match(section.lines[number]) for sign in (NO_BOX, RADIO, BARE, ROUND))), None)
    box = found[0] if found else text
    why = worded(" ([х] is the Cyrillic letter)") if re.search("[хХ]", box) else characters.odd(box)
    return Problem(
        *section.find(text, number),
        worded("{text!r} is no option{why}: write - [ ] text, or - [x] text where it is right", text=text, why=why),
    )


def _limits(section: Section, choices: Sequence[Choice], *, longest: int | None) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for choice in choices:
        line, column = section.first + choice.line, 1
        if box := BOX.match(section.lines[choice.line]):
            column = box.end() + 1
        text = choice.option.text if longest else choice.body
        if not text and not choice.option.picture:
            yield Problem(
                line, column, worded("the option has 0 characters: Telegram allows 1 to {longest}", longest=LONGEST)
            )
        if hidden := text and characters.blank(text):
            yield Problem(
                line, column, worded("nothing is seen of this option ({hidden}): write its text", hidden=hidden)
            )
        elif odd := box and characters.odd(box[0]):
            yield Problem(
                line,
                1,
                worded("the box of this option is no plain one{odd}: write - [ ] text, with plain spaces", odd=odd),
            )
        if longest and len(text) > longest:
            mend = worded(
                "shorten it, or write {letters}: it stands above the poll then, and a letter in it", letters=LETTERS
            )
            message = worded(
                "the option has {count} characters: Telegram allows 1 to {longest}", count=len(text), longest=longest
            )
            yield Problem(line, column, worded("{message}; {mend}", message=message, mend=mend))
        text = characters.bare(text)  # what people see
        if text and text in seen:
            yield Problem(
                line,
                column,
                worded(
                    "{text!r} is already the option in line {seen}: options must differ", text=text, seen=seen[text]
                ),
            )
        seen.setdefault(text, line)
