"""Both Markdowns."""

import string

import pytest

from emulator.texts import markdown, markdown_v2
from emulator.texts.entity import Entity, TextError

READ_V2 = [
    ("*a* _b_ ~c~", "a b c", [Entity("bold", 0, 1), Entity("italic", 2, 1), Entity("strikethrough", 4, 1)]),
    ("__a__ ||b||", "a b", [Entity("underline", 0, 1), Entity("spoiler", 2, 1)]),
    ("_a__b___", "ab", [Entity("italic", 0, 2), Entity("underline", 1, 1)]),
    ("___a_\r__", "a\r", [Entity("underline", 0, 2), Entity("italic", 0, 1)]),
    ("👍*a*", "👍a", [Entity("bold", 2, 1)]),
    ("`a*b`", "a*b", [Entity("code", 0, 3)]),
    ("```\na```", "a", [Entity("pre", 0, 1)]),
    ("```py\na```", "a", [Entity("pre", 0, 1, "py")]),
    ("[a](https://x.org/\\))", "a", [Entity("text_link", 0, 1, "https://x.org/)")]),
    ("[a](tg://user?id=7)", "a", [Entity("text_mention", 0, 1, "7")]),
    ("![👍](tg://emoji?id=5)", "👍", [Entity("custom_emoji", 0, 2, "5")]),
    (">a\n>b\nc", "a\nb\nc", [Entity("blockquote", 0, 4)]),
    ("a\n>b", "a\nb", [Entity("blockquote", 2, 1)]),
    (">a||", "a", [Entity("expandable_blockquote", 0, 1)]),
    ("**>a\n>b||\nc", "a\nb\nc", [Entity("expandable_blockquote", 0, 4)]),
    (">a||\r\nb", "a\r\nb", [Entity("expandable_blockquote", 0, 3)]),
    ("\r>a", "\ra", [Entity("blockquote", 1, 1)]),
    ("\\*a\\*", "*a*", []),
    ("[a](nonsense)", "a", []),
]
REFUSED_V2 = [
    ("й*a", "Can't find end of Bold entity at byte offset 2"),
    ("*a _b", "Can't find end of Italic entity at byte offset 3"),
    ("```py\na", "Can't find end of PreCode entity at byte offset 0"),
    ("[a", "Can't find end of TextUrl entity at byte offset 0"),
    ("[a](x", "Can't find end of a URL at byte offset 4"),
    ("![a]", "The entity must contain a tg://emoji or tg://time URL"),
    ("![a](x.org)", "Invalid tg://emoji or tg://time URL specified"),
    (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
    ("a>b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
]
READ = [
    ("*a* _b_ `c`", "a b c", [Entity("bold", 0, 1), Entity("italic", 2, 1), Entity("code", 4, 1)]),
    ("*a _b_*", "a _b_", [Entity("bold", 0, 5)]),
    ("```py\na```", "a", [Entity("pre", 0, 1, "py")]),
    ("[a](x.org)", "a", [Entity("text_link", 0, 1, "http://x.org/")]),
    ("[x.org]", "x.org", [Entity("text_link", 0, 5, "http://.orgg/")]),  # so TDLib answers, by a slip of its own
    ("\\*a.b!", "*a.b!", []),
    ("**", "", []),
]


@pytest.mark.parametrize(("text", "plain", "marked"), READ_V2)
def test_marks_of_version_2_become_entities(text, plain, marked):
    assert markdown_v2.parse(text) == (plain, marked)


@pytest.mark.parametrize(("text", "reason"), REFUSED_V2)
def test_what_does_not_end_in_version_2_is_refused(text, reason):
    with pytest.raises(TextError) as refused:
        markdown_v2.parse(text)

    assert str(refused.value) == reason


@pytest.mark.parametrize("letter", string.punctuation)
def test_version_2_has_reserved_letters_that_stand_for_themselves_when_escaped(letter):
    assert markdown_v2.parse(f"a\\{letter}b") == (f"a{letter}b", [])
    if letter in "]()>#+-=|{}.!":
        with pytest.raises(TextError, match="is reserved and must be escaped"):
            markdown_v2.parse(f"a{letter}b")


@pytest.mark.parametrize(("text", "plain", "marked"), READ)
def test_marks_of_the_old_one_become_entities(text, plain, marked):
    assert markdown.parse(text) == (plain, marked)


@pytest.mark.parametrize("text", ["й*a", "й`a", "й_a*", "й[a", "й```a``"])
def test_what_does_not_end_in_the_old_one_is_refused(text):
    with pytest.raises(TextError, match="Can't find end of the entity starting at byte offset 2"):
        markdown.parse(text)
