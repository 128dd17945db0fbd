"""The picture of a reveal: title and settings, votes beside what was measured, and the experiment's own panel."""

from __future__ import annotations

from matplotlib.figure import Figure

from experiments.catalogue import ENTRIES
from experiments.measurement import Ballot, Language, Measurement
from experiments.pictures.chart import GREY, Drawing
from experiments.pictures.figure import SMALL, Page, house_style, png
from experiments.pictures.tally import majority, rows, title


def draw(measurement: Measurement, ballot: Ballot, language: Language) -> bytes:
    """The picture as PNG."""
    return png(figure(measurement, ballot, language))


def figure(measurement: Measurement, ballot: Ballot, language: Language) -> Figure:
    """The picture before it becomes a PNG."""
    drawing: Drawing = ENTRIES[measurement.experiment].module.draw(measurement, ballot, language)
    with house_style():
        page = Page()
        title(page, majority(ballot, measurement), drawing.finding, language)
        page.paragraph(measurement.settings[language], SMALL, colour=GREY)
        page.y += 0.15
        rows(page, ballot, language, drawing.measured, drawing.heading)
        page.y += 0.08
        drawing.paint(page)
        return page.finish(page.y + 0.1)
