"""What the author wrote is what subscribers read: said piece by piece, and tried on any text made of the pieces."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.errors import Problem
from bot.thread import markdown, markup

from .test_markup import cut

HEAD = "---\ntitle: T\n---\n"


@dataclass(frozen=True)
class Piece:
    """What an author writes, what subscribers read, and which parts of it are marked, as kind and text."""

    source: str
    text: str
    marks: tuple[tuple[str, str], ...] = ()


def around(mark: str, kind: str, words: st.SearchStrategy[str]) -> st.SearchStrategy[Piece]:
    return words.map(lambda text: Piece(f"{mark}{text}{mark}", text, ((kind, text),)))


words = st.text("аб cx7", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)
signs = st.sampled_from([
    "2*3*4", "N*C*H*W", "x**2", "lr*grad*0.9", "snake_case_name", "20$/мес", "100$,", "$10.49,", "(~$9)", "US$5",
    "KL(p||q)", "x || y", "||w||^2", "~700", "50 %", "a < b", "1 > 0", "#тег", "@name", "5^2", "c_1", "f(x)", "[1]",
    "{a}", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🤖", "שלום", "مرحبا", "қазақ", "日本", "n", "−1", "«да»", "— да", "AT&T", "!",
]).map(lambda text: Piece(text, text))  # fmt: skip
spans = st.one_of(
    words.map(lambda text: Piece(text, text)),
    signs,
    around("**", "bold", words),
    around("*", "italic", words),
    around("_", "italic", words),
    around("~~", "strikethrough", words),
    around("||", "spoiler", words.map(lambda text: f"тайна {text}")),
    around("`", "code", st.sampled_from(["a*b*c", "x || y", "$x$", "**", "<b>", "[a](b)", "\\alpha", "🤖"])),
    words.map(lambda text: Piece(f"[{text}](https://e.org/a_(b))", text, (("text_link", text),))),
    words.map(lambda text: Piece(f"**{text} `c` *i***", f"{text} c i", (
        ("bold", f"{text} "), ("code", "c"), ("bold", " i"), ("italic", "i"),
    ))),
    st.just(Piece("![👍](tg://emoji?id=5)", "👍", (("custom_emoji", "👍"),))),
    st.sampled_from([
        (r"$\eta$", "η"), ("$x_{ij}$", "xᵢⱼ"), (r"$n \to \infty$", "n → ∞"), ("$a, b$", "a, b"),
        ("$lr = 0.1$", "lr = 0.1"), (r"$\frac{\partial L}{\partial W}$", "∂L/∂W"), ("$2^{10}$", "2¹⁰"),
        (r"$\text{да} \le 5$", "да ≤ 5"),
    ]).map(lambda pair: Piece(*pair, (("code", pair[1]),))),
    st.sampled_from([r"\*", r"\$", r"\_", r"\|\|", r"\#", "&lt;", "&amp;"]).map(
        lambda text: Piece(text, {"&lt;": "<", "&amp;": "&"}.get(text, text.replace("\\", "")))
    ),
)  # fmt: skip


def joined(pieces: list[Piece], gap: str) -> Piece:
    return Piece(
        gap.join(p.source for p in pieces), gap.join(p.text for p in pieces), sum((p.marks for p in pieces), ())
    )


lines = st.lists(spans, min_size=1, max_size=6).map(lambda pieces: joined([Piece("я", "я"), *pieces], " "))
paragraphs = st.lists(lines, min_size=1, max_size=3).map(lambda pieces: joined(pieces, "\n"))


def item(mark: str, shown: str, indent: str, piece: Piece) -> Piece:
    inner = indent + " " * len(mark)
    source = f"{indent}{mark}" + piece.source.replace("\n", f"\n{inner}")
    return Piece(
        source, f"{indent}{shown}" + piece.text.replace("\n", f"\n{indent}{' ' * min(len(shown), 3)}"), piece.marks
    )


def bullets(pieces: list[Piece]) -> Piece:
    return joined([item("- ", "• ", "  " * (number % 3), piece) for number, piece in enumerate(pieces)], "\n")


def numbers(pieces: list[Piece]) -> Piece:
    return joined([item(f"{n}. ", f"{n}. ", "", piece) for n, piece in enumerate(pieces, 3)], "\n")


def quote(piece: Piece) -> Piece:
    kind = "blockquote" if len(piece.source) <= 250 else "expandable_blockquote"
    return Piece("> " + piece.source.replace("\n", "\n> "), piece.text, ((kind, piece.text), *piece.marks))


code = st.sampled_from(["x = 1", "# h\n\n- a\n  **b** $x$", "print('🙂')\n\n\n\tif x:", "~~~", "---"]).map(
    lambda text: Piece(f"```python\n{text}\n```", text, (("pre", text),))
)
tables = (
    st.lists(st.tuples(words, words), min_size=1, max_size=4)
    .map(lambda rows: Piece("\n".join(["| a | b |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]), aligned(rows)))
    .map(lambda piece: Piece(piece.source, piece.text, (("pre", piece.text),)))
)


def aligned(rows: list[tuple[str, str]]) -> str:
    wide, other = (max(1, *(len(row[column]) for row in rows)) for column in (0, 1))
    shown = [f"{a.ljust(wide)} | {b}" for a, b in [("a", "b"), *rows]]
    return "\n".join([shown[0], f"{'-' * wide}-+-{'-' * other}", *shown[1:]])


blocks = st.one_of(
    paragraphs,
    tables,
    lines.map(lambda piece: Piece(f"## {piece.source}", piece.text, piece.marks))
    .filter(lambda piece: not {"bold", "code"} & {kind for kind, _ in piece.marks})
    .map(lambda piece: Piece(piece.source, piece.text, (("bold", piece.text), *piece.marks))),
    st.lists(paragraphs, min_size=1, max_size=4).map(bullets),
    st.lists(paragraphs, min_size=2, max_size=4).map(numbers),
    paragraphs.filter(lambda piece: not 240 < len(piece.source) < 320).map(quote),
    code,
    st.just(Piece("***", "————————")),
)


@settings(max_examples=150)
@given(st.lists(blocks, min_size=1, max_size=5).map(lambda pieces: joined(pieces, "\n\n")))
def test_any_text_made_of_markdown_is_shown_to_the_letter_and_marked_where_it_was(piece):
    rich = markup.render(piece.source)

    assert rich.text == piece.text
    assert sorted(cut(rich)) == sorted(piece.marks)
    assert told(piece.source) == []


@settings(max_examples=60)
@given(lines, st.lists(lines, min_size=2, max_size=4, unique_by=lambda piece: piece.text))
def test_polls_show_the_same_letters_without_any_marks(question, options):
    assume(all(len(piece.text) <= 100 for piece in options))
    source = question.source + "\n\n" + "\n".join(f"- [x] {piece.source}" for piece in options)
    (post,) = markdown.parse(HEAD + source, "t.md").posts

    assert post.poll.question == question.text
    assert [option.text for option in post.poll.options] == [piece.text for piece in options]


def problems(source: str) -> list[Problem]:
    return markdown.inspect(HEAD + source)[1]


def told(source: str) -> list[str]:
    return [problem.message for problem in problems(source)]


PAGE = Path("docs/dialect.md").read_text("utf-8")
ROWS = [re.split(r"(?<!\\)\|", row) for row in re.findall(r"^\| (`.*)\|$", PAGE, re.MULTILINE)]


def unquoted(cell: str) -> str:
    """What stands in a cell's code span."""
    return cell.strip().removeprefix("`").removesuffix("`").replace(r"\|", "|").replace("⏎", "\n")


@pytest.mark.parametrize(("source", "text", "marks"), [row for row in ROWS if len(row) == 3])
def test_each_row_of_the_page_is_shown_as_it_says(source, text, marks):
    rich = markup.render(unquoted(source))
    shown = [(kind, unquoted(f"`{words}`")) for kind, words in re.findall(r"(\w+) `(.*?)`(?:,|\s*$)", marks)]

    assert rich.text == unquoted(text)
    assert sorted(cut(rich)) == sorted(shown)
    assert [problem for problem in problems(unquoted(source)) if problem.severity == "error"] == []


@pytest.mark.parametrize(("source", "message"), [row for row in ROWS if len(row) == 2])
def test_each_row_of_what_is_told_is_told(source, message):
    assert unquoted(message) in "\n".join(told(unquoted(source)))
