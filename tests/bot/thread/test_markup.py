"""Markdown becomes text with entities; long texts become parts, and nothing is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.thread import markup
from bot.thread.markup import Rich


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
        (r"так: $\frac{\partial L}{\partial W} \neq 0$", "так: (∂ L)/(∂ W) ≠ 0"),
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
        (r"$W_{t+1} \to 0$", "W_(t+1) → 0"),
        ("[a](https://e.org) &amp; b", "a & b"),
        ("one\n two", "one two"),
        ("# no heading", "# no heading"),
        (r"2\*\*3", "2**3"),
    ],
)
def test_polls_get_one_line_of_plain_text(source, text):
    assert markup.plain(source) == text


marked = st.sampled_from(["**{}**", "`{}`", "[{}](https://e.org)", "{}", "||{}||", "> {}\n", "```\n{}\n```\n"])
pieces = st.builds(
    str.format, marked, st.text("аб 🔥x👩‍💻", min_size=1, max_size=30).map(lambda text: f"я{text.strip()}")
)
long_texts = st.lists(pieces, min_size=1, max_size=150).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(long_texts, st.integers(30, 400), st.integers(30, 400))
def test_parts_keep_to_the_limits_and_hold_the_whole_text(source, limit, first):
    rich = markup.render(source)
    parts = markup.split(rich, limit, first=first)

    assert all(markup.length(part.text) <= (limit if number else first) for number, part in enumerate(parts))
    assert all(len(part.entities) <= 100 for part in parts)
    assert re.sub(r"\s", "", "".join(part.text for part in parts)) == re.sub(r"\s", "", rich.text)


@settings(max_examples=60, deadline=None)
@given(long_texts, st.integers(30, 400))
def test_every_entity_lies_in_its_part_and_covers_the_same_text_as_before(source, limit):
    rich = markup.render(source)
    parts = markup.split(rich, limit)
    covered = [found for part in parts for found in cut(part)]  # would not decode, if it cut a surrogate pair

    assert all(
        one.offset >= 0 and one.offset + one.length <= markup.length(part.text)
        for part in parts
        for one in part.entities
    )
    assert _together(covered) == _together(cut(rich))


def _together(found: list[tuple[str, str]]) -> dict[str, str]:
    kinds = {kind for kind, _ in found}
    return {kind: re.sub(r"\s", "", "".join(text for other, text in found if other == kind)) for kind in kinds}


def test_a_short_text_is_one_part_as_it_is():
    rich = markup.render("**a**\n\nb")

    assert markup.split(rich) == [rich]


def test_a_text_is_cut_between_paragraphs_rather_than_within():
    parts = markup.split(Rich(f"{'a ' * 30}\n\n{'b ' * 30}"), 100)

    assert [set(part.text) for part in parts] == [{"a", " "}, {"b", " "}]


def test_a_link_is_not_cut_where_a_space_before_it_does_as_well():
    rich = markup.render(f"{'слово ' * 10}[ссылка из слов](https://e.org)")

    assert [cut(part) for part in markup.split(rich, 70)] == [[], [("text_link", "ссылка из слов")]]


def test_a_code_block_over_the_limit_is_code_in_every_part():
    parts = markup.split(markup.render("```python\n" + "x = 1\n" * 100 + "```"), 200)

    assert all(part.entities[0].type == "pre" and part.entities[0].length == len(part.text) for part in parts)
    assert {part.entities[0].language for part in parts} == {"python"}


def test_a_word_longer_than_the_limit_is_cut_but_no_emoji_in_it():
    parts = markup.split(Rich("👩‍💻" * 30), 64)

    assert {part.text.replace("👩‍💻", "") for part in parts} == {""}


def test_no_part_has_more_than_a_hundred_entities():
    entities = tuple(MessageEntity("bold", 2 * number, 1) for number in range(250))
    parts = markup.split(Rich("a " * 250, entities))

    assert [len(part.entities) for part in parts] == [100, 100, 50]


def test_nothing_to_say_is_no_part():
    assert markup.split(markup.render(" \n")) == []
