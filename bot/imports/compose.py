"""A question as the source of a poll: what is too long for Telegram is split or stands beside letters, never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.imports.question import Passage, Question, UnfitError
from bot.thread import escape, markup, writer
from bot.thread.model import Markdown
from bot.thread.reader import blocks
from bot.thread.reader.blocks import Block
from bot.thread.reader.options import LONGEST
from bot.thread.reader.polls import DESCRIPTION
from bot.thread.reader.source import Problems, Section
from bot.thread.reader.wording import LONGEST as QUESTION
from bot.thread.rich import length

SENTENCE = re.compile(r"[.!?…:][\"'»”)*]*\s+")
MARKS = ("`", "**", "$", "||", "~~")
PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\(([^()\s]*)\)")
BEGINS = re.compile(r"\s*(?:[-+*>]|\d{1,9}[.)]|\s{4})")


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
    if picture := PICTURE.search("\n".join([given.text, *(choice.text for choice in given.choices)])):
        raise UnfitError(f"it has a picture, {picture[2]!r}: pictures are not imported, write this question by hand")
    above, asked, below = _parted(given.text)
    before, asked = _sentence(asked)
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
    if explanation and not settings and BEGINS.match(explanation):
        settings = {"hide_results": True}  # a fence between a list of options and a list that explains
    options = "\n".join(
        writer.option(choice.text, correct=choice.correct, feedback=_unpictured(choice.feedback))
        for choice in given.choices
    )
    around = ["", asked, ""] if own_post else [description, asked, below]
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


def _parted(text: Markdown) -> tuple[Markdown, Markdown, Markdown]:
    """What stands above a poll's question, the question, which is the last paragraph, and code or a list below it."""
    lines = tuple(text.split("\n"))
    found = blocks.parse(Section(1, lines), Problems())
    at = next((n for n in range(len(found) - 1, -1, -1) if found[n].kind in ("paragraph", "heading")), None)
    if at is None:
        raise UnfitError("there is no text that asks anything: write it above the options")
    above, below = found[:at], found[at + 1 :]
    asked = " ".join(found[at].tokens[1].content.split())
    return _joined(lines, above), asked, _joined(lines, below)


def _joined(lines: tuple[str, ...], found: Sequence[Block]) -> Markdown:
    return writer.section("\n".join(lines[block.start : block.end]).strip("\n") for block in found)


def _sentence(asked: Markdown) -> tuple[Markdown, Markdown]:
    """A question that Telegram does not take is its last sentence, the rest stands above."""
    if len(markup.plain(asked)) <= QUESTION:
        return "", asked
    for end in reversed(list(_ends(asked))):
        before, last = asked[:end].rstrip(), asked[end:]
        if "?" in last or "?" not in before[-QUESTION:]:
            if len(markup.plain(last)) > QUESTION:
                break
            return before, last
    raise UnfitError(
        f"its question has {len(markup.plain(asked))} characters and its last sentence more than {QUESTION} of them:"
        " Telegram takes no more, shorten it"
    )


def _ends(text: str) -> Iterator[int]:
    """Where sentences end outside of code, formulas, links and marks."""
    for found in SENTENCE.finditer(text):
        before = text[: found.end()]
        paired = all(before.count(mark) % 2 == 0 for mark in MARKS)
        if found.end() < len(text) and paired and before.count("[") == before.count("]"):
            yield found.end()


def _unpictured(text: Markdown) -> Markdown:
    """What explains is shown as text: a picture in it becomes a link to it, or its file is named."""
    return PICTURE.sub(_linked, text)


def _linked(found: re.Match[str]) -> str:
    name, address = found.groups()
    if address.startswith(("http://", "https://")):
        return f"[{name or '🖼'}]({address})"
    return " ".join(filter(None, ("🖼", name, escape.inline(f"({address})"))))
