"""
How people voted, as the upper part of every reveal's picture: title, settings, and a row for each option.

A row has the option's text, its share as a bar, a check mark where it is right, and on the right what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from experiments import numbers
from experiments.measurement import Ballot, Language, Measurement, OptionVotes
from experiments.pictures.chart import GREEN, GREY, INK, PALE, TRACK, Measured
from experiments.pictures.figure import MARGIN, RIGHT, SMALL, TEXT, TITLE, Page, house_style, png, wrap
from experiments.pictures.fonts import LINE, look, text_width
from experiments.pictures.glyphs import printable, reach
from languages.text import phrase

BAR = 0.27
BAR_WIDTH = 4.1  # all voters; the percentage stands at the end of the bar, so it needs room beyond
COLUMN = 1.55  # what was measured
NUMBER = 27.0
EMOJI = 27.0  # where an option is nothing but signs: their lines are thin

MAJORITY = {
    "right": phrase("Most got it right"),
    "wrong": phrase("Most got it wrong"),
    "tied": phrase("The votes are split"),
    "nobody": phrase("Nobody voted"),
    "depends": phrase("It depends", "tally.MAJORITY"),
    "disputed": phrase("Measured otherwise"),
}
OUTCOME = phrase("This is how you voted")
OPTION = phrase("option")
VOTED = phrase("how you voted: {voters}")
MOST = phrase("favourite")
TINT = "#f4f6fb"
BEYOND = 0.3  # inches beyond the end of a bar that are free


def votes_only(ballot: Ballot, language: Language) -> bytes:
    """The picture of a poll without measurement: an opinion poll, or one whose experiment failed."""
    return png(votes_figure(ballot, language))


def votes_figure(ballot: Ballot, language: Language) -> Figure:
    """As `votes_only`, before it becomes a PNG."""
    with house_style():
        page = Page()
        verdict = majority(ballot)
        title(page, None, (MAJORITY[verdict] if verdict else OUTCOME)[language], language)
        page.paragraph(printable(ballot.question), TEXT, colour=GREY, lines=4)
        page.y += 0.12
        rows(page, ballot, language, {}, None)
        return page.finish(page.y + 0.25)


def majority(ballot: Ballot, measurement: Measurement | None = None) -> str | None:
    """
    Whether most votes went to right options; None where no option is right.

    A measurement that gives no answer without a condition, or another one than the author's, is told instead.
    """
    if measurement and (verdict := _not_as_keyed(ballot, measurement)):
        return verdict
    cast = sum(option.votes for option in ballot.options)
    right = sum(option.votes for option in ballot.options if option.correct)
    if ballot.opinion or not any(option.correct for option in ballot.options):
        return None
    if not cast:
        return "nobody"
    return "tied" if 2 * right == cast else "right" if 2 * right > cast else "wrong"


def _not_as_keyed(ballot: Ballot, measurement: Measurement) -> str | None:
    """The check of a thread finds a disputed answer before it is published; a picture must not hide one either."""
    supported = {finding.option: finding.supported for finding in measurement.findings}
    pairs = [(supported.get(option.key or ""), "yes" if option.correct else "no") for option in ballot.options]
    if any(found == "depends" for found, _ in pairs):
        return "depends"
    return "disputed" if any(found and found != keyed for found, keyed in pairs) else None


def title(page: Page, verdict: str | None, finding: str, language: Language) -> None:
    """At most two bold lines: how the vote went, and what is so. A finding of one line begins the second."""
    first = MAJORITY[verdict][language] if verdict else ""
    whole = f"{first}: {finding}" if first else finding[:1].upper() + finding[1:]
    alone = text_width(finding, TITLE, bold=True) <= RIGHT - MARGIN
    lines = [f"{first}:", finding] if first and alone else wrap(whole, TITLE, RIGHT - MARGIN, bold=True, lines=2)
    for line in lines:
        page.line(line, TITLE, bold=True)
    page.y += 0.1


def rows(page: Page, ballot: Ballot, language: Language, measured: Mapping[str, Measured], heading: str | None) -> None:
    """
    How people voted, a row for each option, and beside it, tinted, what was measured; moves `y` below them.

    Bars are grey and all on one scale: colour says what is right, and how many voted for it does not.
    """
    beside = bool(heading and measured)
    counted = numbers.counted(ballot.voters, "voter", language)
    voted, other = VOTED[language].format(voters=counted), (heading or "") if beside else ""
    fits = text_width(voted, SMALL) + text_width(other, SMALL) + 0.3 <= RIGHT - MARGIN
    page.write(voted if fits else counted, MARGIN, page.y, SMALL, colour=GREY)
    if other:
        page.write(other, RIGHT, page.y, SMALL, colour=GREY, align="right")
    page.y += SMALL * LINE + 0.1
    top, most = page.y, max((option.votes for option in ballot.options), default=0)
    favourite = [option.votes == most and most > 0 for option in ballot.options]
    for option, text, first in zip(ballot.options, labels(ballot.options, language), favourite, strict=True):
        found = measured.get(option.key or "")
        marked = MOST[language] if first and sum(favourite) == 1 and len(favourite) > 1 else ""
        _row(
            page,
            Row(option, text, _percent(option, ballot), marked, found),
            language,
            beside=beside,
            opinion=ballot.opinion,
        )
    if beside:
        page.box(RIGHT - COLUMN + 0.1, top - 0.06, COLUMN, page.y - top - 0.02, TINT, below=True)


def labels(options: Sequence[OptionVotes], language: Language) -> list[str]:
    """What names each row: its option's text, and the option's number where no other way tells two of them apart."""
    numbered = [f"{OPTION[language]} {number}" for number in range(1, len(options) + 1)]
    texts = [printable(option.text) for option in options]
    shown = [text if look(text) else number for text, number in zip(texts, numbered, strict=True)]
    if len({look(text) for text in shown}) == len(shown):
        return shown
    return [number if text == number else f"{text} · {number}" for text, number in zip(shown, numbered, strict=True)]


def _percent(option: OptionVotes, ballot: Ballot) -> float:
    return 100 * option.votes / ballot.voters if ballot.voters else 0.0


class Row(NamedTuple):
    """An option by its `text`, its share of the voters in %, a word where it is the favourite, what was measured."""

    option: OptionVotes
    text: str
    share: float
    favourite: str
    found: Measured | None


def _row(page: Page, row: Row, language: Language, *, beside: bool, opinion: bool) -> None:
    right = row.option.correct and not opinion
    top = page.y
    size = TEXT if reach(row.text) == 1 or any(sign.isalnum() for sign in row.text) else EMOJI
    room = RIGHT - MARGIN - (COLUMN if beside else 0)
    for line in wrap(f"{row.text}{numbers.NBSP}✓" if right else row.text, size, room, bold=right):
        page.line(line, size, bold=right, colour=GREEN if right else INK)
    page.y += 0.03
    width = BAR_WIDTH if beside else RIGHT - MARGIN - 1.1
    page.box(MARGIN, page.y, width, BAR, TRACK)
    filled = width * min(row.share, 100) / 100
    if filled:
        page.box(MARGIN, page.y, max(filled, 0.05), BAR, GREY if row.favourite else PALE)
    _told(page, row, MARGIN + filled + 0.12, MARGIN + width, language)
    if row.found:
        _measured(page, row.found, (top + page.y + BAR) / 2)
    page.y += BAR + 0.2


def _told(page: Page, row: Row, x: float, end: float, language: Language) -> None:
    """The share behind its bar, and the word for the favourite where there is room left."""
    middle = page.y + BAR / 2 - 0.015
    label = numbers.percent(row.share, 1, language)
    page.write(label, x, middle, TEXT, middle=True, bold=bool(row.favourite))
    after = x + text_width(label, TEXT, bold=bool(row.favourite)) + 0.12
    if row.favourite and after + text_width(row.favourite, SMALL) <= end + BEYOND:
        page.write(row.favourite, after, middle, SMALL, colour=GREY, middle=True)


def _measured(page: Page, found: Measured, middle: float) -> None:
    lift = 0.12 if found.note else 0
    page.write(found.number, RIGHT, middle - lift, NUMBER, colour=found.colour, bold=True, align="right", middle=True)
    if found.note:
        page.write(found.note, RIGHT, middle + 0.2, 14, colour=GREY, align="right", middle=True)
