import pytest

from emulator.texts import html
from emulator.texts.entity import Entity, TextError

READ = [
    ("<b>a</b> <strong>b</strong>", "a b", [Entity("bold", 0, 1), Entity("bold", 2, 1)]),
    ("<B>a</>", "a", [Entity("bold", 0, 1)]),
    ("👍<u>a</u><ins>b</ins>", "👍ab", [Entity("underline", 2, 1), Entity("underline", 3, 1)]),
    ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", [Entity("spoiler", n, 1) for n in (0, 1)]),
    ('<pre><code class="language-python">x</code></pre>', "x", [Entity("pre", 0, 1, "python")]),
    ("<pre><code>x</code></pre>", "x", [Entity("pre", 0, 1), Entity("code", 0, 1)]),
    ('<pre>x<code class="language-python">y</code></pre>', "xy", [Entity("pre", 0, 2), Entity("code", 1, 1)]),
    ('<code class="language-python"><b>x</b></code>', "x", [Entity("code", 0, 1), Entity("bold", 0, 1)]),
    ('<code class="language-python">x</code>', "x", [Entity("code", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [Entity("expandable_blockquote", 0, 1)]),
    ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [Entity("custom_emoji", 0, 2, "5")]),
    ('<a href="https://x.org">a</a>', "a", [Entity("text_link", 0, 1, "https://x.org/")]),
    ("<a href='tg://user?id=7'>a</a>", "a", [Entity("text_mention", 0, 1, "7")]),
    ("<a>x.org</a>", "x.org", [Entity("text_link", 0, 5, "http://x.org/")]),
    ('<a href="nonsense">a</a>', "a", []),
    ("<b></b>", "", []),
    ("&lt;&gt;&amp;&quot;&#65;&#x42;&laquo;&#0;&", '<>&"AB&laquo;&#0;&', []),
]
UNICODE = "Text contains invalid Unicode characters after decoding HTML entities"
SURROGATES = f"{UNICODE}, check for unmatched surrogate code units"
REFUSED = [
    ("a<b then", 'Unclosed start tag "b" at byte offset 1'),
    ("loss <b", "Unclosed start tag at byte offset 5"),
    ("й<br>", 'Unsupported start tag "br" at byte offset 2'),
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("<i>a</b>", 'Unmatched end tag at byte offset 4, expected "</i>", found "</b>"'),
    ("<i>a</i", "Unclosed end tag at byte offset 4"),
    ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<a href=x/>a</a>", "Unexpected end of name token at byte offset 8"),
    ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
    ("&#xd83d;&#xdc4d;", SURROGATES),
]


@pytest.mark.parametrize(("text", "plain", "marked"), READ)
def test_tags_become_entities(text, plain, marked):
    assert html.parse(text) == (plain, marked)


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_no_html_of_telegrams_is_refused(text, reason):
    with pytest.raises(TextError) as refused:
        html.parse(text)

    assert str(refused.value) == reason
