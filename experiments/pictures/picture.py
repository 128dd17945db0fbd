"""The picture of a reveal: title and settings, votes beside what was measured, and the experiment's own panel."""

from __future__ import annotations

from matplotlib.figure import Figure

from experiments.measurement import Ballot, Language, Measurement
from experiments.pictures import panels
from experiments.pictures.chart import GREY, INK, Drawing
from experiments.pictures.figure import SMALL, Page, house_style, png
from experiments.pictures.tally import majority, rows, title


def draw(drawing: Drawing, measurement: Measurement, ballot: Ballot, language: Language) -> bytes:
    """The picture as PNG."""
    return png(figure(drawing, measurement, ballot, language))


def figure(drawing: Drawing, measurement: Measurement, ballot: Ballot, language: Language) -> Figure:
    """The picture before it becomes a PNG."""
    shown = drawing.about(ballot.keys)
    with house_style():
        page = Page()
        title(page, majority(ballot, measurement), shown.finding, language)
        page.paragraph(measurement.settings[language], SMALL, colour=GREY)
        page.y += 0.15
        rows(page, ballot, language, shown.measured, shown.heading)
        page.y += 0.08
        panels.paint(page, shown.panel)
        if shown.below:
            panels.paint(page, shown.below)
        return page.finish(page.y + 0.1)


def warm() -> None:
    """Draw something for nobody: what matplotlib does only once, it does not do while people wait for a picture."""
    with house_style():
        page = Page()
        page.paragraph("0", bold=True)
        page.panel(1, 1, 1, 1).fill_between([0, 1], [0, 1])
        page.box(1, 2, 1, 1, INK)
        png(page.finish(4))
