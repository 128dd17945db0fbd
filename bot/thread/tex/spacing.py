"""The signs of a line, and the spaces between them, as TeX has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

UNARY_AFTER = frozenset({"", "bin", "rel", "open", "punct", "op"})
UNARY_BEFORE = frozenset({"", "rel", "close", "punct"})
APART = frozenset(
    {("op", "ord"), ("op", "op"), ("ord", "op"), ("close", "op"), ("inner", "op"), ("op", "inner"), ("ord", "inner")}
    | {("inner", "ord"), ("inner", "inner"), ("close", "inner"), ("inner", "open")}
)


class NoFormError(ValueError):
    """Something that takes more than one line."""


@dataclass(frozen=True)
class Sign:
    """A part of the line, and what TeX takes it for at its two ends: `ord`, `op`, `bin`, `rel`, `open`, `close`…"""

    text: str
    kind: str = "ord"
    last: str = ""  # the kind of its right end, if it is another one
    shape: str = ""  # `fraction`; `loose`: a letter behind it would be read as a part of it; `upright`

    @property
    def end(self) -> str:
        return self.last or self.kind


def fenced(signs: Sequence[Sign]) -> list[Sign]:
    """Bars open and close in turn, if there is an even number of them: |x| − |y|, but p(x|y)."""
    bars = [at for at, sign in enumerate(signs) if sign.kind == "fence"]
    even = {text: sum(signs[at].text[0] == text for at in bars) % 2 == 0 for text in "|‖"}
    found, opened = list(signs), dict.fromkeys("|‖", False)
    for at in bars:
        bar = signs[at].text[0]
        opened[bar] = not opened[bar]
        found[at] = replace(signs[at], kind=("open" if opened[bar] else "close") if even[bar] else "ord")
    return found


def resolved(signs: Sequence[Sign]) -> list[Sign]:
    """A minus between two things is an operator, another one is a sign; a fraction beside a factor is bracketed."""
    found: list[Sign] = []
    before: Sign | None = None
    for sign, after in zip(signs, _following(signs), strict=True):
        left, right = before.end if before else "", after.kind if after else ""
        shown = sign
        if sign.kind == "bin" and (left in UNARY_AFTER or right in UNARY_BEFORE):
            shown = replace(sign, kind="ord", shape="unary")
        elif sign.shape == "fraction" and (_touches(before) or (after and _touched(after))):
            shown = Sign(f"({sign.text})", "open", "close")
        found.append(shown)
        before = before if sign.kind == "space" else shown
    return found


def _following(signs: Sequence[Sign]) -> list[Sign | None]:
    """For each sign the next one that is no space."""
    found: list[Sign | None] = []
    after: Sign | None = None
    for sign in reversed(signs):
        found.append(after)
        after = after if sign.kind == "space" else sign
    return found[::-1]


def _touches(before: Sign | None) -> bool:
    return (
        before is not None
        and before.end in ("ord", "op", "close", "inner")
        and not (before.shape == "unary" or before.text[-1].isspace())
    )


def _touched(after: Sign) -> bool:
    return after.kind in ("ord", "op", "open", "inner") and not after.text[0].isspace()


def joined(signs: Sequence[Sign], *, tight: bool) -> str:
    text = "".join(_gap(left, right, tight=tight) + right.text for left, right in pairwise(signs))
    return signs[0].text + text if signs else ""


def _gap(left: Sign, right: Sign, *, tight: bool) -> str:
    pair = left.end, right.kind
    if "space" in pair:
        return ""
    large = left.end == "op" and not left.text[0].isalpha()  # ∑ (a + b), but log(a)
    if left.shape != "unary" and (pair in APART or (large and right.kind == "open")):
        return " "
    if left.shape in ("loose", "root") and right.text[0].isalnum():
        return " "
    if tight or right.kind in ("close", "punct") or left.end == "open" or pair == ("rel", "rel"):
        return ""
    return " " if left.end == "punct" or {"bin", "rel"} & set(pair) else ""
