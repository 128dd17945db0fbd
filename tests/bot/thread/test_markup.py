"""Markdown becomes text with entities, and polls get plain text."""

import pytest

from bot.thread import markup
from bot.thread.rich import Rich


def cut(rich: Rich) -> list[tuple[str, str]]:
    """Each entity's type and text, cut out as Telegram does it: in UTF-16 units."""
    units = rich.text.encode("utf-16-le")
    return [
        (str(one.type), units[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le"))
        for one in rich.entities
    ]


def test_marks_become_entities_whose_offsets_count_utf_16_units():
    rich = markup.render("👩‍💻 **жирный _и_** `код` ~~нет~~ ||тайна|| [сюда](https://e.org)")

    assert rich.text == "👩‍💻 жирный и код нет тайна сюда"
    assert sorted(cut(rich)) == [
        ("bold", "жирный и"), ("code", "код"), ("italic", "и"),
        ("spoiler", "тайна"), ("strikethrough", "нет"), ("text_link", "сюда"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Title\ntext", "Title\ntext"),
        ("- a\n- b", "• a\n• b"),
        ("one\ntwo", "one\ntwo"),
        (r"так: $\frac{\partial L}{\partial W} \neq 0$", "так: ∂L/∂W ≠ 0"),
        ("a <!-- note -->", "a"),
        ("\n\n", ""),
    ],
)
def test_blocks_look_well_as_plain_text(source, text):
    assert markup.render(source).text == text


def test_a_heading_is_bold_and_nothing_else():
    assert cut(markup.render("# Title")) == [("bold", "Title")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**a** `b_c` *d*", "a b_c d"),
        (r"$W_{t+1} \to 0$", "Wₜ₊₁ → 0"),
        ("[a](https://e.org) &amp; b", "a & b"),
        ("one\n two", "one two"),
        ("# no heading", "# no heading"),
        (r"2\*\*3", "2**3"),
    ],
)
def test_polls_get_one_line_of_plain_text(source, text):
    assert markup.plain(source) == text
