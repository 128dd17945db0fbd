"""What stands within a line, as runs: bold, code, links, maths; the same without any marks, for polls and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from markdown_it.token import Token

from bot.thread import maths
from bot.thread.rich import Kind, Run, Style, within

MARKS = {"strong": Kind.BOLD, "em": Kind.ITALIC, "s": Kind.STRIKETHROUGH, "spoiler": Kind.SPOILER}
TAG = re.compile(r"</?tg-spoiler>")
EMOJI = re.compile(r"tg://emoji\?id=(\d+)")


def runs(tokens: Iterable[Token], styles: tuple[Style, ...] = ()) -> Iterator[Run]:
    """The inline tokens of a paragraph, heading or item, within `styles`."""
    stack = [styles]
    for token in tokens:
        name, _, end = token.type.rpartition("_")
        if end == "close" or token.content == "</tg-spoiler>":
            if len(stack) > 1:
                stack.pop()
        elif end == "open":
            stack.append(within(stack[-1], _style(token, name)))
        elif token.content == "<tg-spoiler>" and token.type == "html_inline":
            stack.append(within(stack[-1], Style(Kind.SPOILER)))
        else:
            yield from _leaf(token, stack[-1])


def _style(token: Token, name: str) -> Style:
    if name == "link":
        return Style(Kind.TEXT_LINK, url=str(token.attrGet("href") or ""))
    return Style(MARKS[name])


def _leaf(token: Token, styles: tuple[Style, ...]) -> Iterator[Run]:
    if token.type in ("code_inline", "math_inline", "math_inline_double"):
        yield Run(bare(token), within(styles, Style(Kind.CODE)))
    elif token.type == "image" and (number := emoji(token)):
        yield Run(token.content, within(styles, Style(Kind.CUSTOM_EMOJI, emoji=number)))
    elif text := bare(token):
        yield Run(text, styles)


def emoji(picture: Token) -> str:
    """The id of a custom emoji, which is written as a picture and is text; empty if it is none."""
    found = EMOJI.fullmatch(str(picture.attrGet("src")))
    return found[1] if found else ""


def bare(token: Token) -> str:
    """What a token without anything inside shows, apart from how it looks."""
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type.startswith("math_"):
        return maths.in_line(token.content)
    if token.type == "html_inline" and (token.content.startswith("<!--") or TAG.fullmatch(token.content)):
        return ""
    return token.content


def plain(tokens: Iterable[Token]) -> str:
    """One line of text without any marks."""
    return " ".join("".join(run.text for run in runs(tokens)).split())


def linked(tokens: Sequence[Token], at: int) -> str:
    """The text of the link that opens with `tokens[at]`; no link holds another."""
    return plain(takewhile(lambda token: token.type != "link_close", tokens[at + 1 :]))
