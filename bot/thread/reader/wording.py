"""The words and pictures around a poll's options: question, description, explanation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Problem
from bot.thread import characters, markup
from bot.thread.model import Markdown, Picture
from bot.thread.reader import pictures, signs
from bot.thread.reader.blocks import Block, Cut, prose
from bot.thread.reader.source import Problems, Section
from bot.thread.worded import worded

LONGEST = 300  # a question


@dataclass(frozen=True)
class Wording:
    """What a `Poll` takes under these names."""

    question: str
    description: Markdown
    explanation: Markdown
    picture: Picture | None
    explained: tuple[Picture, ...]


def read(
    section: Section, blocks: Sequence[Block], at: int, cuts: Sequence[Cut], folder: Path, problems: Problems
) -> Wording | None:
    """
    What stands around the options, `blocks[at]`; None after adding what is missing.

    The question is the last text above them. What is no text may stand between, code or a picture: it belongs to what
    is asked, and is shown with the description.
    """
    options = blocks[at]
    shown, taken = pictures.read(section, blocks[:at], folder, problems)
    explained, taken_below = pictures.read(section, blocks[at + 1 :], folder, problems)
    if len(shown) > 1:
        message = worded(
            "a poll has one picture, and {count} stand above its options: put the others into another post",
            count=len(shown),
        )
        problems.append(Problem(section.first + taken[-1].start, 1, message))
    bare = {cut.start for cut in taken if not cut.instead}
    texts = [block for block in blocks[:at] if block.kind in ("paragraph", "heading") and block.start not in bare]
    if not texts:
        message = worded("a poll needs a question: write it as a paragraph before the options")
        problems.append(Problem(section.first + options.start, 1, message))
        return None
    asked = texts[-1]
    question = _question(asked, taken)
    if not 1 <= len(question) <= LONGEST:
        message = worded(
            "the question has {count} characters: Telegram allows 1 to {longest}", count=len(question), longest=LONGEST
        )
        problems.append(Problem(section.first + asked.start, 1, message))
    elif hidden := characters.blank(question):
        message = worded("nothing is seen of the question ({hidden}): write it above the options", hidden=hidden)
        problems.append(Problem(section.first + asked.start, 1, message))
    problems.extend(signs.undrawn(section, question, asked.start))
    around = [Cut(asked.start, asked.end), *(cut for cut in taken if cut.start != asked.start), *cuts]
    return Wording(
        question=question,
        description=prose(section, 0, options.start, around),
        explanation=prose(section, options.end, len(section.lines), [*taken_below, *cuts]),
        picture=shown[0] if shown else None,
        explained=explained,
    )


def _question(asked: Block, taken: Sequence[Cut]) -> str:
    """As plain text, without a formula that was taken out of it."""
    source = " ".join(child.content or " " for child in asked.tokens if child.type == "inline")
    return markup.plain(next((cut.instead for cut in taken if cut.start == asked.start), source))
