"""A drawing is plain data: made without torch or matplotlib, stored as JSON, painted whatever it is."""

import json
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from experiments import perform
from experiments.catalogue import ENTRIES
from experiments.pictures import chart, panels
from experiments.pictures.chart import Axis, Bar, Curve, Curves, Drawing, Image, Measured, Plot, Trace
from experiments.pictures.figure import Page, house_style
from tests.experiments.pictures import golden

STORED = TypeAdapter(Drawing)
PAIRS = [(name, language) for name in ENTRIES for language in golden.LANGUAGES]

WITHOUT = """
import json, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())

from pydantic import TypeAdapter
from experiments import perform
from experiments.measurement import Ballot, Measurement
from experiments.pictures.chart import Drawing

for line in sys.stdin:
    measurement, ballot, language = json.loads(line)
    measurement = Measurement.model_validate_json(measurement)
    if "matplotlib" in BLOCKED:
        print(TypeAdapter(Drawing).dump_json(perform.drawing(measurement, language)).decode())
    else:
        print(perform.draw(measurement, Ballot.model_validate(ballot), language).hex())
"""


def without(*blocked: str, pairs=PAIRS) -> list[str]:
    """What a process says of the golden measurements that cannot import these: drawings, or else pictures."""
    ballots = golden.ballots()
    asked = [
        [golden.stored(name).model_dump_json(), ballots[name][language].model_dump(mode="json"), language]
        for name, language in pairs
    ]
    return subprocess.run(
        [sys.executable, "-c", f"BLOCKED = {blocked!r}\n{WITHOUT}"],
        input="\n".join(map(json.dumps, asked)),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


def test_every_topic_draws_without_torch_numpy_and_matplotlib():
    drawn = without("torch", "numpy", "matplotlib", "PIL")

    assert [STORED.validate_json(line) for line in drawn] == [
        perform.drawing(golden.stored(name), language) for name, language in PAIRS
    ]


def test_every_picture_is_painted_without_torch():
    painted = without("torch", pairs=PAIRS[::2])

    assert {line[:16] for line in painted} == {b"\x89PNG\r\n\x1a\n".hex()}
    assert len(painted) == len(ENTRIES)


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_a_drawing_comes_back_from_json_as_it_was(name, language):
    drawing = perform.drawing(golden.stored(name), language)

    assert STORED.validate_json(STORED.dump_json(drawing)) == drawing


TEXTS = st.text(st.sampled_from('абв W₁∇$_^\\{}<&"é—'), max_size=30)
COLOURS = st.sampled_from([chart.BLUE, chart.GREEN, chart.INK])
VALUES = st.floats(-1e6, 1e6)
SHARES = st.floats(0, 1)
HEADED = {"title": TEXTS, "notes": st.lists(TEXTS, max_size=2)}


def several(items, least=1, most=4):
    return st.lists(items, min_size=least, max_size=most)


def axes(low, high, *, log=False):
    return st.builds(Axis, st.just(low), st.just(high), several(st.tuples(st.floats(low, high), TEXTS)), st.just(log))


def curve(count):
    points = st.lists(VALUES, min_size=count, max_size=count)
    return st.builds(Curve, TEXTS, COLOURS, st.just(range(1, count + 1)), points, points, points, st.booleans())


CURVES = st.builds(
    Curves, **HEADED, curves=several(curve(5)), x=axes(1, 5), y=st.one_of(axes(-2, 3), axes(0.1, 10, log=True))
)
BARS = st.builds(
    chart.Bars, **HEADED, bars=several(st.builds(Bar, TEXTS, st.floats(0, 1e6), TEXTS, COLOURS, SHARES, SHARES))
)
CELLS = several(st.builds(chart.Cell, TEXTS, st.sampled_from(["yes", "no", "depends"]), st.booleans()), 2, 2)
TABLES = st.builds(
    chart.Table, **HEADED, columns=several(TEXTS, 2, 2), rows=st.dictionaries(TEXTS, CELLS, min_size=1, max_size=3)
)
PIXELS = several(several(st.one_of(SHARES), 3, 3), 3, 3)
IMAGES = st.builds(chart.Images, **HEADED, images=several(st.builds(Image, TEXTS, PIXELS, COLOURS), 1, 6))
LINES = several(st.one_of(st.none(), VALUES), 5, 5)
PLOT = st.builds(Plot, TEXTS, COLOURS, LINES, LINES, TEXTS)
PLOTS = st.builds(
    chart.Plots, **HEADED, grid=st.just((-1, -0.5, 0, 0.5, 1)), plots=st.tuples(PLOT, PLOT), low=st.just(-1),
    high=st.just(2),
)  # fmt: skip
ROWS = several(several(st.one_of(st.just(0.0), st.floats(1e-9, 10)), 5, 5), 2, 2)
TRACES = st.builds(
    chart.Traces, **HEADED, names=st.dictionaries(TEXTS, COLOURS, min_size=2, max_size=2),
    traces=several(st.builds(Trace, TEXTS, st.just((1, 2, 3, 4, 5)), ROWS)), x=axes(1, 5, log=True),
    y=axes(0.001, 4, log=True), zero=TEXTS,
)  # fmt: skip
PANELS = st.one_of(CURVES, BARS, TABLES, IMAGES, PLOTS, TRACES)
DRAWINGS = st.builds(
    Drawing, TEXTS, TEXTS, st.dictionaries(TEXTS, st.builds(Measured, TEXTS, COLOURS, TEXTS)), PANELS,
    st.one_of(st.none(), PANELS),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(DRAWINGS)
def test_any_drawing_comes_back_from_json_as_it_was(drawing):
    assert STORED.validate_json(STORED.dump_json(drawing)) == drawing


@settings(max_examples=25, deadline=None)
@example(
    chart.Traces(
        "",
        (),
        {"a": chart.INK, "b": chart.INK},
        [Trace("", (1, 2), [[1.0, 1.0]] * 2)],
        Axis(1, 2, [(1, "$x")], log=True),
        Axis(0.001, 4, [(1, "$^$")], log=True),
        "$",
    )
)
@given(PANELS)
def test_any_panel_is_painted_below_what_stands_there(panel):
    with house_style():
        page = Page(dpi=20)
        before = page.y
        panels.paint(page, panel)
        page.finish(page.y + 0.1).draw_without_rendering()

    assert page.y > before


def test_a_number_that_is_not_finite_is_no_drawing():
    with pytest.raises(ValidationError, match="finite number"):
        Bar("a", float("nan"), "", chart.INK)


CHOICE = Curves(
    "", (), [Curve(name, chart.INK, (0, 1), (0, 1), option=name) for name in ("a", "b")], Axis(0, 1), Axis(0, 1)
)


@pytest.mark.parametrize(("asked", "shown"), [({"a"}, ["a"]), ({"a", "b"}, ["a", "b"]), (set(), ["a", "b"])])
def test_curves_of_options_that_a_poll_does_not_ask_about_are_left_out(asked, shown):
    drawing = Drawing("", "", {}, CHOICE).about(asked)

    assert [curve.name for curve in drawing.panel.curves] == shown
