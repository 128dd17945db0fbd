"""Whatever text comes: it is read or refused, and what is kept of it is in order, within the text and nested."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.texts import html, markdown_v2, reading
from emulator.texts.entity import CLOSED, KINDS, QUOTES, Entity, TextError, ordered, units

TAGS = ["<b>", "</b>", "<i>", "</>", "<pre>", "<code class=language-x>", "</pre>", "<a href=x.org>", "&lt;", "&#9;"]
LINKS = ["[", "](x.org)", "](tg://user?id=7)", "![", "](tg://emoji?id=5)"]
MARKS = ["*", "_", "__", "~", "||", "`", "```", "```py\n", "\n>", ">", "**>", "\\", "\\*"]
LETTERS = ["\n", "\r", "\0", "<", "&", '"', "=", " ", "a", "й", "👩‍💻", "\u202e", "\u200f"]
WORDS = ["x.org", "@name", "/do", "#tag", "$USD", "http://", "a@b.com", "4111 1111 1111 1111", "+7 912 345-67-89", "."]
PIECES = TAGS + LINKS + MARKS + LETTERS + WORDS
texts = st.lists(st.sampled_from(PIECES), max_size=16).map("".join) | st.text(max_size=30)
REFUSED = ("Can't parse entities: ", "MessageEntityTextUrl.url must be encoded in UTF-8")
modes = st.sampled_from(["", "HTML", "Markdown", "MarkdownV2"])
values = {"text_link": "http://x.org/", "text_mention": "7", "custom_emoji": "5", "date_time": "r"}


def made(kind: str, offset: int, length: int) -> Entity:
    return Entity(kind, offset, length, values.get(kind, ""), 1 if kind == "date_time" else 0)


marks = st.lists(st.builds(made, st.sampled_from(KINDS), st.integers(0, 12), st.integers(0, 12)), max_size=8)


def kept_or_refused(read: Callable[[], tuple[str, list[Entity]]], *refusals: str) -> tuple[str, list[Entity]]:
    """What is kept, nothing of what is refused; a refusal says that it is one."""
    try:
        return reading.kept(*read())
    except TextError as reason:
        if not str(reason).startswith(refusals):
            raise
        return "", []


def check(text: str, entities: list[Entity]) -> None:
    edges = {units(text[:place]) for place in range(len(text) + 1)}
    assert entities == ordered(entities)
    for number, one in enumerate(entities):
        assert {one.offset, one.end} <= edges
        assert one.length > 0
        for outer in entities[:number]:
            assert outer.holds(one) or not outer.overlaps(one)
            if outer.overlaps(one):
                assert outer.kind not in CLOSED
                assert outer.kind != one.kind
                assert not (outer.kind in QUOTES and one.kind in QUOTES)


@settings(max_examples=300)
@given(texts, modes)
def test_what_is_kept_of_any_text_in_any_mode_is_nested(text, mode):
    kept, entities = kept_or_refused(lambda: reading.read(text, mode, []), *REFUSED)

    assert kept == kept.rstrip(" \n")
    check(kept, entities)


@settings(max_examples=300)
@given(texts, marks)
def test_what_is_kept_of_any_entities_is_nested(text, entities):
    check(*kept_or_refused(lambda: (text, entities), "Entity begin"))


@settings(max_examples=200)
@given(texts, marks)
def test_what_has_been_kept_once_is_kept_as_it_is(text, entities):
    """Telegram sends a message back as it holds it, and TDLib reads it again."""
    first = kept_or_refused(lambda: (text, entities), "Entity begin")
    given = [one for one in first[1] if one.kind in KINDS]

    assert reading.kept(first[0], given) == first


@given(st.text(alphabet="ab c\nй👩‍💻", max_size=30))
def test_a_text_without_marks_is_read_as_it_is(text):
    for parse in reading.PARSERS.values():
        assert parse(text) == (text, [])


@given(st.text(max_size=20))
def test_what_is_escaped_is_text(text):
    escaped = "".join(f"\\{letter}" if "\0" < letter <= "~" else letter for letter in text)
    quoted = text.replace("&", "&amp;").replace("<", "&lt;")

    assert markdown_v2.parse(escaped) == (text, [])
    assert html.parse(quoted) == (text, [])
