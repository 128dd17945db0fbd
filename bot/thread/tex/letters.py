"""Signs of a formula in Unicode: raised, lowered, accented and styled letters, and the spaces around a sign."""

from __future__ import annotations

import unicodedata
from functools import cache

from latex2mathml.symbols_parser import SYMBOLS_FILE

RAISED = dict(
    zip(
        "0123456789+\u2212=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ⊤∘∗*†‡′″‴⁗°",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡᵀ°**†‡′″‴⁗°",
        strict=True,
    )
)
LOWERED = dict(zip("0123456789+\u2212=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
MARKS = {  # an accent as latex2mathml writes it → the mark that combines with the letter before it
    "^": "\u0302", "¯": "\u0304", "―": "\u0305", "~": "\u0303", "→": "\u20d7", "˙": "\u0307", "¨": "\u0308",
    "ˇ": "\u030c", "˘": "\u0306", "´": "\u0301", "`": "\u0300", "˚": "\u030a", "\u20db": "\u20db", "\u20dc": "\u20dc",
}  # fmt: skip
LONG_MARKS = frozenset({"―"})  # which may stand over several letters
STYLES = {
    "double-struck": "DOUBLE-STRUCK", "bold": "BOLD", "bold-italic": "BOLD ITALIC", "script": "SCRIPT",
    "fraktur": "FRAKTUR", "sans-serif": "SANS-SERIF", "sans-serif-italic": "SANS-SERIF ITALIC",
    "monospace": "MONOSPACE",
}  # fmt: skip
KINDS = {"mathrel": "rel", "mathbin": "bin", "mathop": "op", "mathopen": "open", "mathclose": "close"}
KIND = {",": "punct", ";": "punct", "|": "fence", "‖": "fence", "…": "inner", "⋯": "inner", "*": "bin", "mod": "bin"}


@cache
def kinds() -> dict[str, str]:
    """What TeX takes a sign for, which gives it its spaces: by Unicode's own list of mathematical signs."""
    found: dict[str, str] = {}
    with open(SYMBOLS_FILE, encoding="utf-8") as lines:  # noqa: PTH123  # the library names it as a string
        for line in lines:
            columns = line.rstrip("\n").split("^")
            if not line.startswith("#") and len(columns) > 5 and columns[5] in KINDS:
                found[chr(int(columns[0], 16))] = KINDS[columns[5]]
    return found | KIND | {":": "rel"}


def styled(text: str, style: str) -> str:
    """Letters in a style of mathematics, as far as Unicode has them: R, double-struck, is ℝ."""
    return "".join(_styled(letter, STYLES[style]) for letter in text) if style in STYLES else text


def _styled(letter: str, style: str) -> str:
    words = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    older = style.replace("FRAKTUR", "BLACK-LETTER")  # what Unicode had before it had all
    for name in (f"MATHEMATICAL {style} {words}", f"{older} {words}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return letter
