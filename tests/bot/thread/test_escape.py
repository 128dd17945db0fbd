"""What was text stays text: whatever pieces of Markdown, maths and prices it is made of."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.thread import markdown, markup
from bot.thread.escape import block, code, escaped, one_line

PIECES = (
    "*", "**", "_", "__", "`", "```", "~", "~~", "~~~", "$", "$$", "[", "]", "(", ")", "](", "!", "![", "<", "<b>",
    "</b>", "<!--", "&", "&amp;", "&#65;", "\\", "\\(", "\\[", "|", "||", "#", "# ", "- ", "-", "--", "---", "—", "+ ",
    "= ", "===", "1. ", "2) ", "3)", ">", " ", "  ", "\n", "\n\n", "\t", "a", "b", "слово", "load_dataset", "2*3*4",
    "100$", ":---", "|-|", "[ ] ", "[^1]", "[!NOTE]", ":", "http://a.b/c_d", "@name", "👩‍💻", "1", "^", "%", "[x]: y",
    "__init__", "==", "\\alpha", "![[",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_a_line_is_shown_as_it_was(text):
    assert markup.plain(one_line(text)) == " ".join(text.split())


@settings(max_examples=400, deadline=None)
@given(texts)
def test_lines_and_paragraphs_are_shown_as_they_were(text):
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))

    assert markup.render(escaped(text)).text == re.sub(r"\n{3,}", "\n\n", lines).strip()


@settings(max_examples=200, deadline=None)
@given(texts.map(lambda text: " ".join(text.split())).filter(bool))
def test_code_in_a_line_is_shown_as_it_was(text):
    assert markup.plain(code(text)) == text


@settings(max_examples=100, deadline=None)
@given(texts.filter(lambda text: text.strip() and "\t" not in text))
def test_lines_of_code_are_shown_as_they_were(text):
    assert markup.render(block(text)).text.strip() == text.strip()


@settings(max_examples=300, deadline=None)
@given(texts.filter(lambda text: text.strip()))
def test_the_check_finds_nothing_in_it_to_tell(text):
    _, problems = markdown.inspect(f"---\ntitle: T\n---\n{escaped(text)}")

    assert problems == []


def test_no_more_is_escaped_than_needs_to_be():
    text = "load_dataset (v1.2): [MASK] costs 20$, a < b, e.g. C++ #1 - 5!"

    assert one_line(text) == "load_dataset (v1.2): \\[MASK] costs 20\\$, a < b, e.g. C++ #1 - 5!"
