"""
What a measurement has numbers of, by key, and how a text writes one: `{between.accuracy:range%}`. Without torch.

A key names a quantity of its topic. Behind the colon stands, in this order, each part only where it is wanted: which
of the seeds (`median`, `low`, `high` or `range`; the median if nothing is said), `.1` digits, and the unit's sign (`%`,
`x` or `ms`), which is written with the number, and has to be the quantity's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isclose
from statistics import median
from typing import Literal

from experiments import numbers
from experiments.measurement import Language, Text, Value
from languages import cldr
from languages.text import phrase

Unit = Literal["", "%", "x", "ms"]
Which = Literal["median", "low", "high", "range"]
FORM = re.compile(r"(?P<which>median|low|high|range)?(?:\.(?P<digits>\d))?(?P<unit>%|x|ms)?")
VERSION = "torch"  # the key of a name, not of a number: 2.13
UNITS: Mapping[Unit, Text] = {"ms": phrase("ms")}


class FormError(ValueError):
    """
    A key that there is not, or a form that it cannot be written in; the message says what is allowed.

    It is made of a pattern and its fields, so that it can be said in another language.
    """

    def __init__(self, pattern: str, **fields: object) -> None:
        super().__init__(pattern.format(**fields))
        self.pattern, self.fields = pattern, fields


@dataclass(frozen=True)
class Quantity:
    """
    What is measured in every seed. `clocked`: by a clock, so that no two runs agree; a band is half as wide again.

    `missing` says when a run has no such number.
    """

    meaning: Text
    unit: Unit = ""
    clocked: bool = False
    missing: str = ""


@dataclass(frozen=True)
class Form:
    """How a number is written; `digits` None takes as many as the unit usually has."""

    which: Which = "median"
    digits: int | None = None
    unit: Unit = ""


SEEDS = Quantity(phrase("how many seeds"))


def percent(what: Text, *, missing: str = "") -> Quantity:
    """A share or an accuracy in %."""
    return Quantity(what, "%", missing=missing)


def times(what: Text) -> Quantity:
    """By how much something takes longer, by a clock."""
    return Quantity(what, "x", clocked=True)


def value(found: Sequence[float]) -> Value:
    """Of all seeds, in the six digits that are kept."""
    return Value(**{name: float(f"{of(found):.6g}") for name, of in (("median", median), ("low", min), ("high", max))})


def form(key: str, text: str | None, known: Mapping[str, Quantity]) -> Form:
    """What stands behind a key's colon; raises `FormError`."""
    if key not in known:
        if close := get_close_matches(key, known, n=1):
            raise FormError("no number has the key {key!r}: did you mean {close!r}?", key=key, close=close[0])
        raise FormError("no number has the key {key!r}: allowed: {known}", key=key, known=", ".join(known))
    found = FORM.fullmatch(text or "")
    if text == "" or not found:
        raise FormError(
            "{text!r} is no form of a number: write median, low, high or range, .1 for digits, %, x or ms", text=text
        )
    which, digits, unit = found["which"] or "median", found["digits"], found["unit"] or ""
    own = known[key].unit
    if unit not in ("", own):
        if own:
            raise FormError("{key!r} is no number of {unit}: its unit is {own}", key=key, unit=unit, own=own)
        raise FormError("{key!r} is no number of {unit}: it has no unit", key=key, unit=unit)
    return Form(which, int(digits) if digits else None, unit)  # type: ignore[arg-type]  # as the pattern allows


def written(found: Value, quantity: Quantity, form: Form, language: Language) -> str:
    """A number, or a range whose ends are written once where they look the same."""
    ends = (found.low, found.high) if form.which == "range" else (getattr(found, form.which),)
    told = list(dict.fromkeys(_digits(end, quantity.unit, form.digits, language) for end in ends))
    return _SIGNED[form.unit]("–".join(told), language)


def _digits(number: float, unit: Unit, digits: int | None, language: Language) -> str:
    if digits is None and unit == "%" and 0 < number < 100:
        digits = 0 if 0.5 <= number < 99.5 else 2  # 99.7 % is not all of them
    if digits is None and unit == "x":
        digits = 1 if number < 10 else 0
    if digits is None and unit == "ms":
        digits = 2 if number < 1 else 1 if number < 10 else 0
    small = number and abs(number) < 0.5 * 10.0 ** -(digits or 0)
    return numbers.plain(number, language) if digits is None or small else numbers.number(number, digits, language)


_SIGNED: Mapping[Unit, Callable[[str, Language], str]] = {
    "": lambda told, _: told,
    "%": cldr.percent,
    "x": lambda told, _: f"{told}×",
    "ms": lambda told, language: f"{told}{numbers.NBSP}{UNITS['ms'][language]}",
}


def borne(number: float, digits: int, unit: Unit, found: Value, quantity: Quantity) -> bool:
    """
    Whether a number typed with so many digits is the median or an end of the band: to them, and to a tenth.

    Of a power (`digits` -1) the first digit counts.
    """
    if unit != quantity.unit:
        return False
    ends = (found.median, found.low, found.high)
    if digits < 0:
        return any(isclose(float(f"{end:.0e}"), number) for end in ends)
    return any(round(end, digits) == round(number, digits) and isclose(end, number, rel_tol=0.1) for end in ends)
