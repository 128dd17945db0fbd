"""Numbers and counted words as each language writes them: «18,0 %» and “18.0%”, «2 сида» and “2 seeds”."""

from __future__ import annotations

from math import isfinite, isnan

from languages import cldr
from languages.catalogue import Language
from languages.text import Text, phrase, plural, say, spoken

COUNTED = {
    "seed": plural("{count} seed", "{count} seeds"),
    "epoch": plural("{count} epoch", "{count} epochs"),
    "voter": plural("{count} voter", "{count} voters"),
    "step": plural("{count} step", "{count} steps"),
    "poll": plural("{count} poll", "{count} polls"),
    "vote": plural("{count} vote", "{count} votes"),
}
SGD = phrase("SGD {lr}, momentum {momentum}")
NBSP = cldr.NBSP
TINY, HUGE = 1e-6, 1e7  # beyond, a power of ten is shorter and reads better
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int, language: Language) -> str:
    """A number with so many digits after the decimal sign of the language."""
    if not abs(value) < HUGE:
        return power(value, language)
    return cldr.decimal(f"{value:.{digits}f}", language)


def plain(value: float, language: Language) -> str:
    """A setting or a small measured value in a few significant digits: 1,41 and 0,00006, never 6e-05."""
    if value and not TINY <= abs(value) < HUGE:
        return power(value, language)
    rounded = float(f"{value:.3g}" if abs(value) >= 0.01 else f"{value:.1g}")
    text = f"{rounded:.12f}".rstrip("0").rstrip(".")
    return cldr.decimal(text, language)


def power(value: float, language: Language) -> str:
    """A number that only a power of ten can tell: 1,4·10⁻²¹; what is no number by its sign."""
    if isnan(value):
        return "NaN"
    if not value or not isfinite(value):
        return cldr.decimal("0" if not value else "∞" if value > 0 else "-∞", language)
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{cldr.decimal(mantissa, language)}·{ten(int(exponent))}"


def ten(exponent: int) -> str:
    """A power of ten: 10⁻²¹."""
    return f"10{str(exponent).translate(SUPERSCRIPT)}"


def percent(value: float, digits: int, language: Language) -> str:
    """A percentage; Russian sets a space before the sign, English does not."""
    return cldr.percent(number(value, digits, language), language)


def percents(low: float, high: float, language: Language) -> str:
    """A range of whole percents; equal ends are written once."""
    ends = [number(value, 0, language) for value in (low, high)]
    return percent(low, 0, language) if ends[0] == ends[1] else f"{ends[0]}–{percent(high, 0, language)}"


def counted(count: int, word: str, language: Language) -> str:
    """A count with its noun in the right form: «21 сид», «22 сида», «11 сидов»."""
    return say(COUNTED[word], language, count=count).replace(" ", NBSP)


def ticks(last: int, word: str, language: Language) -> list[tuple[float, str]]:
    """What is written along a counted axis from 0: thirds where there is room, the unit at the last."""
    places = [last * i // 3 for i in range(3)] if last >= 3 else [0]
    return [*((place, str(place)) for place in places), (last, counted(last, word, language))]


def sgd(lr: float, momentum: float, language: Language) -> str:
    """An optimiser, with all that somebody needs who repeats it: «SGD 0,1, момент 0,9»."""
    return say(SGD, language, lr=plain(lr, language), momentum=plain(momentum, language))


def counts(seeds: int, epochs: int, language: Language) -> str:
    """How much was trained: «8 сидов · 30 эпох»."""
    return f"{counted(seeds, 'seed', language)} · {counted(epochs, 'epoch', language)}"


def setting(value: float) -> Text:
    """`plain`, in whichever language it will be said."""
    return spoken(lambda language: plain(value, language))
