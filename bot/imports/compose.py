"""A question as the source of a poll: what is too long for Telegram is split or stands beside letters, never cut."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

from markdown_it.token import Token

from bot.imports import asked
from bot.imports.question import Passage, Question, UnfitError
from bot.thread import escape, markup, writer
from bot.thread.dialect.parser import parser
from bot.thread.dialect.placed import at, end
from bot.thread.model import Markdown
from bot.thread.reader import pictures, place
from bot.thread.reader.options import LONGEST
from bot.thread.reader.polls import DESCRIPTION
from bot.thread.reader.source import Section
from bot.thread.rich import length

INTO_LIST = (
    "bullet_list_open",
    "ordered_list_open",
    "blockquote_open",
    "code_block",
)  # what a list of options would take in


@dataclass(frozen=True)
class Composed:
    """The source of one post, or of two where a question's text is longer than a poll's description."""

    text: str
    split: bool = False
    lettered: bool = False
    opinion: bool = False

    @property
    def size(self) -> int:
        """Bytes in a thread, with the line between it and the next."""
        return len(self.text.encode()) + len("\n\n---\n\n")


@dataclass
class Ids:
    """The ids that are taken so far."""

    taken: set[str] = field(default_factory=set)

    def of(self, name: str) -> str:
        """An id made of what a question is called; empty if nothing is left of it, or another has it."""
        slug = re.sub(r"[^a-z0-9]+", "-", re.sub("['’]", "", name.lower())).strip("-")[:40].strip("-")
        if slug in self.taken or re.fullmatch(r"poll-\d+", slug):
            return ""
        self.taken.add(slug)
        return slug


def passage(given: Passage) -> Composed:
    return Composed(given.text)


def poll(given: Question, ids: Ids) -> Composed:
    for text in (given.text, *(choice.text for choice in given.choices)):
        if name := next(pictures.named(_section(text)), None):
            raise UnfitError(f"it has a picture, {name!r}: pictures are not imported, write this question by hand")
    if not given.choices:
        raise UnfitError("it has no options: a poll needs two")
    above, question, below = asked.parted(given.text)
    before, question = asked.sentence(question)
    description = writer.section([above, before])
    if longest := max((len(choice.text) for choice in given.choices if len(choice.text) > 10 * LONGEST), default=0):
        raise UnfitError(
            f"an option of it has {longest} characters: shorten it to {LONGEST}, or {10 * LONGEST} with letters"
        )
    lettered = any(len(markup.plain(choice.text)) > LONGEST for choice in given.choices)
    shown = writer.section([description, below])
    own_post = not lettered and length(markup.render(shown).text) > DESCRIPTION  # letters make a post of their own
    opinion = not any(choice.correct for choice in given.choices)
    settings = _settings(given, ids.of(given.name), lettered=lettered, opinion=opinion)
    explanation = _unpictured(given.explanation)
    if not settings and _kind(explanation) in INTO_LIST:
        settings = {"hide_results": True}  # a fence between a list of options and a list that explains
    options = "\n".join(
        writer.option(choice.text, correct=choice.correct, feedback=_unpictured(choice.feedback))
        for choice in given.choices
    )
    around = ["", question, ""] if own_post else [description, question, below]
    parts = [f"{shown}\n\n---" if own_post else "", *around, options, writer.fence("poll", settings), explanation]
    text = writer.section(parts)
    return Composed(text, bool(before) or own_post, lettered, opinion)


def _settings(given: Question, name: str, *, lettered: bool, opinion: bool) -> dict[str, object]:
    settings: dict[str, object] = {"id": name} if name else {}
    if opinion:
        settings["kind"] = "opinion"
    if given.multiple or sum(choice.correct for choice in given.choices) > 1:
        settings["multiple"] = True
    if lettered:
        settings["letters"] = True
    if given.shares:
        settings["shares"] = given.shares
    return settings


def _unpictured(text: Markdown) -> Markdown:
    """What explains is shown as text: a picture in it becomes a link to it, or its file is named."""
    section = _section(text)
    starts = [0, *accumulate(len(line) + 1 for line in section.lines)]
    for line in reversed([*place.lines(section, parser().parse(text))]):
        for token in reversed(line.tokens):
            if pictures.is_image(token):
                start, stop = (starts[row - 1] + column - 1 for row, column in map(line.place, (at(token), end(token))))
                text = text[:start] + _linked(token) + text[stop:]
    return text


def _linked(picture: Token) -> Markdown:
    address = str(picture.attrGet("src"))
    if address.startswith(("http://", "https://")):
        return f"[{picture.content or '🖼'}]({address})"
    return " ".join(filter(None, ("🖼", picture.content, escape.inline(f"({place.target(picture)})"))))


def _section(text: Markdown) -> Section:
    return Section(1, tuple(text.split("\n")))


def _kind(text: Markdown) -> str:
    """What it begins with, as markdown-it says it."""
    return next((token.type for token in parser().parse(text)), "")
