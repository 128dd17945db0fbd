"""MathML → one line of Unicode."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from bot.thread.tex import letters
from bot.thread.tex.spacing import NoFormError, Sign, fenced, joined, resolved

DIFFERENTIALS = frozenset("d∂δ∆Δ∇")
APPLIED = re.compile(r"[^\W\d_]+\([^()]*\)")  # f(x), which needs no parentheses of its own
ROOTS = {"2": "√", "3": "∛", "4": "∜"}
PLAINER = {"ϕ": "φ"}  # as a text writes them


def row(element: Element, *, tight: bool = False) -> str:
    """What stands in an element, one beside the other; `tight` without spaces around operators."""
    return joined(_signs(element, tight=tight), tight=tight)


def _signs(element: Element, *, tight: bool) -> list[Sign]:
    while len(element) == 1 and element[0].tag in ("mrow", "mstyle"):
        element = element[0]
    inside = element if element.tag in ("math", "mrow", "mstyle", "msqrt", "mpadded") else [element]
    signs = [sign for sign in (_sign(child, tight=tight) for child in inside) if sign.text]
    return resolved(fenced(signs))


def _sign(element: Element, *, tight: bool) -> Sign:
    if element.tag in ("mrow", "mstyle", "mpadded"):
        return _group(element, tight=tight)
    if element.tag in ("msub", "msup", "msubsup", "mover", "munder", "munderover"):
        return _scripts(element, tight=tight)
    if element.tag in SHAPES:
        return SHAPES[element.tag](element)
    raise NoFormError(element.tag)


def _leaf(element: Element) -> Sign:
    text = PLAINER.get(element.text or "", element.text or "")
    if element.tag == "mtext":
        return Sign(text)
    variant = element.get("mathvariant", "")
    word = len(text) > 1 and text.replace(" ", "").isalpha()
    kind = letters.kinds().get(text, "op" if word and element.tag != "mn" else "ord")
    return Sign(letters.styled(text, variant), kind, shape="upright" if variant == "normal" else "")


def _group(element: Element, *, tight: bool) -> Sign:
    """Braces make one sign of many; a word of upright letters is an operator, as max is."""
    signs = _signs(element, tight=tight)
    if len(signs) == 1:
        return replace(signs[0], kind="ord", last="") if signs[0].kind in ("bin", "rel", "punct") else signs[0]
    text = joined(signs, tight=tight)
    if len(element) and element[0].get("form") == "prefix":
        return Sign(text, "open", "close")
    if signs and all(sign.shape == "upright" or sign.text.isdigit() for sign in signs):
        return Sign(text, "op")
    return Sign(text, shape="loose" if signs and signs[-1].shape == "loose" else "")


def _space(element: Element) -> Sign:
    if element.get("linebreak"):
        raise NoFormError(r"\\")
    width = element.get("width", "")
    return Sign("" if width.startswith(("-", "negative", "0em", "0pt")) else " ", "space")


def _scripts(element: Element, *, tight: bool) -> Sign:
    base, *others = element
    over = element.tag in ("mover", "munder", "munderover")
    if over and others[0].tag == "mo" and (others[0].text or "") in letters.MARKS:
        return _accented(_group_of(base, tight=tight), others[0].text or "", below=element.tag == "munder")
    sign = _group_of(base, tight=tight)
    if over and sign.kind != "op":
        raise NoFormError(element.tag)
    has_lower, has_upper = element.tag not in ("msup", "mover"), element.tag not in ("msub", "munder")
    lower = row(others[0], tight=True) if has_lower else ""
    upper = row(others[-1], tight=True) if has_upper else ""
    return _with_scripts(sign, lower.strip(), upper.strip())


def _group_of(element: Element, *, tight: bool) -> Sign:
    sign = _sign(element, tight=tight)
    if sign.shape in ("fraction", "root"):
        return Sign(f"({sign.text})", "open", "close")
    return sign


def _with_scripts(base: Sign, lower: str, upper: str) -> Sign:
    text, loose = base.text, base.shape == "loose"
    raised, lowered = set(letters.RAISED.values()) - set("*°′″‴⁗"), set(letters.LOWERED.values())
    if text and ((upper and text[-1] in raised) or (lower and text[-1] in lowered)):
        text = f"({text})"
    below = _script(lower, letters.LOWERED, "_")
    if below == f"_{lower}" and upper:
        below = f"_({lower})"
    above = _script(upper, letters.RAISED, "^")
    end = below + above
    loose = bool(end) and end[-1].isalnum() and (above or below).startswith(("^", "_"))
    return replace(base, text=text + end, shape="loose" if loose else "")


def _script(text: str, table: dict[str, str], mark: str) -> str:
    """Raised or lowered, where Unicode has every letter; else behind a mark, more than one in parentheses."""
    if all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    return mark + (text if len(text) == 1 else _parenthesised(text))


def _parenthesised(text: str) -> str:
    """In parentheses, unless one pair already holds all of it."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and at < len(text) - 1:
            break
    else:
        return text if text.startswith("(") and depth == 0 else f"({text})"
    return f"({text})"


def _accented(base: Sign, accent: str, *, below: bool) -> Sign:
    mark = "\u0332" if below else letters.MARKS[accent]
    scripts = {*letters.RAISED.values(), *letters.LOWERED.values()}
    if not below and base.text and all(letter in scripts for letter in base.text[1:]):
        return replace(base, text=base.text[0] + mark + base.text[1:])
    if accent not in letters.LONG_MARKS:
        raise NoFormError(accent)
    return replace(base, text="".join(letter + mark for letter in base.text))


def _fraction(element: Element) -> Sign:
    if element.get("linethickness", "").startswith("0"):
        raise NoFormError(r"\binom")
    above, below = (_signs(part, tight=True) for part in element)
    whole = not any(sign.kind in ("bin", "rel", "punct", "space") or sign.shape == "fraction" for sign in above)
    one = len(above) == 1 or not any(sign.kind == "op" for sign in above)
    upper, lower = joined(above, tight=True), joined(below, tight=True)
    upper = upper if whole and one and above else _parenthesised(upper)
    lower = lower if _single(below) or _differential(below) or APPLIED.fullmatch(lower) else _parenthesised(lower)
    return Sign(f"{upper}/{lower}", shape="fraction")


def _single(signs: Sequence[Sign]) -> bool:
    return len(signs) == 1 and signs[0].shape not in ("fraction", "root") and " " not in signs[0].text


def _differential(signs: Sequence[Sign]) -> bool:
    return len(signs) == 2 and signs[0].text[0] in DIFFERENTIALS and _single(signs[1:])


def _root(element: Element) -> Sign:
    base = element if element.tag == "msqrt" else element[0]
    index = "2" if element.tag == "msqrt" else row(element[1], tight=True)
    signs = _signs(base, tight=True)
    text = joined(signs, tight=True)
    if index not in ROOTS and not all(letter in letters.RAISED for letter in index):
        return Sign(f"{text if _single(signs) else _parenthesised(text)}^(1/{index})")
    root = ROOTS.get(index) or _script(index, letters.RAISED, "") + "√"
    return Sign(root + text, shape="root") if _single(signs) else Sign(root + _parenthesised(text), "ord", "close")


SHAPES: dict[str, Callable[[Element], Sign]] = {
    **dict.fromkeys(("mi", "mo", "mn", "mtext"), _leaf),
    **dict.fromkeys(("msqrt", "mroot"), _root),
    "mfrac": _fraction,
    "mspace": _space,
}
