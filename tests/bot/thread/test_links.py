"""Where links of a thread lead: no tap runs anything, and none surprises; looked at in what is really sent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.thread import characters, markdown, markup
from bot.thread.model import Post
from bot.thread.reader import leading
from bot.thread.rich import Entity, Rich

HEAD = "---\ntitle: T\nlanguage: en\n---\n"
PLACES = [
    "{}",
    "**{}**",
    "# {}",
    "> {}",
    "- {}\n- x",
    "1. a\n   {}",
    "| a | b |\n| --- | --- |\n| {} | x |",
    "||{}||",
    "{}\n\n- [x] a\n- [ ] b\n\nBecause.",
    "Which?\n\n- [x] a\n- [ ] b\n\n{}",
    "Which?\n\n- [x] a\n    > {}\n- [ ] b\n\nBecause.",
    "Which?\n\n- [x] {}\n- [ ] b\n\nBecause.",
    "$$x$$\n\n{}",
]
NOWHERE = ["javascript:alert(1)", "JavaScript:alert(1)", "java&#9;script:alert(1)", "&#106;avascript:alert(1)"]
NOWHERE += ["java&Tab;script:x", "%6aavascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]
NOWHERE += ["tg://resolve?domain=evil", "TG://user?id=1", "tg:resolve?domain=x", "ton://transfer/x", "tonsite://x"]
NOWHERE += [
    "https:evil.com",
    "https:///evil.com",
    "intent://x#Intent;end",
    "about:blank",
    "//evil.com",
    "blob:https://x",
]
DISGUISED = [
    ("https://good.com", "https://evil.com"),
    ("see **https://good.com/a** now", "https://evil.com"),
    ("www.good.com", "https://evil.com/www.good.com"),
    ("https://good.com", "https://good.com.evil.com@x.evil"),
    ("x", "https://good.com@evil.com/"),
    ("https://good.com", "https://notgood.com"),
    ("https://gооd.com", "https://good.com"),
    ("https://t.me/good", "https://t.me/evil"),
    ("http&#58;//good.com", "https://evil.com"),
]
HONEST = [
    ("https://good.com", "https://good.com/page"),
    ("pytorch.org", "https://docs.pytorch.org/x"),
    ("nn.Linear", "https://pytorch.org/x"),
    ("README.md", "https://github.com/x"),
    ("t.me/good", "https://t.me/good/5"),
    ("письмо", "mailto:a@b.c"),
    ("a@good.com", "mailto:a@good.com"),
]


def errors(text: str) -> list[str]:
    return [problem.message for problem in markdown.inspect(HEAD + text)[1] if problem.severity == "error"]


@pytest.mark.parametrize("address", NOWHERE)
@pytest.mark.parametrize("form", ["[x]({})", "[x](<{}>)", "<{}>", "[**x**]({})"])
def test_an_address_that_runs_something_becomes_no_link(address, form):
    text = form.format(address)

    links = [entity.url for entity in markup.render(text).entities if entity.type == "text_link"]
    assert errors(text) or links == []


@pytest.mark.parametrize(("text", "address"), DISGUISED)
def test_a_text_that_looks_like_another_address_is_told(text, address):
    assert errors(f"[{text}](<{address}>)") != []


@pytest.mark.parametrize(("text", "address"), HONEST)
def test_a_text_that_looks_like_where_it_leads_is_fine(text, address):
    assert markdown.inspect(f"{HEAD}[{text}]({address})")[1] == []


def test_a_name_of_another_site_is_told_in_a_warning():
    (problem,) = markdown.inspect(f"{HEAD}[good.com](https://evil.com)")[1]

    assert (problem.severity, problem.line, problem.column) == ("warning", 5, 12)


@pytest.mark.parametrize("written", ["&#x202e;", "&#8238;", "&#x2066;", "&#x2028;"])
def test_what_turns_a_text_round_is_told_also_where_it_is_written_as_a_code(written):
    assert errors(f"[a{written}b](https://a.com)") != []
    assert errors(f"a{written}b") != []


@pytest.mark.parametrize("escape", [r"\e[31m", r"\x9b", r"\u202e", r"\r", r"\x07", r"\u2028", r"\ud800"])
@pytest.mark.parametrize("setting", ['title: "a{}b"', 'title: T\npoll: {{kind: "poll{}"}}'])
def test_what_only_yaml_s_escapes_bring_in_is_told(escape, setting):
    _, problems = markdown.inspect(f"---\nlanguage: en\n{setting.format(escape)}\n---\nHello.")

    assert [problem.severity for problem in problems][:1] == ["error"]


PIECES = [*NOWHERE, "https://good.com", "https://evil.com", "good.com", "[", "](", ")", "<", ">", "x", " ", "\n", "**"]
PIECES += ["&#x202e;", "\u202e", "\u2066", "\u2069", "&lt;", "&#91;", "\\", "!", "[x]: ", "tg://", "@name", "||", "`"]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), st.sampled_from(PLACES))
def test_whatever_check_finds_fine_sends_no_link_but_to_pages(piece, place):
    thread, _ = markdown.inspect(HEAD + place.format(piece))
    for rich in sent(thread.posts[0]) if thread else ():
        assert not characters.CONTROL.search(rich.text.replace("\n", ""))
        assert not re.search("[\u202d\u202e]", rich.text)
        for entity in rich.entities:
            assert entity.url is None or re.match(r"https?://[^/@]+\.|mailto:", entity.url, re.IGNORECASE)
            told = leading.problems(covered(rich.text, entity), entity.url) if entity.url else ()
            assert [severity for _, severity in told if severity == "error"] == []


def sent(post: Post) -> list[Rich]:
    """Everything of a post that is ever shown."""
    poll = post.poll
    texts = [post.text]
    if poll:
        texts += [poll.description, poll.explanation, *(option.feedback for option in poll.options)]
    plain = [poll.question, *(option.text for option in poll.options)] if poll else []
    return [*map(markup.render, texts), *map(Rich, plain)]


def covered(text: str, entity: Entity) -> str:
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
