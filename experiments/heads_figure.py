"""The picture of `heads`: votes beside the worst seed's accuracy, below them the curves that lead there."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import words
from experiments.figure import (
    BLUE,
    GREEN,
    GREY,
    LINE,
    MARGIN,
    ORANGE,
    RIGHT,
    SMALL,
    TEXT,
    VERMILION,
    Page,
    house_style,
    png,
)
from experiments.measurement import Ballot, Language, Measurement
from experiments.tally import Measured, majority, rows, title

COLOURS = {"softmax+nll": VERMILION, "logsoftmax+nll": BLUE, "softmax+ce": ORANGE, "logsoftmax+ce": GREEN}
NAMES = {
    "softmax+nll": "Softmax, NLL",
    "logsoftmax+nll": "LogSoftmax, NLL",
    "softmax+ce": "Softmax, CE",
    "logsoftmax+ce": "LogSoftmax, CE",
}
FINDING = words.both("CE сама делает LogSoftmax", "CE does the LogSoftmax itself")
HEADING = words.both("точность в худшем сиде", "accuracy, worst seed")
PANEL = words.both("Softmax перед лоссом: учится, но не тому", "Softmax before the loss trains the wrong goal")
BAND = words.both("точность на тесте: медиана, размах, ● худший сид", "test accuracy: median, range, ● worst seed")
GAP = words.both(
    "при уверенной ошибке градиент {wrong} вместо {right}",
    "a confident mistake has a gradient of {wrong}, not {right}",
)


def draw(measurement: Measurement, ballot: Ballot, language: Language) -> bytes:
    """The picture as PNG."""
    return png(figure(measurement, ballot, language))


def figure(measurement: Measurement, ballot: Ballot, language: Language) -> Figure:
    """The picture before it becomes a PNG."""
    with house_style():
        page = Page()
        title(page, majority(ballot, measurement), FINDING[language], language)
        page.paragraph(measurement.settings[language], SMALL, colour=GREY)
        page.y += 0.16
        measured = {
            finding.option: Measured(words.percent(finding.number, 0, language), COLOURS[finding.option])
            for finding in measurement.findings
        }
        rows(page, ballot, language, measured, HEADING)
        page.y += 0.1
        _curves(page, measurement, _shown(ballot), language)
        return page.finish(page.y)


def _shown(ballot: Ballot) -> list[str]:
    """The arms that the poll asks about, in the order that puts coinciding curves solid under dashed."""
    asked = {option.key for option in ballot.options} & set(NAMES)
    return [name for name in NAMES if name in asked] or list(NAMES)


def _curves(page: Page, measurement: Measurement, shown: list[str], language: Language) -> None:
    data: dict[str, Any] = measurement.data
    page.write(PANEL[language], MARGIN, page.y, TEXT, bold=True)
    page.y += TEXT * LINE
    mistake = {name: words.plain(data["mistake"][name], language) for name in ("softmax+ce", "logsoftmax+ce")}
    gap = GAP[language].format(wrong=mistake["softmax+ce"], right=mistake["logsoftmax+ce"])
    for line in (gap, BAND[language]):
        page.write(line, MARGIN, page.y, SMALL, colour=GREY)
        page.y += SMALL * LINE
    height = 3.0
    axes = page.panel(MARGIN + 0.7, page.y + 0.15, RIGHT - MARGIN - 0.7 - 2.1, height)
    page.y += 0.15 + height + 0.55
    for name in shown:
        _curve(axes, data["curves"][name], name)
    epochs = len(data["curves"][shown[0]]["median"]) - 1
    _scales(axes, epochs, language)
    _labels(axes, {name: data["curves"][name]["median"][-1] for name in shown}, epochs)


def _curve(axes: Axes, curve: dict[str, list[float]], name: str) -> None:
    epochs = range(len(curve["median"]))  # epoch 0 is before training
    axes.fill_between(epochs, curve["low"], curve["high"], color=COLOURS[name], alpha=0.13, linewidth=0)
    # Both LogSoftmax heads train alike to the last digit: the second one is dashed, so that both are seen.
    axes.plot(
        epochs, curve["median"], color=COLOURS[name], linestyle=(0, (2.2, 2.2)) if name == "logsoftmax+ce" else "-"
    )
    axes.plot(epochs[-1], curve["low"][-1], "o", color=COLOURS[name], markersize=8, clip_on=False, zorder=5)


def _scales(axes: Axes, epochs: int, language: Language) -> None:
    axes.set(xlim=(0, epochs), ylim=(0, 103))
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", words.percent(100, 0, language)])
    ticks = [epochs * i // 3 for i in range(3)] if epochs >= 3 else [0]
    axes.set_xticks([*ticks, epochs], [*map(str, ticks), words.counted(epochs, "epoch", language)])


def _labels(axes: Axes, ends: dict[str, float], epochs: int) -> None:
    """The name of each curve at its end, moved apart where they would touch."""
    low = 100.0
    for name in sorted(ends, key=lambda arm: -ends[arm]):
        low = min(low - 8.5, ends[name])
        style = {"color": COLOURS[name], "fontweight": "bold", "fontsize": 14, "va": "center"}
        axes.text(epochs * 1.04, low + 4, NAMES[name], fontdict=style)
