"""TeX → a tree of MathML, by latex2mathml: what pictures are drawn from, and texts are written from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import normalize
from xml.etree.ElementTree import Element

from latex2mathml.symbols_parser import SYMBOLS

from bot.thread.tex import names
from bot.thread.tex.nesting import too_deep, unpaired
from bot.thread.tex.scan import Fault, Piece, scan
from bot.thread.worded import worded

FIRST_WORDS = 0xE000  # of Unicode's private use: a character stands for words until the tree is there
DECIMAL = re.compile(r"(?<=\d),(?=\d)")  # 0,5 is one number, 0, 5 are two
STROKE = "\u0338"
HIDDEN = re.compile("[\ue000-\uf8ff]")
NORM = re.compile(r"(?<!\\)\|\|")
REFERENCE = re.compile(r"&#x([0-9A-Fa-f]+);")
BARE = re.compile(r"\\[a-zA-Z]")
ARITY = {"msub": 2, "msup": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3, "mfrac": 2, "mroot": 2}
MEANING = {
    "NoAvailableTokensError": worded("there is nothing to draw"),
    "MissingSuperScriptOrSubscriptError": worded("nothing follows ^ or _"),
    "ExtraLeftOrMissingRightError": worded("\\left and \\right do not match"),
    "DoubleSuperscriptsError": worded("two ^ in a row: put braces, as in {{x^2}}^3"),
    "DoubleSubscriptsError": worded("two _ in a row: put braces, as in {{x_1}}_2"),
    "MissingEndError": worded("\\begin{{…}} has no matching \\end{{…}}"),
    "DenominatorNotFoundError": worded("nothing stands below the line"),
    "NumeratorNotFoundError": worded("nothing stands above the line"),
    "LimitsMustFollowMathOperatorError": worded("\\limits stands behind nothing that has limits"),
    "InvalidAlignmentError": worded("the columns of an array are of l, c, r and |, as in \\begin{{array}}{{lcr}}"),
}


class TexError(ValueError):
    """TeX that cannot be read as it is meant; says where."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


def tree(latex: str, *, block: bool = False) -> Element:
    """The formula as MathML, sums with their limits above and below in a `block`; or TexError, in linear time."""
    from latex2mathml.converter import Converter

    pieces, faults = scan(latex)
    faults = faults or unpaired(pieces) or [*too_deep(pieces)]
    if faults:
        first = {fault.message: fault for fault in sorted(faults, key=lambda fault: fault.offset, reverse=True)}
        raise TexError(*sorted(first.values(), key=lambda fault: fault.offset))
    words: list[Piece] = []
    source = NORM.sub(r"\|", DECIMAL.sub("{,}", _source(pieces, words)))
    try:
        made = Converter(display="block" if block else "inline").convert_to_element(source)
    except Exception as error:  # the library raises bare errors of many kinds, all about the formula
        meaning = MEANING.get(type(error).__name__, worded("a command stands where it cannot"))
        raise TexError(Fault(0, worded("the formula cannot be read: {meaning}", meaning=meaning))) from error
    _tidy(made, words)
    if left := [
        element.text for element in made.iter() if element.tag in ("mi", "mo") and BARE.match(element.text or "")
    ]:
        raise TexError(
            Fault(max(0, latex.find(left[0] or "")), worded("{left} has nothing to belong to", left=left[0]))
        )
    missing = [element for element in made.iter() if len(element) < ARITY.get(element.tag, 0)]
    if missing:
        raise TexError(Fault(0, worded("the formula cannot be read: an argument is missing")))
    return made


def _source(pieces: Sequence[Piece], words: list[Piece]) -> str:
    """The formula as latex2mathml reads it rightly: a substack would take all that follows its braces."""
    written: list[str] = []
    ends: list[str] = []  # of the open braces
    for before, piece in zip(["", *(piece.text for piece in pieces)], pieces, strict=False):
        if piece.text == "{":
            stack = before == r"\substack"
            ends.append(r"\end{substack}" if stack else "}")
            written.append(r"\begin{substack}" if stack else "{")
        elif piece.text == "}":
            written.append(ends.pop())
        elif piece.text != r"\substack":
            written.append(_plain(piece, words))
    return "".join(written)


