"""
How people voted, as the upper part of every reveal's picture: title, settings, and a row for each option.

A row has the option's text, its share as a bar, a check mark where it is right, and on the right what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from experiments import numbers
from experiments.measurement import Ballot, Language, Measurement, OptionVotes
from experiments.pictures.chart import BLUE, GREEN, GREY, INK, PALE, TRACK, Measured
from experiments.pictures.figure import MARGIN, RIGHT, SMALL, TEXT, TITLE, Page, house_style, png, wrap
from experiments.pictures.fonts import LINE, look, text_width
from experiments.pictures.glyphs import printable, reach

BAR = 0.27
BAR_WIDTH = 4.1  # all voters; the percentage stands at the end of the bar, so it needs room beyond
COLUMN = 1.55  # what was measured
NUMBER = 27.0
EMOJI = 27.0  # where an option is nothing but signs: their lines are thin

MAJORITY = {
    "right": numbers.both("Большинство право", "Most got it right"),
    "wrong": numbers.both("Большинство ошиблось", "Most got it wrong"),
    "tied": numbers.both("Голоса разделились", "The votes are split"),
    "nobody": numbers.both("Никто не голосовал", "Nobody voted"),
    "depends": numbers.both("Зависит от условий", "It depends"),
    "disputed": numbers.both("Опыт спорит с ответом", "Measured otherwise"),
}
OUTCOME = numbers.both("Так вы проголосовали", "This is how you voted")
OPTION = numbers.both("вариант", "option")


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
    """A heading (how many voted, what was measured), then a row for each option; moves `y` below them."""
    page.write(numbers.counted(ballot.voters, "voter", language), MARGIN, page.y, SMALL, colour=GREY)
    if heading:
        page.write(heading, RIGHT, page.y, SMALL, colour=GREY, align="right")
    page.y += SMALL * LINE + 0.1
    for option, text in zip(ballot.options, labels(ballot.options, language), strict=True):
        found = measured.get(option.key or "")
        _row(page, option, text, _percent(option, ballot), language, found, opinion=ballot.opinion)


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


def _row(  # noqa: PLR0913 everything that a row shows
    page: Page,
    option: OptionVotes,
    text: str,
    share: float,
    language: Language,
    found: Measured | None,
    *,
    opinion: bool,
) -> None:
    right = option.correct and not opinion
    colour = found.colour if found else BLUE if opinion else GREEN if right else PALE
    top = page.y
    size = TEXT if reach(text) == 1 or any(sign.isalnum() for sign in text) else EMOJI
    room = RIGHT - MARGIN - (COLUMN if found else 0)
    for line in wrap(f"{text}{numbers.NBSP}✓" if right else text, size, room, bold=right):
        page.line(line, size, bold=right, colour=colour if right else INK)
    page.y += 0.03
    width = BAR_WIDTH if found else RIGHT - MARGIN - 1.1
    page.box(MARGIN, page.y, width, BAR, TRACK)
    filled = width * min(share, 100) / 100
    if filled:
        page.box(MARGIN, page.y, max(filled, 0.05), BAR, colour, alpha=1 if right or opinion else 0.6)
    label = numbers.percent(share, 1, language)
    page.write(label, MARGIN + filled + 0.12, page.y + BAR / 2 - 0.015, TEXT, middle=True)
    if found:
        _measured(page, found, (top + page.y + BAR) / 2)
    page.y += BAR + 0.2


def _measured(page: Page, found: Measured, middle: float) -> None:
    lift = 0.12 if found.note else 0
    page.write(found.number, RIGHT, middle - lift, NUMBER, colour=found.colour, bold=True, align="right", middle=True)
    if found.note:
        page.write(found.note, RIGHT, middle + 0.2, 14, colour=GREY, align="right", middle=True)
