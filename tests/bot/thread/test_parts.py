"""Long texts become parts, and nothing is lost."""

import re
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.thread import parts
from bot.thread.markup import render
from bot.thread.rich import Entity, Kind, Rich, length
from tests.bot.thread.test_markup import cut

marked = st.sampled_from(["**{}**", "`{}`", "[{}](https://e.org)", "{}", "||{}||", "> {}\n", "```\n{}\n```\n"])
pieces = st.builds(
    str.format, marked, st.text("аб 🔥x👩‍💻", min_size=1, max_size=30).map(lambda text: f"я{text.strip()}")
)
long_texts = st.lists(pieces, min_size=1, max_size=150).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(long_texts, st.integers(30, 400), st.integers(30, 400))
def test_parts_keep_to_the_limits_and_hold_the_whole_text(source, limit, first):
    rich = render(source)
    cuts = parts.split(rich, limit, first=first)

    assert all(length(part.text) <= (limit if number else first) for number, part in enumerate(cuts))
    assert all(len(part.entities) <= 100 for part in cuts)
    assert re.sub(r"\s", "", "".join(part.text for part in cuts)) == re.sub(r"\s", "", rich.text)


@settings(max_examples=60, deadline=None)
@given(long_texts, st.integers(30, 400))
def test_every_entity_lies_in_its_part_and_covers_the_same_text_as_before(source, limit):
    rich = render(source)
    cuts = parts.split(rich, limit)
    covered = [found for part in cuts for found in cut(part)]  # would not decode, if it cut a surrogate pair

    assert all(
        one.offset >= 0 and one.offset + one.length <= length(part.text) for part in cuts for one in part.entities
    )
    assert _together(covered) == _together(cut(rich))


def _together(found: list[tuple[str, str]]) -> dict[str, str]:
    kinds = {kind for kind, _ in found}
    return {kind: re.sub(r"\s", "", "".join(text for other, text in found if other == kind)) for kind in kinds}


def test_a_short_text_is_one_part_as_it_is():
    rich = render("**a**\n\nb")

    assert parts.split(rich) == [rich]


def test_a_text_is_cut_between_paragraphs_rather_than_within():
    cuts = parts.split(Rich(f"{'a ' * 30}\n\n{'b ' * 30}"), 100)

    assert [set(part.text) for part in cuts] == [{"a", " "}, {"b", " "}]


def test_a_link_is_not_cut_where_a_space_before_it_does_as_well():
    rich = render(f"{'слово ' * 10}[ссылка из слов](https://e.org)")

    assert [cut(part) for part in parts.split(rich, 70)] == [[], [("text_link", "ссылка из слов")]]


def test_a_code_block_over_the_limit_is_code_in_every_part():
    cuts = parts.split(render("```python\n" + "x = 1\n" * 100 + "```"), 200)

    assert all(part.entities[0].type == "pre" and part.entities[0].length == len(part.text) for part in cuts)
    assert {part.entities[0].language for part in cuts} == {"python"}


def test_a_word_longer_than_the_limit_is_cut_but_no_emoji_in_it():
    cuts = parts.split(Rich("👩‍💻" * 30), 64)

    assert {part.text.replace("👩‍💻", "") for part in cuts} == {""}


def test_no_part_has_more_than_a_hundred_entities():
    entities = tuple(Entity(Kind.BOLD, 2 * number, 1) for number in range(250))
    cuts = parts.split(Rich("a " * 250, entities))

    assert [len(part.entities) for part in cuts] == [100, 100, 50]


def test_nothing_to_say_is_no_part():
    assert parts.split(render(" \n")) == []


def work(spans: int) -> int:
    """How many steps of Python it takes to split a message with so many code spans."""
    rich = Rich("c " * spans, tuple(Entity(Kind.CODE, 2 * at, 1) for at in range(spans)))
    steps = 0

    def step(frame, _event, _arg):
        nonlocal steps
        steps += 1
        frame.f_trace_opcodes = True
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        parts.split(rich, 200)
    finally:
        sys.settrace(before)
    return steps


def test_the_work_grows_with_the_text_and_not_with_its_square():
    assert work(800) < 2.1 * work(400)
