"""
Inline tokens that know where they begin, `at`, an offset in the text of their paragraph, heading or cell.

Pictures, formulas and code know where they end, too: there they are cut out of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core.state_core import StateCore
from markdown_it.rules_inline import StateInline, backtick, image
from markdown_it.token import Token

DEEPEST = 8  # brackets within each other: for each of them, markdown-it reads ahead as far


class Placed(StateInline):
    """markdown-it's state, which writes down where it stands when a token begins."""

    _begun = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self._begun = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802  # the library's name
        token = super().pushPending()
        token.meta["at"] = self._begun
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token


def at(token: Token) -> int:
    """Where in its inline text a token begins; a token within a picture's alternative text has no place of its own."""
    return int(token.meta.get("at", 0))


def end(token: Token) -> int:
    """Where a picture, a formula or code ends."""
    return int(token.meta["end"])


def plugin(parser: MarkdownIt) -> None:
    # Fragments would be joined into the last of them, whose place is another; an escape would lose that it was one.
    parser.disable(["fragments_join", "text_join"])
    parser.core.ruler.at("inline", _inline)
    parser.inline.ruler.at("image", _ended(image))
    parser.inline.ruler.at("backticks", _ended(backtick))


def _ended(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """A rule of markdown-it that makes one token, or takes what it finds for text."""

    def ended(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the library calls it so
        count = len(state.tokens)
        found = rule(state, silent)
        if len(state.tokens) > count:
            state.tokens[-1].meta["end"] = state.pos
        return found

    return ended


def _inline(core: StateCore) -> None:
    within = copy(core.md)
    within.options = deepcopy(core.md.options)
    within.options["maxNesting"] = DEEPEST
    for token in core.tokens:
        if token.type == "inline":
            state = Placed(token.content, within, core.env, [])
            core.md.inline.tokenize(state)
            for rule in core.md.inline.ruler2.getRules(""):
                rule(state)
            token.children = state.tokens
