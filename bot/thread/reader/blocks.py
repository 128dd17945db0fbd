"""The Markdown of one post as a row of blocks with their lines, and what Telegram would not show as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from bot.errors import Problem
from bot.thread import markup
from bot.thread.reader.source import Problems, Section

SCHEMES = ("http://", "https://", "tg://", "ton://", "mailto:")
BOX = re.compile(r"\[[ xX]\]\s")
COMMAND = re.compile(r"\\[a-zA-Z]+")
DUNDER = re.compile(r"[a-z][a-z0-9_]*")
INSTEAD = {
    "b": "**bold**", "strong": "**bold**", "i": "*italic*", "em": "*italic*", "code": "`code`", "pre": "a ``` fence",
    "s": "~~struck~~", "del": "~~struck~~", "a": "[text](https://…)", "blockquote": "> a quote", "br": "a line break",
    "img": "![](picture.png) on a line of its own", "li": "- a list", "ul": "- a list", "ol": "1. a list",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """`start` and `end` are lines within the section, counted from 0; `kind` is markdown-it's type without _open."""

    kind: str
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def inline(self) -> list[Token]:
        """What a paragraph or heading holds."""
        return list(self.tokens[1].children or []) if len(self.tokens) > 1 else []

    @property
    def info(self) -> str:
        """The word after the ``` of a fence."""
        return self.tokens[0].info.strip()

    @property
    def tasks(self) -> bool:
        """Whether this is a list with a box in any of its own items."""
        return any(is_task(token) and token.level == 1 for token in self.tokens)


def is_task(token: Token) -> bool:
    """Whether a list item is an option."""
    return "task" in token.meta


def target(token: Token) -> str:
    """The address of a link or picture as the author wrote it: markdown-it writes letters that are not ASCII in %."""
    return unquote(str(token.attrGet("src") or token.attrGet("href") or ""))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    parser.use(dollarmath_plugin, allow_digits=False, double_inline=True, allow_labels=False)
    return parser.disable("text_join")  # so that an escaped \* stays apart from a * that marks nothing


def parse(section: Section, problems: Problems) -> list[Block]:
    tokens = _parser().parse(section.text)
    for item, _, text in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type == "list_item_open" and text.type == "inline" and BOX.match(text.content):
            item.meta["task"] = True
    blocks = list(_blocks(tokens))
    for block in blocks:
        problems.extend(_untrue(section, block))
    return blocks


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    begin = 0
    for at, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            opening = tokens[begin]
            start, end = opening.map or (0, 0)
            yield Block(opening.type.removesuffix("_open"), start, end, tuple(tokens[begin : at + 1]))
            begin = at + 1


def _untrue(section: Section, block: Block) -> Iterator[Problem]:
    """Every place of a block that would vanish, or show its own markup, in Telegram."""
    for token in block.tokens:
        line = token.map[0] if token.map else block.start
        if token.type == "html_block" and (shown := _uncommented(token.content)):
            yield Problem(*section.find(shown, line), _no_html(shown))
        if token.type == "math_block" and token.level:
            yield Problem(*section.find("$$", line), "no formula in a list or quote: put $$ at the start of a line")
        yield from _all_unseen(section, token.children or [], token.map[0] if token.map else block.start)


def _all_unseen(section: Section, children: Sequence[Token], line: int) -> Iterator[Problem]:
    after: dict[str, tuple[int, int]] = {}  # where to look for the next of the same kind
    for above, child in zip([None, *children], children, strict=False):
        for needle, message in _unseen(child, above):
            found = section.find(needle, *after.get(needle, (line, 0)))
            if not (needle.startswith("</") and any(tag.startswith(f"<{needle[2:-1]}") for tag in after)):
                yield Problem(*found, message)
            after[needle] = found[0] - section.first, found[1]


def _unseen(token: Token, above: Token | None) -> Iterator[tuple[str, str]]:
    """What is wrong with one piece of inline text: what to look for in its line, and a message."""
    if token.type == "html_inline" and not re.match(r"<!--|</?tg-spoiler>", token.content):
        yield token.content, _no_html(token.content)
    if token.type == "text":
        for mark, name in (("**", "bold"), ("~~", "struck through")):
            if mark in token.content:
                yield mark, _not_marked(mark, name)
        if "$$" in token.content:
            yield (
                "$$",
                "this $$ has no other $$: a formula is $$…$$, on one line or on lines of its own",
            )
    bold = above is not None and above.type == "strong_open" and above.markup == "__"
    if bold and token.type == "text" and DUNDER.fullmatch(token.content):
        name = f"__{token.content}__"
        yield name, f"{name} would become a bold {token.content!r}: write `{name}`, or **{token.content}**"
    if token.type == "math_inline" and (command := COMMAND.search(markup.in_line(token.content))):
        mend = "write the sign itself, or give the formula a line of its own, $$…$$"
        yield command[0], f"{command[0]} has no sign that can stand within a text: {mend}"
    if token.type == "link_open" and not (address := target(token)).startswith(SCHEMES):
        yield address, f"Telegram opens no link to {address!r}: write the whole address, https://…"


def _uncommented(html: str) -> str:
    """What is left without comments: these an author may write. One that never ends would hide all that follows."""
    before, *pieces = html.split("<!--")
    ended = [piece.partition("-->")[2] if "-->" in piece else f"<!--{piece}" for piece in pieces]
    return "".join([before, *ended]).strip()


def _no_html(text: str) -> str:
    tag = re.match(r"</?([a-z][a-z0-9-]*)", text, re.IGNORECASE)
    name = tag[1].lower() if tag else ""
    shown = f"<{name}>" if name else repr(text[:20])
    instead = INSTEAD.get(name, "Markdown, or put it in `code`")
    return f"Telegram would drop the HTML {shown}: write {instead} instead"


def _not_marked(mark: str, name: str) -> str:
    """CommonMark's rule, in short: no mark between punctuation and a letter, and none beside a space inside."""
    escaped = "".join(f"\\{sign}" for sign in mark)
    mend = "put a space outside of the marks, none inside, or leave punctuation out of them"
    return f"{mark} does not make text {name} here: {mend}; write {escaped} if the signs themselves are meant"


@dataclass(frozen=True)
class Cut:
    """Lines of a section that do not belong to its text, and what stands there instead."""

    start: int
    end: int
    instead: str = ""


def prose(section: Section, start: int, end: int, cuts: Sequence[Cut]) -> str:
    """The source from line `start` up to `end`, without what lies in `cuts`."""
    pieces = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if start <= cut.start < end:
            pieces += ["\n".join(section.lines[start : cut.start]), cut.instead]
            start = cut.end
    pieces.append("\n".join(section.lines[start:end]))
    return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
