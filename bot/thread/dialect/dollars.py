r"""
When a dollar is maths, and when it is money.

`$…$` is a formula within a sentence where all of this holds; else each dollar stays a dollar:

* no letter, digit or dollar stands before the first, and no letter or digit after the second;
* no space stands after the first, and none before the second;
* the second is the very next one that is not written `\$`;
* between them stand no prices and no sentence: where there is a space, and a Cyrillic letter too, or `**`, `~~` or a
  backtick, or a number first with a word or anything but an operator behind it, it needs one of TeX's own signs, `\`,
  `^`, `_` or `{`.

`$$…$$` is a picture.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar

from bot.thread.dialect.marks import around

UP_TO_NEXT = re.compile(r"[^\\$]*(?:\\.[^\\$]*)*", re.DOTALL)
TEX = re.compile(r"\\[^*~`#()\[\]<>+.\-_$|]|(?<=[^\s\\])[\^_](?=[^\s.,;:!?)_])|(?<!\\)\{")  # no sign of Markdown's
WORDS = re.compile(r"[\u0400-\u04ff]|\*\*|~~|`")
MONEY = re.compile(r"\d(?:.*[^\W\d_]{2}|[\d.,]*[^\w\s(\[{|*/+=<>-]*\s+(?!\*\s|[-+/=<>\s]))", re.DOTALL)


def plugin(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("escape", "maths", _maths)
    parser.block.ruler.before("fence", "math_block", math_block_dollar(allow_labels=False))


def _maths(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the library calls it so
    mark = next((mark for mark in ("$$", "$") if state.src.startswith(mark, state.pos, state.posMax)), "")
    if not mark:
        return False
    found = UP_TO_NEXT.match(state.src, state.pos + len(mark), state.posMax)
    assert found
    begin, end = found.span()
    if not state.src.startswith(mark, end, state.posMax) or begin == end:
        return False
    if mark == "$" and not _formula(state.src, begin, end):
        return False
    if not silent:
        token = state.push("math_inline_double" if mark == "$$" else "math_inline", "math", 0)
        token.content, token.markup = state.src[begin:end], mark
        token.meta["end"] = end + len(mark)
    state.pos = end + len(mark)
    return True


def _formula(text: str, begin: int, end: int) -> bool:
    """Whether what stands between two single dollars is meant as maths."""
    before, after = around(text, begin - 1, end + 1)
    free = not any(sign.isalnum() or sign == "$" for sign in (before, after))
    inside = text[begin:end]
    tight = not (inside[0].isspace() or inside[-1].isspace())
    return free and tight and bool(TEX.search(inside) or not _sentence(inside))


def _sentence(inside: str) -> bool:
    spaced = any(sign.isspace() for sign in inside)
    return spaced and bool(WORDS.search(inside) or MONEY.match(inside))
