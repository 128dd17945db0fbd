"""
Numbers, times and lists as each language writes them, by CLDR (Unicode's Common Locale Data Repository), with Babel.

A minus is U+2212 in every language, as books print it: CLDR has the hyphen of keyboards. Our English is Britain's: the
day stands before the month, and clocks count to 24.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import dropwhile
from math import ceil
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
PLACES = {"en": "en_GB"}
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@cache
def locale(language: str) -> Locale:
    """What CLDR knows of a language."""
    from babel import Locale

    return Locale.parse(PLACES.get(language, language))


def decimal(text: str, language: str) -> str:
    """A number that Python wrote, with the decimal sign of the language."""
    return text.replace("-", MINUS).replace(".", _sign(language))


@cache
def _sign(language: str) -> str:
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(locale(language))


@cache
def _percent(language: str) -> tuple[str, str]:
    return locale(language).percent_formats[None].suffix[0], locale(language).percent_formats[None].prefix[0]


def percent(number: str, language: str) -> str:
    """A percentage: Russian sets a space before the sign, English does not."""
    after, before = _percent(language)
    return f"{before}{number}{after}"


def called(language: str) -> str:
    """A language by its own name: «русский», “English”."""
    from babel import Locale

    return Locale.parse(language).get_display_name() or language


def kind(count: int, language: str) -> str:
    """CLDR's kind of a number: one, few, many or other, by which a counted word has its form."""
    return locale(language).plural_form(count)


def whole(count: int, language: str) -> str:
    """A large count, in thousands."""
    from babel.numbers import format_decimal

    return format_decimal(count, locale=locale(language)).replace("-", MINUS)


def day(at: datetime, language: str) -> str:
    """«1 дек. 2026 г.» and “1 Dec 2026”."""
    from babel.dates import format_date

    return format_date(at, "medium", locale=locale(language))


def clock(at: datetime, language: str) -> str:
    """19:00, by the clocks of the zone that the time has."""
    from babel.dates import format_skeleton

    return format_skeleton("Hm", at, at.tzinfo, fuzzy=False, locale=locale(language))


def moment(at: datetime, language: str) -> str:
    """«1 дек. 2026 г., 19:00» and “1 Dec 2026, 19:00”, by the clocks of the zone that the time has."""
    both: str = locale(language).datetime_formats["medium"]
    return both.format(clock(at, language), day(at, language))


def span(length: timedelta, language: str) -> str:
    """The largest unit of a time, and the next: «1 дн. 2 ч» and “1 day 2 hrs”."""
    from babel.units import format_unit

    left, amounts = ceil(length.total_seconds()), []
    for size, unit in UNITS:
        amount, left = divmod(left, size)
        amounts.append((amount, unit))
    shown = [*dropwhile(lambda amount: not amount[0], amounts)][:2]
    shown = [amount for amount in shown if amount[0]] or [(0, "second")]
    said = [format_unit(n, f"duration-{unit}", "short", locale=locale(language)) for n, unit in shown]
    return " ".join(part.replace(" ", NBSP) for part in said)


def listed(parts: Sequence[str], language: str, style: Literal["standard", "or"] = "standard") -> str:
    """«А, Б и В» and “A, B and C”."""
    from babel.lists import format_list

    return format_list(parts, style, locale=locale(language))
