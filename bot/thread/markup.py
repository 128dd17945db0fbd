"""
Markdown into what Telegram shows: text with entities; or plain text for polls.

Blocks become runs of text, put together with the blank lines, bullets and indents that show how they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest

from markdown_it.token import Token

from bot.thread import characters, spans, table
from bot.thread.dialect.parser import parser, siblings
from bot.thread.rich import Kind, Rich, Run, Style, length, rich, within

BULLET, RULE = "• ", "————————"
FOLDED = 300  # units; a longer quote shows its first lines, until it is tapped
LANGUAGE = re.compile(r"[\w+#.-]+")
BREAK = re.compile(r"\n(?!\n)")
Styles = tuple[Style, ...]


def render(markdown: str) -> Rich:
    """Line breaks stay line breaks, and a blank line is one; headings become bold; `$…$` is Unicode in a code span."""
    return rich(_Layout(markdown).blocks(parser().parse(markdown), ()))


def says(markdown: str, tokens: Sequence[Token]) -> bool:
    """Whether subscribers would see anything of some blocks of `markdown`."""
    layout = _Layout(markdown)
    return any(characters.seen(run.text) for block in siblings(tokens) for run in layout.blocks(block, ()))


def plain(markdown: str) -> str:
    """One line of text without any markup: Telegram's polls have no entities in options."""
    (inline,) = parser().parseInline(markdown.strip())
    return spans.plain(inline.children or [])


def uncommented(html: str) -> str:
    """Without comments: these an author may write. One that never ends would hide all that follows, and stays."""
    start, kept = 0, []
    while (begin := html.find("<!--", start)) >= 0 and (end := html.find("-->", begin)) >= 0:
        kept.append(html[start:begin])
        start = end + len("-->")
    return "".join([*kept, html[start:]])


class _Layout:
    """Blocks one below the other, with a blank line between them where the author left one."""

    def __init__(self, markdown: str) -> None:
        self._lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def blocks(self, tokens: Sequence[Token], styles: Styles) -> list[Run]:
        shown: list[Run] = []
        for block in siblings(tokens):
            runs = self._block(block, styles)
            if any(run.text for run in runs):
                shown += [*self._gap(block[0], shown, styles), *runs]
        return shown

    def _gap(self, token: Token, shown: Sequence[Run], styles: Styles) -> list[Run]:
        """What stands before a block or item: the end of the line, and a blank one if the source has it."""
        start = token.map[0] if token.map else 0
        blank = start and not self._lines[start - 1].strip(" \t>")
        return [Run("\n\n" if blank else "\n", styles)] if shown else []

    def _block(self, block: Sequence[Token], styles: Styles) -> list[Run]:
        match block[0].type:
            case "blockquote_open":
                return self.blocks(block[1:-1], within(styles, _quote(block)))
            case "bullet_list_open" | "ordered_list_open":
                return self._list(block, styles)
        return list(_LEAVES[block[0].type](block, styles))

    def _list(self, block: Sequence[Token], styles: Styles) -> list[Run]:
        shown: list[Run] = []
        for item, mark in zip(siblings(block[1:-1]), _marks(block), strict=True):
            inside = self.blocks(item[1:-1], styles)
            shown += [
                *self._gap(item[0], shown, styles),
                Run(mark, styles),
                *_indented(inside, " " * min(len(mark), 3)),
            ]
        return shown


def _quote(block: Sequence[Token]) -> Style:
    folded = sum(length(token.content) for token in block) > FOLDED
    return Style(Kind.EXPANDABLE_BLOCKQUOTE if folded else Kind.BLOCKQUOTE)


def _marks(block: Sequence[Token]) -> Iterator[str]:
    """Bullets, or numbers: as the author wrote them, or counted where all of them are the same."""
    items = [token for token in block if token.type == "list_item_open" and token.level == block[0].level + 1]
    if block[0].type == "bullet_list_open":
        yield from [BULLET] * len(items)
        return
    written = [int(item.info) for item in items]
    counted = len(set(written)) == 1
    for place, (item, number) in enumerate(zip(items, written, strict=True)):
        yield f"{number + place if counted else number}{item.markup} "


def _indented(runs: Sequence[Run], by: str) -> Iterator[Run]:
    """Lines behind the first, moved in; but not those of code, which is copied, and not the break before it."""
    for run, after in zip_longest(runs, runs[1:]):
        at_code = after is not None and _is_block(after) and not run.text.strip("\n")
        yield run if at_code or _is_block(run) else Run(BREAK.sub(f"\n{by}", run.text), run.styles)


def _is_block(run: Run) -> bool:
    return any(style.kind == Kind.PRE for style in run.styles)


def _text(block: Sequence[Token], styles: Styles) -> Iterable[Run]:
    bold = block[0].type == "heading_open"
    return spans.runs(block[1].children or [], within(styles, Style(Kind.BOLD)) if bold else styles)


def _code(block: Sequence[Token], styles: Styles) -> Iterable[Run]:
    language = LANGUAGE.match(block[0].info.strip())
    style = Style(Kind.PRE, language=language[0] if language else None)
    return [Run(block[0].content.removesuffix("\n"), within(styles, style))]


def _formula(block: Sequence[Token], styles: Styles) -> Iterable[Run]:
    return [Run(spans.bare(block[0]), within(styles, Style(Kind.CODE)))]


def _html(block: Sequence[Token], styles: Styles) -> Iterable[Run]:
    """A comment says nothing; anything else was told to the author."""
    return [Run(uncommented(block[0].content).strip(), styles)]


def _rule(block: Sequence[Token], styles: Styles) -> Iterable[Run]:  # noqa: ARG001  # they all look alike
    return [Run(RULE, styles)]


_LEAVES: dict[str, Callable[[Sequence[Token], Styles], Iterable[Run]]] = {
    "paragraph_open": _text,
    "heading_open": _text,
    "fence": _code,
    "code_block": _code,
    "table_open": table.runs,
    "math_block": _formula,
    "html_block": _html,
    "hr": _rule,
}
