"""A formula is a picture that Telegram takes and a phone shows, or its fault is told."""

import struct
from pathlib import Path

import pytest

from bot.thread import formula, markdown

DERIVATION = next(
    picture.latex for post in markdown.read(Path("threads/pytorch.md")).posts for picture in post.pictures
)
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
    assert formula.problems(r"\text{да}") == []
    assert size(formula.draw(r"\text{Русский}")) > size(formula.draw(r"\text{Рус}"))


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("", "there is nothing to draw"),
        (r"\unknown x", r"unknown command \unknown"),
        (r"\begin{foo}x\end{foo}", "unknown environment 'foo': allowed are aligned"),
        (r"\frac{1", "1 opening and 0 closing braces"),
        (r"\frac{1}", "an argument is missing"),
        ("x_", "nothing follows ^ or _"),
        (r"\left( x", r"\left and \right do not match"),
        ("x^2^3", "two ^ in a row"),
        (r"\begin{aligned}x", r"\begin{…} has no matching \end{…}"),
        ("x & y", "& stands outside of an environment"),
        (r"x \\ \\ y", "an empty row"),
        ("a $x$", "a $ inside of a formula"),
        ("x" * 200, "too long to be read on a phone"),
    ],
)
def test_what_cannot_be_drawn_as_it_is_meant_is_told(latex, message):
    (problem,) = formula.problems(latex)

    assert message in problem


@pytest.mark.parametrize(
    "latex",
    [
        r"\{x\} \le \lVert y \rVert",
        r"\nabla_\theta \mathcal{L} \approx \mathbb{E}_{x \sim p}\left[\log \hat{y}\right]",
        r"\begin{cases} 1, & \text{если } x > 0 \\ 0 \end{cases}",
        r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"{\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}}^\top",
    ],
)
def test_ordinary_mathematics_has_no_problems(latex):
    assert formula.problems(latex) == []
