"""A formula is a picture that Telegram takes and a phone shows, or its fault is told."""

import struct
from contextlib import contextmanager

import pytest
from ziamath.nodes import mnode
from ziamath.nodes.mrow import Mrow

from bot.thread import formula, typeset
from bot.thread.tex.tree import TexError, tree
from tests.outcomes import ROOT, threads

PYTORCH = threads()[ROOT / "threads/pytorch.md"]
DERIVATION = next(picture.latex for post in PYTORCH.posts for picture in post.pictures)
SHAPES = ["x", DERIVATION, "+".join(["x^2"] * 60), r"\begin{aligned}" + r"\\".join(["x"] * 25) + r"\end{aligned}"]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("latex", SHAPES, ids=["a letter", "the derivation", "a long line", "a tall column"])
def test_a_picture_is_no_wider_than_a_phone_needs_and_no_strip(latex):
    width, height = size(formula.draw(latex))

    assert width <= formula.WIDTH
    assert max(width / height, height / width) <= formula.SLIMMEST + 0.1


def test_russian_letters_are_drawn_as_words():
    assert formula.faults(r"\text{да}") == ()
    assert size(formula.draw(r"\text{Русский}")) > size(formula.draw(r"\text{Рус}"))


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("", "there is nothing to draw"),
        (r"\unknown x", r"unknown command \unknown"),
        (r"\begin{foo}x\end{foo}", "unknown environment 'foo': allowed are aligned"),
        (r"\frac{1", "1 opening and 0 closing braces"),
        (r"\frac{1}", r"\frac lacks an argument"),
        ("x_", "nothing follows ^ or _"),
        (r"\left( x", r"\left and \right do not match"),
        ("x^2^3", "two ^ in a row"),
        (r"\begin{aligned}x", r"\begin{aligned} has no matching \end{aligned}"),
        ("x & y", "& stands outside of an environment"),
        (r"x \\ \\ y", "an empty row"),
        ("a $x$", "a $ inside of a formula"),
        ("x" * 200, "too long to be read on a phone"),
    ],
)
def test_what_cannot_be_drawn_as_it_is_meant_is_told(latex, message):
    (fault,) = formula.faults(latex)

    assert message in fault.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\{x\} \le \lVert y \rVert",
        r"\nabla_\theta \mathcal{L} \approx \mathbb{E}_{x \sim p}\left[\log \hat{y}\right]",
        r"\begin{cases} 1, & \text{если } x > 0 \\ 0 \end{cases}",
        r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}^{-1} + \binom nk^2",
        r"\begin{equation} E = mc^2 \end{equation}",
        r"\begin{gather*} a = b \\ c = d \end{gather*}",
        r"\text{if x < 0 \& y}, \mathop{\mathrm{arg\,max}}_\theta L, \operatorname*{arg\,min}_x f",
        r"\sum_{\substack{i \\ j}} x \not= \mathbb R, 0,5 \quad \| x \|",
    ],
)
def test_ordinary_mathematics_has_no_problems(latex):
    assert formula.faults(latex) == ()


@pytest.mark.parametrize("letters", ["қәөұ", "ҮҺҢҒ", "җңі", "中数か한", "αΩϕ", "←⇒↦"])
def test_what_people_write_has_glyphs_each_its_own(letters):
    pictures = {formula.draw(rf"\text{{{letter}}}") for letter in letters}

    assert len(pictures) == len(letters)  # boxes would be all the same


def test_a_word_with_a_letter_that_the_first_font_has_not_is_in_one_hand():
    assert formula._svg(r"\text{қате}").count("<text") == len("қате")


def test_a_letter_that_no_font_has_is_told_by_its_code_and_never_drawn_as_a_box():
    (fault,) = formula.faults(r"x + \text{a 😀}")

    assert fault.offset == r"x + \text{a 😀}".index("😀")
    assert "😀 (U+1F600) is in no font" in fault.message
    with pytest.raises(TexError):
        formula.draw(r"\text{😀}")


def test_a_fault_stands_where_it_is():
    assert formula.faults("x +\n\\fooo y")[0].offset == 4
    assert "did you mean" in formula.faults(r"\alhpa")[0].message


BOMBS = [
    r"\sqrt{",
    r"\frac{1}{",
    r"\overbrace{",
    r"x^{",
    r"\left(",
    r"\begin{cases}",
    r"\phantom{",
    r"\xrightarrow{",
    "{",
]
ENDS = {r"\left(": r"\right)", r"\begin{cases}": r"\end{cases}"}
BARE = [r"\sqrt ", r"\frac 1", r"\frac a'", r"\frac a^b", r"\hat ", r"\sqrt[3]", r"\mathrm "]


@pytest.mark.parametrize("opening", BOMBS)
@pytest.mark.parametrize("depth", [8, 23, 200])
def test_whatever_is_nested_in_braces_is_drawn_or_told_without_much_work(opening, depth):
    latex = opening * depth + "x" + ENDS.get(opening, "}") * depth

    faults = formula.faults(latex)
    assert faults or len(formula._svg(latex)) < 100_000
    assert faults or depth < 200


@pytest.mark.parametrize("command", BARE)
def test_whatever_is_nested_without_braces_is_told(command):
    (fault,) = formula.faults(command * 60 + "x")

    assert "within each other" in fault.message


@pytest.mark.parametrize("piece", ["x", "{", r"\sqrt", "x & y", "&#x41;", "\\\\", "<!ENTITY a 'b'>"])
def test_a_formula_of_a_megabyte_is_refused_before_it_is_read(piece):
    (fault,) = formula.faults(piece * (2**20 // len(piece)))

    assert "characters: at most 3,000" in fault.message


def test_a_row_is_measured_only_where_something_grows_and_drawn_the_same():
    latex = r"\left(\frac{a+1}{b}\right)^2 = \sqrt{x_{i+1}} \cdot \hat{y} + \sum_{i=1}^n \bigl| z \bigr|"
    ours = typeset.svg(tree(latex, block=True), size=56, ink="black")

    with measuring_every_row():
        assert typeset.svg(tree(latex, block=True), size=56, ink="black") == ours


@contextmanager
def measuring_every_row():
    """The library's own row, for comparison."""
    mnode._node_classes["mrow"] = Mrow
    try:
        yield
    finally:
        mnode._node_classes["mrow"] = typeset.Row
