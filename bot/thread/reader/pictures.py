"""The pictures of a post: `$$…$$` formulas and `![](file.png)` lines, taken out of its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from markdown_it.token import Token

from bot.errors import PictureError, Problem
from bot.thread import formula, spans
from bot.thread.dialect.placed import at, end
from bot.thread.model import Formula, Image, Picture
from bot.thread.reader import blocks as markdown
from bot.thread.reader import raster
from bot.thread.reader.blocks import Block, Cut
from bot.thread.reader.place import target
from bot.thread.reader.source import Problems, Section
from bot.thread.worded import worded

MOST = 10  # pictures in one of Telegram's albums


def read(
    section: Section, blocks: Sequence[Block], folder: Path, problems: Problems
) -> tuple[tuple[Picture, ...], list[Cut]]:
    """Pictures in the order in which they stand, and the lines that they leave behind."""
    found: list[Picture] = []
    cuts: list[Cut] = []
    for block in blocks:
        pictures, instead = _pictures(section, block, problems)
        if pictures:
            found += pictures
            cuts.append(Cut(block.start, block.end, instead))
            problems.extend(_wrong(section, block, pictures, folder))
            if len(found) > MOST >= len(found) - len(pictures):
                message = worded(
                    "more than {most} pictures: Telegram puts no more into one post, put --- between them", most=MOST
                )
                problems.append(Problem(section.first + block.start, 1, message))
    return tuple(found), cuts


def named(section: Section) -> Iterator[str]:
    """The path of every picture, wherever it stands."""
    for block in markdown.parse(section, Problems()):
        for token in block.tokens:
            yield from (target(child) for child in token.children or [] if is_image(child))


def _pictures(section: Section, block: Block, problems: Problems) -> tuple[list[Picture], str]:
    """The pictures of one block, and what remains of its source."""
    if block.kind == "math_block":
        return [Formula(latex=block.tokens[0].content.strip())], ""
    if block.kind != "paragraph":
        problems.extend(_nested(section, block))
        return [], ""
    shown = [child for child in block.inline if is_image(child)]
    if shown and all(
        is_image(child) or child.type == "softbreak" or not child.content.strip() for child in block.inline
    ):
        return [Image(path=target(child)) for child in shown], ""
    for child in shown:
        message = worded("a picture beside text: put it on a line of its own, with blank lines around it")
        problems.append(Problem(*section.find(target(child), block.start), message))
    formulas: list[Picture] = [Formula(latex=child.content.strip()) for child in block.inline if _drawn(child)]
    problems.extend(_torn(section, block))
    return formulas, without(block) if formulas else ""


def _torn(section: Section, block: Block) -> Iterator[Problem]:
    """Formulas within a sentence, which would go on behind a hole."""
    goes_on = False
    for child in reversed(block.inline):
        if child.type in ("softbreak", "hardbreak"):
            goes_on = False
        elif not _drawn(child):
            goes_on = goes_on or any(sign.isalnum() for sign in child.content)
        elif goes_on:
            message = worded(
                "this formula becomes a picture and leaves a hole in its sentence: write $…$, or end a line with it"
            )
            number = block.start + block.tokens[1].content.count("\n", 0, at(child))
            yield Problem(*section.find("$$", number), message, "warning")


def of_option(section: Section, block: Block, folder: Path, problems: Problems) -> list[Picture]:
    """The pictures in an option's own line; `block` is that alone."""
    found: list[Picture] = [
        Formula(latex=child.content.strip()) if _drawn(child) else Image(path=target(child))
        for child in block.inline
        if _drawn(child) or is_image(child)
    ]
    problems.extend(_wrong(section, block, found, folder))
    return found


def without(block: Block) -> str:
    """The source of a paragraph without its pictures and formulas, and without the lines that these leave empty."""
    text = block.tokens[1].content
    for child in reversed(block.inline):
        if _drawn(child) or is_image(child):
            text = text[: at(child)] + text[end(child) :].removeprefix(" ")
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def _nested(section: Section, block: Block) -> Iterator[Problem]:
    """Pictures within lists, quotes, tables and headings, where they cannot be taken out."""
    for token in block.tokens:
        for child in token.children or []:
            line = token.map[0] if token.map else block.start
            if is_image(child):
                message = worded("a picture in a list, quote, table or heading: put it on a line of its own")
                yield Problem(*section.find("![", line), message)
            if _drawn(child):
                message = worded("a formula in a list, quote, table or heading: put $$…$$ on a line of its own")
                yield Problem(*section.find("$$", line), message)


def is_image(token: Token) -> bool:
    """A custom emoji is written as a picture, and is text."""
    return token.type == "image" and not spans.emoji(token)


def _drawn(token: Token) -> bool:
    """A formula that becomes a picture."""
    return token.type == "math_inline_double"


def _spot(section: Section, block: Block, latex: str, offset: int) -> tuple[int, int]:
    """Where a character of a formula stands in the file."""
    line, column = section.find(latex or "$$", block.start)
    before, _, last = latex[:offset].rpartition("\n")
    return (line + before.count("\n") + 1, len(last) + 1) if "\n" in latex[:offset] else (line, column + offset)


def _wrong(section: Section, block: Block, pictures: Sequence[Picture], folder: Path) -> Iterator[Problem]:
    for picture in pictures:
        if isinstance(picture, Formula):
            for fault in formula.faults(picture.latex):
                yield Problem(*_spot(section, block, picture.latex, fault.offset), fault.message)
            continue
        try:
            raster.load(picture.path, folder)
        except PictureError as error:
            yield Problem(*_place(section, block, picture.path), error.args[0])


def _place(section: Section, block: Block, path: str) -> tuple[int, int]:
    """Where a path stands; where its spaces or letters are written in %, the beginning of its picture."""
    lines = list(enumerate(section.lines[block.start : block.end], block.start))
    number = next((number for number, line in lines if path in unquote(line)), block.start)
    return section.find(path if path and path in section.lines[number] else "![", number)
