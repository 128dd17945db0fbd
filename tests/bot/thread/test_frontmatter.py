"""Settings stay as written; what YAML cannot read, or reads as something else, is told by its cause."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.thread import markdown
from bot.thread.model import Experiment

LONG = 16 * 1024
SLIPS = [
    ("title: “Тред №3: лосс”", "2:16", 'put the whole value in quotes, title: "Тред №3: лосс"'),
    ('title: x: "y"', "2:9", "put the whole value in quotes, title: 'x: \"y\"'"),
    ("title: Тред:", "2:12", 'put the whole value in quotes, title: "Тред:"'),
    ('title: "Тред', "2:8", 'this quote is never closed: put the whole value in quotes, title: "Тред"'),
    (
        "title: 'Тред' и",
        "2:8",
        "the value goes on behind its closing quote: put the whole value in quotes, title: \"'Т",
    ),
    ("title: [ML] Тред", "2:8", "a value cannot begin with '[': put the whole value in quotes, title: \"[ML] Тред\""),
    ("title: - x", "2:8", "a value cannot begin with '-'"),
    ("title:x", "2:6", "a space is missing after the colon: write title: x"),
    ("title: x\npause:5m", "3:6", "a space is missing after the colon: write pause: 5m"),
    ("title: x\npoll: {open:1h}", "3:8", "a space is missing after the colon: write open: 1h"),
    ("title: x\npoll:{open: 1h}", "3:1", "a space is missing after the colon: write poll: …"),
    ("title: x\npause = 5m", "3:7", "= (U+003D) is no colon of YAML: write pause: 5m"),
    ("title：x", "2:6", "： (U+FF1A) is no colon of YAML: write title: x"),
    ("title: x\npoll: open: 1h", "3:7", "braces are missing: write poll: {open: 1h}"),
    ("title: x\npoll: {open: 1h, id: a", "3:7", "'{' is never closed: write poll: {open: 1h, id: a}"),
    ("title: x\npoll: {open: 1h}}", "3:7", "these braces are no pair around the whole: write poll: {open: 1h}"),
    ("title: x\n----", "3:1", "'----' does not end the front matter: write three signs -, ---"),
    ("title: x\n—", "3:1", "'—' does not end the front matter"),
    ("title: x\nstart: 25.12.2026 20:30 MSK", "3:8", "write it as 2026-12-25 20:30 MSK"),
    ("title: x\nstart: 5.1.2027 в 9:00 по Москве", "3:8", "write it as 2027-01-05 09:00 по Москве"),
    ("title: x\nstart: 2026-12-25 7pm Europe/Berlin", "3:8", "write it as 2026-12-25 19:00 Europe/Berlin"),
    ("title: x\nstart: 2026-12-25", "3:8", "write it as 2026-12-25 19:00 Europe/Moscow"),
    ("title: x\nstart: завтра в 20:00", "3:8", "write it as 2026-12-01 19:00 Europe/Moscow"),
    ("title: x\n  pause:5m", "3:3", "the indentation makes this line a part of title above"),
    ("title: x\npoll:\n  open: 1h\n shuffle: true", "5:2", "the indentation, 1 space, is that of no line above"),
    ("title: x\npoll:\n\u00a0\u00a0open: 1h", "4:1", "U+00A0 stands in the key '\\xa0\\xa0open': delete it"),
    ("title: x\n\tpause: 5m", "3:1", "a tab, U+0009, indents this line"),
    ("title: x\npause:\t5m", "3:7", "a tab, U+0009, stands here: write a plain space"),
    ("title: x\npause: 5m\t", "3:10", "a tab, U+0009, stands here: write a plain space"),
    ("title: x\nlanguage: “ru”", "3:11", "language cannot be '“ru”' (“ and ” are no quotes here): did you mean 'ru'?"),
    ("title: x\nраuse: 5m", "3:1", "unknown key 'раuse' (it has the Cyrillic letter р, U+0440"),
    ("title: x\nlang: ru", "3:1", "unknown key 'lang': write language instead"),
    ("title: x\npause:", "3:7", "pause has no value: write one after the colon"),
    ("title: |\n  a\n  b", "2:8", "title: it has several lines: write one"),
    ('title: "\u3164"', "2:8", "title: nothing is seen of it (U+3164): write some words"),
    ("title: x\npause: &a 5m\nlate_after: *a", "3:8", "a value cannot begin with & or ! here"),
]
BOMBS = {
    "'['": ("title: " + "[" * 5000, "more than"),
    "'{'": ("title: T\npoll: " + "{a: " * 40, "more than 16 levels"),
    "dashes": ("- " * 8000, "more than 16 levels"),
    "keys": ("".join(f"k{n}: v\n" for n in range(300)), "more than 128 lines and values"),
    "values": ("title: [" + "1," * 300 + "]", "more than 128 lines and values"),
    "length": ("title: " + "x" * LONG, f"this block has {LONG + 7} characters: settings have at most {LONG}"),
    "indents": ("\n".join(f"{' ' * n}a:" for n in range(170)), "more than 128 lines and values"),
    "laughs": ("a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefg")), "a value"),
    "itself": ("a: &a [*a, *a]", "a value cannot begin with & or !"),
    "twice": ("a: [&a 1, &a 2]", "a value cannot begin with & or !"),
}  # fmt: skip


def measured(settings: str) -> Experiment:
    text = f"---\ntitle: T\n---\nQ\n\n- [x] a\n- [ ] b\n\n```experiment\n{settings}\n```"
    return markdown.parse(text, "t.md").posts[0].poll.experiment


def told(settings: str) -> list[str]:
    _, problems = markdown.inspect(f"---\n{settings}\n---\nx")
    return [f"{p.line}:{p.column} {p.message}" for p in sorted(problems) if p.severity == "error"]


@pytest.mark.parametrize(("settings", "place", "message"), SLIPS, ids=[slip[0] for slip in SLIPS])
def test_a_slip_is_told_in_its_place_with_what_to_write(settings, place, message):
    (problem,) = told(settings)

    assert problem.startswith(f"{place} ")
    assert message in problem


@pytest.mark.parametrize(("settings", "message"), BOMBS.values(), ids=BOMBS)
def test_what_would_take_a_parser_long_is_told(settings, message):
    problems = told(settings)

    assert message in "\n".join(problems)
    assert len(problems) <= 22


@pytest.mark.parametrize(
    "title", ["1.10", "0x10", "1_000", "1e3", "yes", "no", "null", "~", "2026-12-01", "12:30", "1.", ".5", "+7", "NaN"]
)
def test_a_title_stays_what_was_written(title):
    assert markdown.parse(f"---\ntitle: {title}\n---\nx", "t.md").title == title


@given(st.from_regex(r"[+-]?[0-9][0-9_.xeobA-F]{0,8}", fullmatch=True))
def test_a_title_that_looks_like_a_number_stays_what_was_written(title):
    assert markdown.parse(f"---\ntitle: {title}\n---\nx", "t.md").title == title


@example('"Да" #3', " ")
@given(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30), st.sampled_from([": ", ":", " "])
)
def test_the_title_that_is_advised_is_the_one_that_was_meant(words, between):
    title = f"Тред{between}{words}"
    thread, problems = markdown.inspect(f"---\ntitle: {title}\n---\nx")
    if thread is None and "put the whole value in quotes, title: " in problems[0].message:
        advised = problems[0].message.rpartition("put the whole value in quotes, ")[2]
        thread, problems = markdown.inspect(f"---\n{advised}\n---\nx")

    assert thread, problems
    assert thread.title == title.strip()


def test_a_folded_text_is_read_whole():
    settings = "run: zero_init\noptions: [learns, dead]\ndespite: >\n  because\n  it is so"

    assert measured(settings).despite == "because it is so"


def test_only_what_is_set_for_an_experiment_has_types():
    settings = "run: zero_init\noptions: [learns, dead]\nseeds: 3\nset: {zeroed: [1, 3], bias: none, epochs: 2}"

    assert measured(settings).set == {"zeroed": [1, 3], "bias": "none", "epochs": 2}
    assert measured(settings).seeds == 3


def test_yes_and_no_are_true_and_false_where_one_of_them_is_asked_for():
    (post,) = markdown.parse("---\ntitle: T\npoll: {hide_results: no}\n---\nQ\n\n- [x] a\n- [ ] b", "t.md").posts

    assert post.poll.hide_results is False


@pytest.mark.parametrize("key", ["Title", "titles", "name", "заголовок"])
def test_a_key_that_is_misspelt_is_not_told_as_missing_too(key):
    (problem,) = told(f"{key}: x")

    assert problem.startswith(f"2:1 unknown key '{key}'")


def test_front_matter_below_something_is_told_as_such():
    _, problems = markdown.inspect("\n\n---\ntitle: x\n---\ny")

    assert [problem.message for problem in problems] == [
        "a thread begins with its front matter: delete what stands above the line --- (line 3)"
    ]


def test_a_thread_has_at_most_five_hundred_posts():
    _, problems = markdown.inspect("---\ntitle: T\n---\nx\n" + "---\nx\n" * 500)

    assert [(p.line, p.message) for p in problems] == [(1003, "the thread has 501 posts: 500 are allowed")]


def test_a_thread_has_at_most_ten_thousand_lines():
    _, (problem,) = markdown.inspect("---\ntitle: T\n---\n" + "a\n" * 10_000)

    assert (problem.line, problem.message) == (10_001, "the text has 10004 lines: a thread has at most 10000")


def test_after_a_hundred_problems_nothing_more_is_read():
    _, problems = markdown.inspect("---\ntitle: T\n---\n" + "---\n" * 400)

    assert len(problems) == 101
    assert problems[-1].message == "there are more errors: mend those above to see them"