def _plain(piece: Piece, words: list[Piece]) -> str:
    """A piece as latex2mathml reads it rightly: words hidden from it, a space behind each command."""
    if piece.text in names.WORDS | names.NAMED | names.TAGS:
        words.append(piece)
        command = r"\text" if piece.text in names.NAMED else piece.text
        return f"{command}{{{chr(FIRST_WORDS + len(words) - 1)}}}"
    if piece.text in (r"\begin", r"\end"):
        name = names.ENVIRONMENTS[piece.words]
        return f"{piece.text}{{{name}}}" if name else ("{" if piece.text == r"\begin" else "}")
    if piece.text in names.COLOURS:
        return f"{piece.text}{{{piece.words}}}"
    if piece.text == r"\colon":
        return r"{:}\,"
    return piece.text + " " if re.fullmatch(r"\\[a-zA-Z]+", piece.text) else piece.text


def _tidy(element: Element, words: list[Piece]) -> None:
    """Put words back, spell characters out, and give what takes two or three children no more than these."""
    for child in element:
        _tidy(child, words)
        if child.text == "~" and element.tag != "mover":  # \sim; over a letter, it is an accent
            child.text = "∼"
    _negate(element)
    element.text = REFERENCE.sub(lambda found: chr(int(found[1], 16)), element.text or "")
    if found := HIDDEN.search(element.text):
        _fill(element, found[0], words[ord(found[0]) - FIRST_WORDS])
    if element.tag in ("mi", "mo") and element.text in SYMBOLS:  # a large delimiter
        element.text = chr(int(SYMBOLS[element.text], 16))
    if element.tag in ("mo", "mi") and len(element):  # \mathop{…}, \mathrel{…}
        _flatten(element)
    surplus = len(element) - ARITY.get(element.tag, len(element))
    if surplus > 0:  # a matrix with its fences, as what has an exponent
        _group(element, surplus + 1)


def _negate(element: Element) -> None:
    """A stroke that latex2mathml lays over the next sign becomes a part of it: ≠ is one sign."""
    for stroke, sign in pairwise(list(element)):
        if stroke.tag == "mpadded" and "".join(stroke.itertext()) == "⧸" and sign.text:
            sign.text = normalize("NFC", sign.text[0] + STROKE + sign.text[1:])
            element.remove(stroke)


def _fill(element: Element, stand_in: str, piece: Piece) -> None:
    if piece.text in names.NAMED:
        element.tag = "mo"
        element.text = " ".join(piece.words.split())
        if piece.text != r"\operatorname":
            element.set("movablelimits", "true")
    else:
        element.text = (element.text or "").replace(stand_in, piece.words.replace(" ", "\u00a0"))


def _flatten(element: Element) -> None:
    """An operator is its letters; if it is more than letters, a row."""
    leaves = [leaf for leaf in element.iter() if not len(leaf)]
    if all(leaf.tag in ("mi", "mo", "mtext", "mn", "mspace") for leaf in leaves) and _no_structure(element):
        text = "".join(" " if leaf.tag == "mspace" else leaf.text or "" for leaf in leaves)
        for child in list(element):
            element.remove(child)
        element.text = text
        if len(text) > 1:
            element.set("movablelimits", "true")
    else:
        element.tag = "mrow"


def _no_structure(element: Element) -> bool:
    return all(child.tag in ("mo", "mi", "mrow", "mtext", "mn", "mspace") for child in element.iter())


def _group(element: Element, count: int) -> None:
    row = Element("mrow")
    row.extend(list(element)[:count])
    for child in list(row):
        element.remove(child)
    element.insert(0, row)
