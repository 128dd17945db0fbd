"""What a question's text asks: its last paragraph, or the last sentence of that; and what stands above and below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.imports.question import UnfitError
from bot.thread import markup, writer
from bot.thread.dialect.parser import parser
from bot.thread.dialect.placed import at
from bot.thread.model import Markdown
from bot.thread.reader import blocks
from bot.thread.reader.blocks import Block
from bot.thread.reader.source import Problems, Section
from bot.thread.reader.wording import LONGEST

SENTENCE = re.compile(r"[.!?…:][\"'»”)]*\s+")


def parted(text: Markdown) -> tuple[Markdown, Markdown, Markdown]:
    """What stands above a poll's question, the question, which is the last paragraph, and code or a list below it."""
    lines = tuple(text.split("\n"))
    found = blocks.parse(Section(1, lines), Problems())
    last = next((n for n in range(len(found) - 1, -1, -1) if found[n].kind in ("paragraph", "heading")), None)
    if last is None:
        raise UnfitError("there is no text that asks anything: write it above the options")
    above, below = found[:last], found[last + 1 :]
    asked = " ".join(found[last].tokens[1].content.split())
    return _joined(lines, above), asked, _joined(lines, below)


def _joined(lines: tuple[str, ...], found: Sequence[Block]) -> Markdown:
    return writer.section("\n".join(lines[block.start : block.end]).strip("\n") for block in found)


def sentence(asked: Markdown) -> tuple[Markdown, Markdown]:
    """A question that Telegram does not take is its last sentence, the rest stands above."""
    if len(markup.plain(asked)) <= LONGEST:
        return "", asked
    for cut in reversed(list(_ends(asked))):
        before, last = asked[:cut].rstrip(), asked[cut:]
        if "?" in last or "?" not in before[-LONGEST:]:
            if len(markup.plain(last)) > LONGEST:
                break
            return before, last
    raise UnfitError(
        f"its question has {len(markup.plain(asked))} characters and its last sentence more than {LONGEST} of them:"
        " Telegram takes no more, shorten it"
    )


def _ends(text: str) -> Iterator[int]:
    """Where sentences end outside of links and marks. In code and formulas none ends."""
    (line,) = parser().parseInline(text)
    words, places, depth = "", [], 0
    for token in line.children or []:
        depth += token.nesting
        shown = token.content if token.type == "text" else "'" if token.nesting < 0 else "x"
        words += shown
        places += [(at(token) + number, depth) for number in range(len(shown))]
    for found in SENTENCE.finditer(words):
        last, within = places[found.end() - 1]
        if not within and last + 1 < len(text):
            yield last + 1
