"""Numbers of bank cards in a text (TDLib, find_bank_card_numbers)."""

from __future__ import annotations

import re
from collections.abc import Iterator

RUN = re.compile("[0-9][0-9 -]*")
WHOLE = re.compile("[0-9]{16,19}(?= )")  # without a blank in it: what follows is another number


def cards(text: str) -> Iterator[tuple[int, int]]:
    """From which letter to which each of them goes."""
    place = 0
    while run := RUN.search(text, place):
        begin = run.start()
        attached = begin > 0 and (text[begin - 1] in ".,+-_" or text[begin - 1].isalpha())
        whole = None if attached else WHOLE.match(text, begin)
        place = whole.end() if whole else run.end()
        number = text[begin:place].rstrip(" -")
        if not attached and _is_card(number) and not _goes_on(text, begin + len(number)):
            yield begin, begin + len(number)


def _goes_on(text: str, end: int) -> bool:
    return text[end : end + 1] in ("-", "_") or text[end : end + 1].isalpha()


def _is_card(number: str) -> bool:
    digits = re.sub("[ -]", "", number)
    return 13 <= len(digits) <= 19 and len(number) < 2 * len(digits) and _adds_up(digits) and _has_length(digits)


def _adds_up(digits: str) -> bool:
    """Luhn's check: every second digit from the end is doubled, and 9 taken off where it has become two."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _has_length(digits: str) -> bool:
    """Visa, Mastercard, American Express, UnionPay and Mir tell their cards by the first digits."""
    length, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return length in (13, 16, 18, 19)
    if 51 <= two <= 55 or 2200 <= four <= 2204 or 2221 <= four <= 2720:
        return length == 16
    if two in (34, 37):
        return length == 15
    return length >= 16 if two in (62, 81) else True
