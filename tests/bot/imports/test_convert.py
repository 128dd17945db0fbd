"""Texts of other programs: what they show there is what is shown here."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.imports import convert
from bot.imports.question import UnfitError
from bot.thread import markup

words = st.lists(
    st.sampled_from(["*", "_x_", "`", "$5", "[a](b)", "<", "a", "1. ", "- ", "#", "\n", " ", "||", "&", "я"]),
    max_size=10,
).map("".join)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a <b>b</b></p><p>c</p>", "a **b**\n\nc"),
        ("x<b>y</b>", "xy"),
        ("<b><i>deep</i></b>", "*deep*"),
        ("<code>a_b*c</code> and <code>`</code>", "`a_b*c` and `` ` ``"),
        ("<pre>if x:\n    y</pre>", "```\nif x:\n    y\n```"),
        ('<a href="https://a.b/c (d)">it</a>', "[it](https://a.b/c%20%28d%29)"),
        ('<a href="/course/1">it</a>', "it (/course/1)"),
        ('<a href="javascript:alert(1)">it</a>', "it"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("the <mask> of <b>1 &lt; 2 &amp; 3</b>", r"the \<mask> of **1 < 2 & 3**"),
        ("a<!-- b -->c<script>d</script>", "ac"),
        ("2<sup>10</sup> <br>new", "2^10\nnew"),
        ('<img src="a.png" alt="curve">', "![curve](a.png)"),
        ("<b>never closed", "**never closed**"),
    ],
)
def test_html_becomes_markdown_as_far_as_telegram_shows_it(html, shown):
    assert convert.html(html) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"if \(x^2\) is", "if $x^2$ is"),
        (r"\[ a + b \]", "$a + b$"),
        ("so $$y$$, 5$ or $6", r"so $y$, 5\$ or \$6"),
        (r"f\(x\)g", "f $x$ g"),
        (r"\( never ends", r"\\( never ends"),
    ],
)
def test_formulas_become_formulas_and_prices_stay_prices(text, shown):
    assert convert.plain(text) == shown


def test_markdown_stays_as_it_is_but_for_html_and_links_within_a_site():
    text = "*a* `<b>` <em>c</em> [d](/e) [f](https://g)\n\n```\n<b>\n```"

    assert convert.markdown(text) == "*a* `<b>` *c* d (/e) [f](https://g)\n\n```\n<b>\n```"


def test_an_escaped_backtick_begins_no_code_that_would_keep_its_html():
    assert convert.markdown(r"\`a <em>b</em>\` `<b>`") == r"\`a *b*\` `<b>`"


@settings(max_examples=200, deadline=None)
@given(words)
def test_plain_text_is_shown_as_it_was(text):
    assert markup.plain(convert.line(convert.plain(text))) == " ".join(text.split())


@settings(max_examples=200, deadline=None)
@given(words.filter(lambda text: "<" not in text and "&" not in text))
def test_html_without_tags_is_shown_as_it_was(text):
    assert markup.plain(convert.line(convert.html(text))) == " ".join(text.split())


def test_a_text_that_no_message_holds_is_refused_before_it_is_worked_on():
    with pytest.raises(UnfitError, match="5000 characters: at most 4096"):
        convert.html("<b>" + "a" * 4997)
