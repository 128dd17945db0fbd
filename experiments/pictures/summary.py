"""
The picture of a thread's result: a grey bar for each poll, how many were right and what surprised, and what most chose.

Right votes stand first in a bar, dark; the most chosen wrong option behind them, paler; what is left is all else.
"""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from experiments import numbers
from experiments.measurement import Language, PollSummary, Summary
from experiments.pictures.chart import GREY, INK, PALE, TRACK
from experiments.pictures.figure import MARGIN, RIGHT, SMALL, TEXT, TITLE, Page, house_style, png
from experiments.pictures.fonts import LINE, text_width
from experiments.pictures.glyphs import printable
from languages.text import phrase

BAR, LABEL = 0.3, 1.1  # inches: how high, and the room for the number on the right
SIGN = 0.2
MOST = 20  # polls in one picture: it stays at most about three times as high as wide
FEW = 8  # polls whose questions have two lines

RIGHT_VOTES = phrase("right", "summary.RIGHT_VOTES")
SURPRISING = phrase("the most chosen wrong answer")
FAVOURITE = phrase("what most have chosen")
CHOSEN_RIGHT = phrase("Most chosen, and right: {text}")
CHOSEN_WRONG = phrase("Most chosen, and wrong, {share}: {text}")
CHOSEN = phrase("Most chosen: {text}")
SURPRISE = phrase("Surprise, {share}: {text}")
NOBODY = phrase("Nobody voted")
ON_AVERAGE = phrase("{share} right on average")
MORE = phrase("…and {polls} more")
NO_POLLS = phrase("There were no polls in it")


def draw(summary: Summary, language: Language) -> bytes:
    """The picture as PNG."""
    return png(figure(summary, language))


def figure(summary: Summary, language: Language) -> Figure:
    """The picture before it becomes a PNG."""
    shown, left_out = summary.polls[:MOST], len(summary.polls) - MOST
    with house_style():
        page = Page()
        page.paragraph(printable(summary.title), TITLE, bold=True, lines=2)
        page.paragraph(_whole(summary, language), SMALL, colour=GREY)
        page.y += 0.1
        _legend(page, shown, language)
        for poll in shown:
            _poll(page, poll, language, lines=2 if len(shown) <= FEW else 1)
        if left_out > 0:
            polls = numbers.counted(left_out, "poll", language)
            page.paragraph(MORE[language].format(polls=polls), SMALL, colour=GREY)
        return page.finish(page.y + 0.2)


def _whole(summary: Summary, language: Language) -> str:
    if not summary.polls:
        return NO_POLLS[language]
    votes = sum(poll.votes for poll in summary.polls)
    told = [numbers.counted(len(summary.polls), "poll", language), numbers.counted(votes, "vote", language)]
    rights = [poll.right for poll in summary.polls if poll.right is not None]
    if rights:
        share = numbers.percent(100 * sum(rights) / len(rights), 0, language)
        told.append(ON_AVERAGE[language].format(share=share))
    return " · ".join(told)


def _legend(page: Page, polls: tuple[PollSummary, ...], language: Language) -> None:
    """What the greys mean, as far as they are used."""
    signs = []
    if any(poll.right is not None for poll in polls):
        signs += [(GREY, RIGHT_VOTES), (PALE, SURPRISING)]
    if any(poll.right is None and poll.favourite for poll in polls):
        signs.append((INK, FAVOURITE))
    x = MARGIN
    for colour, words in signs:
        needed = SIGN + 0.12 + text_width(words[language], SMALL)
        if x > MARGIN and x + needed > RIGHT:
            x, page.y = MARGIN, page.y + SMALL * LINE + 0.05
        page.box(x, page.y + 0.03, SIGN, SIGN, colour)
        page.write(words[language], x + SIGN + 0.12, page.y, SMALL, colour=GREY)
        x += needed + 0.35
    if signs:
        page.y += SMALL * LINE + 0.22


def _poll(page: Page, poll: PollSummary, language: Language, *, lines: int) -> None:
    page.paragraph(f"{poll.position}. {printable(poll.question)}", SMALL, bold=True, lines=lines)
    page.y += 0.03
    room = RIGHT - MARGIN - LABEL
    page.box(MARGIN, page.y, room, BAR, TRACK)
    x = MARGIN
    for share, colour in _parts(poll):
        if share:
            page.box(x, page.y, max(room * share, 0.05), BAR, colour)
            x += room * share
    share = poll.favourite_share if poll.right is None else poll.right
    if poll.votes:
        label = numbers.percent(100 * share, 0, language)
        page.write(label, RIGHT, page.y + BAR / 2, TEXT, bold=True, align="right", middle=True)
    page.y += BAR + 0.06
    for line in _said(poll, language):
        page.paragraph(line, SMALL, colour=GREY, lines=1)
    page.y += 0.18


def _parts(poll: PollSummary) -> list[tuple[float, str]]:
    if poll.right is None:
        return [(poll.favourite_share, INK)]
    return [(poll.right, GREY), (poll.surprise_share, PALE)]


def _said(poll: PollSummary, language: Language) -> Iterator[str]:
    if not poll.votes:
        yield NOBODY[language]
        return
    favourite, surprise = f"«{printable(poll.favourite)}»", f"«{printable(poll.surprise)}»"
    share = numbers.percent(100 * poll.surprise_share, 0, language)
    if poll.right is None:
        yield CHOSEN[language].format(text=favourite)
    elif not poll.favourite_right:
        yield CHOSEN_WRONG[language].format(text=surprise, share=share)
    else:
        yield CHOSEN_RIGHT[language].format(text=favourite)
        if poll.surprise:
            yield SURPRISE[language].format(text=surprise, share=share)
