"""A formula within a sentence is one line of Unicode that says the same, or what cannot stand there is told."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.thread import maths
from bot.thread.tex import names, scan

LINES = {
    r"\eta": "η",
    r"\phi": "φ",
    r"n \to \infty": "n → ∞",
    r"\le": "≤",
    r"x_{ij}": "xᵢⱼ",
    r"W^{(1)}": "W⁽¹⁾",
    r"h_{t}": "hₜ",
    r"d_{k}": "dₖ",
    r"e^{x}": "eˣ",
    r"2^{10}": "2¹⁰",
    r"x_i^2": "xᵢ²",
    r"x^\top y": "xᵀy",
    r"W_{CE}x": "W_(CE)x",
    r"x_q": "x_q",
    r"x_q y": "x_q y",
    r"x_q^2": "x_(q)²",
    r"{x^2}^3": "(x²)³",
    r"e^{x^2}": "e^(x²)",
    r"e^{-\lambda t}": "e^(\u2212λt)",
    r"x_{\text{қате}}": "x_(қате)",
    r"90^\circ": "90°",
    r"f''(x)": "f″(x)",
    r"\hat y": "ŷ",
    r"\hat\theta": "θ̂",
    r"\hat{x_i}": "x̂ᵢ",
    r"\overline{AB}": "A̅B̅",
    r"\frac ab": "a/b",
    r"\frac{x+1}{2n}": "(x+1)/(2n)",
    r"\frac{\partial L}{\partial w_i}": "∂L/∂wᵢ",
    r"\frac{1}{2}x": "(1/2)x",
    r"\log\frac{p(x)}{q(x)}": "log(p(x)/q(x))",
    r"\frac ab \cdot \frac cd": "a/b · c/d",
    r"\sqrt x": "√x",
    r"\sqrt{x+1}": "√(x+1)",
    r"\sqrt2\pi": "√2 π",
    r"\sqrt[3]{x}": "∛x",
    r"\sum_{i=1}^{n} x_i": "∑ᵢ₌₁ⁿ xᵢ",
    r"\sum_i(a_i+b_i)": "∑ᵢ (aᵢ + bᵢ)",
    r"\log n": "log n",
    r"\log(n)": "log(n)",
    r"\lim_{x \to 0} \sin x": "lim_(x→0) sin x",
    r"\operatorname*{arg\,max}_\theta L": "arg max_θ L",
    r"\mathop{\mathrm{arg\,max}}_\theta L": "arg max_θ L",
    r"\mathrm{Var} X": "Var X",
    r"\mathbb R^n": "ℝⁿ",
    r"\mathcal{N}(0, \sigma^2)": "𝒩(0, σ²)",
    r"\mathbf{W}": "𝐖",
    r"\text{если } x > 0": "если x > 0",
    r"\text{if x < 0 \& y}": "if x < 0 & y",
    r"\|w\|^2": "‖w‖²",
    r"||w||^2": "‖w‖²",
    r"|x|-|y|": "|x| \u2212 |y|",
    r"p(x|y)": "p(x|y)",
    r"p(y \mid x)": "p(y ∣ x)",
    r"\left(\frac ab\right)^2": "(a/b)²",
    r"\bigl\{ x \bigr\}": "{x}",
    r"\{0, 1\}": "{0, 1}",
    r"0,5": "0,5",
    r"5\% \text{ и } 10\$": "5% и 10$",
    r"-x - -y = -1": "\u2212x \u2212 \u2212y = \u22121",
    r"a\,b\quad c": "a b c",
    r"x_1, \ldots, x_n": "x₁, …, xₙ",
    r"A \not\subset B \not= C": "A ⊄ B ≠ C",
    r"f\colon A \to B": "f: A → B",
    r"\nabla_\theta L": "∇_θ L",
    r"a \pmod n": "a (mod n)",
    r"x \sim p": "x ∼ p",
}


@pytest.mark.parametrize(("latex", "line"), LINES.items())
def test_a_formula_is_written_as_people_write_it_in_a_line(latex, line):
    assert maths.in_line(latex) == unicodedata.normalize("NFC", line)
    assert maths.unshown(latex) == ()


@pytest.mark.parametrize(
    ("latex", "offset", "message"),
    [
        (r"A = \begin{pmatrix} 1 & 2 \end{pmatrix}", 4, r"\begin{pmatrix} has no form within a text"),
        (r"x + \underbrace{a + b}_{c}", 4, r"\underbrace has no form within a text"),
        (r"\binom nk", 0, r"\binom has no form within a text"),
        (r"a \\ b", 2, r"\\ has no form within a text"),
        (r"\widehat{abc}", 0, r"\widehat has no form within a text"),
        (r"x \xrightarrow{d} y", 2, r"\xrightarrow has no form within a text"),
    ],
)
def test_what_takes_more_than_a_line_is_told_with_its_place_and_the_remedy(latex, offset, message):
    (fault,) = maths.unshown(latex)

    assert fault.offset == offset
    assert fault.message.startswith(message)
    assert "$$…$$" in fault.message
    assert maths.in_line(latex) == latex


@pytest.mark.parametrize(
    ("latex", "offset", "message"),
    [
        (r"x + \fooo y", 4, r"unknown command \fooo"),
        (r"x + \alhpa", 4, r"did you mean \alpha?"),
        (r"\frac{1}", 0, r"\frac lacks an argument"),
        ("{x", 0, "1 opening and 0 closing braces"),
        ("50% of x", 2, r"write \%"),
        ("x\u200by", 1, "U+200B"),
        (r"\def\a{b}", 0, r"\def is not taken"),
    ],
)
def test_what_is_no_tex_is_told_with_its_place(latex, offset, message):
    assert any(fault.offset == offset and message in fault.message for fault in maths.unshown(latex))


COMMON = [r"\frac", r"\sqrt", r"\text{да \& нет}", r"\left(", r"\right)", r"\begin{cases}", r"\end{cases}", r"\\", "қ"]
PIECES = st.sampled_from([*"abx01+-=,.()[]|{}{}{}_^_^'&~! ", *COMMON, *sorted(names.known())])


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_what_is_shown_is_clean_and_what_is_not_is_told_within_the_formula(latex):
    faults, line = maths.unshown(latex), maths.in_line(latex)

    assert all(0 <= fault.offset <= len(latex) and fault.message for fault in faults)
    if not faults:
        assert line == unicodedata.normalize("NFC", line).strip() != ""
        assert not any(unicodedata.category(sign) in scan.SHOWS_NOTHING for sign in line)
        assert "\\" not in line or r"\backslash" in latex
