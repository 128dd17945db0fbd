"""Nothing that a formula holds reaches resvg as anything but shapes and letters: it reads files that an SVG names."""

import re

import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.thread import drawing, formula
from bot.thread.tex.names import known
from bot.thread.tex.tree import TexError
from tests.factory import png

OF_OWN = r'\color{red"><mtext>HI</mtext></mstyle><mstyle mathcolor="red}x'
HOSTILE = [
    OF_OWN,
    r"\href{file:///etc/passwd}{x}",
    r"\class{x}{y}",
    r"\style{fill:url(file:x)}{y}",
    r"\color{url(file:x)}x",
    r"\color{#fff;fill:url(x)}x",
    r"\textcolor{red' href='x}{x}",
    r"\includegraphics{x.png}",
    r"\unicode{x41}",
]
AS_TEXT = [
    r'\text{<image href="x.png"/>}',
    r"\text{]]><image/>}",
    r"\text{<!DOCTYPE x [<!ENTITY e SYSTEM 'file:x'>]>\&e;}",
    r'\operatorname{<a href="x">}',
    r"a < b > c",
    r"\tag{<b>}x",
    r"\left<x\right>",
]
FOREIGN = [
    "<image href='x.png'/>",
    "<image xlink:href='x.png' xmlns:xlink='http://www.w3.org/1999/xlink'/>",
    "<use href='other.svg#a'/>",
    "<rect fill='url(#a)'/>",
    "<rect style='fill:red'/>",
    "<style>@import url(x)</style>",
    "<foreignObject/>",
    "<script/>",
    "<a href='#x'/>",
    "<filter/>",
    "<text font-family='x' onload='x'/>",
]


@pytest.mark.parametrize("latex", HOSTILE)
def test_markup_of_one_s_own_is_refused(latex):
    assert formula.faults(latex) != ()


@pytest.mark.parametrize("latex", AS_TEXT)
def test_what_looks_like_markup_is_drawn_as_text(latex):
    assert formula.draw(latex).startswith(b"\x89PNG")


@pytest.mark.parametrize("part", FOREIGN)
def test_a_drawing_that_names_a_file_or_holds_more_than_shapes_passes_no_border(part):
    with pytest.raises(drawing.ForeignError):
        drawing.check(f"<svg xmlns='http://www.w3.org/2000/svg'>{part}</svg>")


def test_the_border_is_needed_for_resvg_reads_files(tmp_path):
    (tmp_path / "secret.png").write_bytes(png(40, 40))
    page = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'>{}</svg>"

    empty, read = (
        bytes(resvg_py.svg_to_bytes(svg_string=page.format(part)))
        for part in ("", f"<image href='{tmp_path}/secret.png' width='40' height='40'/>")
    )

    assert empty != read


SIGNS = [
    *"{}[]<>&\"'#$%^_~\\/=:;!?-+ x1",
    "<image href='x'/>",
    "&#60;",
    "&lt;",
    "]]>",
    "<!--",
    "url(",
    "file:",
    "\ue000",
]
SIGNS += [r"\href", r"\class", r"\color{red}", r"\begin{array}{c}", r"\end{array}", "{x}"]
PIECES = st.sampled_from([*SIGNS, *sorted(known())])


def drawn(latex: str) -> str:
    """The SVG, or what was wrong."""
    try:
        return formula._svg(latex)
    except TexError as error:
        return str(error)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_tex_is_written_only_shapes_and_letters_are_drawn(latex):
    """And what is refused is refused as TeX: the border is there for what nobody has thought of."""
    svg = drawn(latex)

    assert "the drawing holds" not in svg
    assert not svg.startswith("<svg") or not re.search(r"<image|url\(|file:|xlink|<script|<foreignObject", svg)
