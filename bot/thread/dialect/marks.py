"""
Marks around text: `*`, `**`, `~~` as in CommonMark, but within a word they only end what began before it; `||` hides.

So `2*3*4`, `N*C*H*W`, `x**2` and `KL(p||q)` stay as they are, and so do the bars of `||w||^2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter, Scanned

BAR, TWO_BARS = ord("|"), re.compile(r"\|\|(?!\|)")  # seen before they are scanned: a long run would be at each bar
SCRIPTS = ("^", "_")  # behind bars they belong to a norm


def plugin(parser: MarkdownIt) -> None:
    parser.inline.add_terminator_char("|")
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.push("spoiler", _spoiler)
    parser.inline.ruler2.after("strikethrough", "spoiler", _hide)


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before `start` and at `end`; nothing at the ends of the text."""
    return text[start - 1] if start else "", text[end] if end < len(text) else ""


def within(text: str, start: int, end: int) -> bool:
    """Whether the signs from `start` to `end` stand between two letters or digits."""
    return all(sign.isalnum() for sign in around(text, start, end))


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the library calls it so
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    found = state.scanDelims(state.pos, marker == "*")
    opens = found.can_open and not within(state.src, state.pos, state.pos + found.length)
    for _ in range(found.length):
        _push(state, marker, Scanned(opens, found.can_close, found.length))
    state.pos += found.length
    return True


def _spoiler(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the library calls it so
    if silent or not TWO_BARS.match(state.src, state.pos):
        return False
    found = state.scanDelims(state.pos, True)  # noqa: FBT003
    before, after = around(state.src, state.pos, state.pos + 2)
    opens = found.can_open and not before.isalnum()
    closes = found.can_close and not (after.isalnum() or after in SCRIPTS)
    _push(state, "||", Scanned(opens, closes, 0))  # of length 0: the rule of three is for stars
    state.pos += 2
    return True


def _push(state: StateInline, mark: str, found: Scanned) -> None:
    state.push("text", "", 0).content = mark
    state.delimiters.append(
        Delimiter(
            marker=ord(mark[0]),
            length=found.length,
            token=len(state.tokens) - 1,
            end=-1,
            open=found.can_open,
            close=found.can_close,
        )
    )


def _hide(state: StateInline) -> None:
    """Pairs of bars become spoilers."""
    for delimiters in _levels(state):
        for delimiter in delimiters:
            if delimiter.marker == BAR and delimiter.end >= 0:
                for place, nesting in ((delimiter.token, 1), (delimiters[delimiter.end].token, -1)):
                    token = state.tokens[place]
                    token.type = "spoiler_open" if nesting > 0 else "spoiler_close"
                    token.nesting, token.markup, token.content = (1 if nesting > 0 else -1), "||", ""


def _levels(state: StateInline) -> Iterator[list[Delimiter]]:
    yield state.delimiters
    for meta in state.tokens_meta:
        if meta and "delimiters" in meta:
            yield meta["delimiters"]
