"""A table as text whose columns stand below each other; Telegram has none. What its cells link to follows below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token
from rich.cells import cell_len

from bot.thread import spans
from bot.thread.rich import Kind, Run, Style, within


@dataclass(frozen=True)
class Cell:
    text: str
    align: str
    links: tuple[tuple[str, str], ...]  # what is shown, and the address


def runs(tokens: Sequence[Token], styles: tuple[Style, ...]) -> Iterator[Run]:
    rows = list(_rows(tokens))
    widths = [max(cell_len(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    head, *body = [_line(row, widths) for row in rows]
    rule = "-+-".join("-" * width for width in widths)
    yield Run("\n".join([head, rule, *body]), within(styles, Style(Kind.PRE)))
    for text, address in (link for row in rows for cell in row for link in cell.links):
        yield Run("\n", styles)
        yield Run(text, within(styles, Style(Kind.TEXT_LINK, url=address)))


def _rows(tokens: Sequence[Token]) -> Iterator[list[Cell]]:
    row: list[Cell] = []
    for opening, inline in pairwise(tokens):
        if opening.type in ("th_open", "td_open"):
            row.append(_cell(str(opening.attrGet("style") or ""), inline.children or []))
        elif opening.type == "tr_close":
            yield row
            row = []


def _cell(style: str, children: Sequence[Token]) -> Cell:
    links = [
        (spans.linked(children, at), str(token.attrGet("href")))
        for at, token in enumerate(children)
        if token.type == "link_open"
    ]
    return Cell(spans.plain(children), style.rpartition(":")[2], tuple(links))


def _line(row: Sequence[Cell], widths: Sequence[int]) -> str:
    return " | ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _padded(cell: Cell, width: int) -> str:
    room = width - cell_len(cell.text)
    left = {"right": room, "center": room // 2}.get(cell.align, 0)
    return " " * left + cell.text + " " * (room - left)
