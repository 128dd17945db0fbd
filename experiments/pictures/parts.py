"""Parts that the pictures of several topics share: shares beside the options, bands over seeds, axes in percent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from experiments import numbers
from experiments.measurement import Language, Measurement
from experiments.pictures.chart import VERDICT, Axis, Curve, Curves, Measured
from experiments.spread import Band
from languages.text import phrase

BAND = phrase("test accuracy: median, range, ● worst seed")


def percents(
    measurement: Measurement, language: Language, colours: Mapping[str, str] | None = None
) -> dict[str, Measured]:
    """Each finding's number in whole percents, in the colour of its option or, without any, of its verdict."""
    return {
        found.option: Measured(
            numbers.percent(found.number, 0, language), colours[found.option] if colours else VERDICT[found.supported]
        )
        for found in measurement.findings
    }


def right(measurement: Measurement) -> str:
    """The first option that the measurement supports, "" where it supports none."""
    return next((found.option for found in measurement.findings if found.supported == "yes"), "")


def once(measurement: Measurement, told: str) -> dict[str, Measured]:
    """One number that all options share: beside those that it bears out, so that nobody else sees himself confirmed."""
    return {
        found.option: Measured(told, VERDICT[found.supported])
        for found in measurement.findings
        if found.supported != "no"
    }


def medians(
    measurement: Measurement, language: Language, colours: Mapping[str, str] | None = None
) -> dict[str, Measured]:
    """The median seed large, which hardly moves with the number of seeds; the range of all of them small."""
    told = percents(measurement, language, colours)
    ranges = {found.option: numbers.percents(*found.spread, language) for found in measurement.findings}
    return {key: replace(one, note=one.note or ranges[key]) for key, one in told.items()}


def banded(
    name: str,
    colour: str,
    x: Sequence[float],
    band: Band,
    *,
    dashed: bool = False,
    option: str | None = None,
) -> Curve:
    """The median of several seeds as a curve, with their range."""
    return Curve(name, colour, x, band["median"], band["low"], band["high"], dashed=dashed, option=option)


def accuracy(title: str, note: str, curves: Sequence[Curve], x: Axis, language: Language) -> Curves:
    """Test accuracy in percent over whatever `x` is."""
    return Curves(title, (note, BAND[language]), curves, x, percent(language))


def percent(language: Language) -> Axis:
    """From 0 to a little over 100 %."""
    return Axis(0, 103, [*((n, str(n)) for n in (0, 25, 50, 75)), (100, numbers.percent(100, 0, language))])


def epochs(last: int, language: Language) -> Axis:
    """From 0 to the last one."""
    return Axis(0, last, numbers.ticks(last, "epoch", language))


def setting(low: float, high: float, values: Sequence[float], unit: str, language: Language) -> Axis:
    """Values of a setting over several powers of ten; `unit` is what the last tick looks like: «lr {}»."""
    *others, last = [(value, numbers.plain(value, language)) for value in values]
    return Axis(low, high, [*others, (last[0], unit.format(last[1]))], log=True)
