"""A draft can be used, and every question of the input is in it or refused, however broken the input is."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ImportFileError
from bot.imports import asked, compose, draft, file, report
from bot.imports.question import Choice, Question, Refused
from bot.thread import markdown
from bot.thread.reader.source import LARGEST

from .reading import made, polls, read

PIECES: dict[file.Kind, str] = {
    "course": "<Question|choices={|[|{text: |\"a\"|, |'b\\''|correct: true|explain: |}|]|/>|# q?\n|\n|{:else}|//|/*",
    "gift": "::n::|q|{|}|=|~|#|####|%50%|%|T|FALSE|\\|->|\n|\n\n|// c\n|$CATEGORY: x\n|[html]|<b>|</b>|&lt;|$$|:|1",
    "aiken": "q\n|A. a\n|B) b\n|C. c\n|ANSWER: A\n|ANSWER: B, C\n|\n| |*a_\n|ANSWER:",
    "mkdocs-quiz": "<quiz>\n|</quiz>\n|q\n|- [x] a\n|- [] b\n|> f\n|```\n|<?quiz?>\n|<?/quiz?>\n|answer: c\n|[[e]]",
    "quizdown": "# q\n|> h\n|1. [x] a\n|1. [ ] b\n|1. c\n|    > f\n|---\n|\n|    x\n|![p](q.png)\n",
    "tasks": "q\n|- [ ] a\n|* [x] b\n|- [x] ![](c.png)\n|  more\n|    > f\n|\n|```\n|---\n|# h\n|- [ ] __d__\n",
    "csv": 'question|option 1|answer|,|;|\t|"|\n|a|b|A|2|correct|explanation',
    "telegram": '{|}|[|]|"question":|"options":|"answers":|"text":|"a"|,|:|1|true|null|"correct_option_id":',
    "text": "1/2 |a) b\n|b) c\n|18.5% d\n|e 3 %\n|🤔 |q\n|\n|---\n|12 votes\n|%",
}  # fmt: skip
kinds = st.sampled_from(file.KINDS)
inputs = kinds.flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(st.sampled_from(PIECES[kind].split("|")), max_size=30).map("".join))
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(inputs)
def test_whatever_a_file_holds_its_draft_can_be_used_and_each_question_is_accounted_for(given_):
    kind, text = given_
    found = [one for one in read(kind, text) if isinstance(one, Question | Refused)]
    draft_ = made(kind, text)

    assert len(draft_.questions) + len(draft_.refused) == len(found)
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found)
    if draft_.text:
        thread = markdown.parse(draft_.text, "t.md")
        keys = [[choice.correct for choice in one.item.choices] for one in draft_.questions]
        assert [[one.correct for one in post.poll.options] for post in thread.posts if post.poll] == keys


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), kinds)
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, data, kind):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    with suppress(ImportFileError):
        found = draft.made([(path, item) for item in file.opened(path, kind).items()], "T", "en")

        assert not found.text or markdown.parse(found.text, "t.md")


@pytest.mark.parametrize(
    ("kind", "piece"), [(kind, piece) for kind in file.KINDS for piece in ("{", "- [ ] a\n", "\n")]
)
def test_a_large_file_of_one_thing_gives_a_bounded_draft(kind, piece):
    draft_ = made(kind, piece * (100_000 // len(piece)))

    assert len(draft_.text.encode()) <= LARGEST


QUESTION = Question(7, "Which?", (Choice("a", correct=True), Choice("b")))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"choices": (Choice("a", correct=True),)}, "1 option: 2 to 12"),
        ({"choices": (Choice("a", correct=True), Choice("a"))}, "'a' is already the option above it"),
        ({"choices": (Choice("a", correct=True), Choice("![x](y.png)"))}, "picture, 'y.png'"),
        ({"text": "![x](y.png)\n\nWhich?"}, "picture"),
        ({"text": "```\ncode\n```"}, "no text that asks"),
        ({"text": "a" * 301}, "301 characters and its last sentence more than 300"),
        ({"choices": (Choice("a", correct=True), Choice("b" * 1001))}, "1001 characters: shorten it to 100"),
    ],
)
def test_a_question_that_cannot_be_published_is_refused_with_its_line_and_the_others_stand(change, why):
    wrong = Question(**{**vars(QUESTION), "line": 3, **change})
    found = draft.made([(Path("q"), wrong), (Path("q"), QUESTION)], "T", "en")

    assert [(path, one.line) for path, one in found.refused] == [(Path("q"), 3)]
    assert why in found.refused[0][1].why
    assert [one.item for one in found.questions] == [QUESTION]


def test_of_a_long_question_the_last_sentence_asks():
    text = "This `a. b` is said before. " * 12 + "So which is it?"
    found = compose.poll(Question(1, text, QUESTION.choices), compose.Ids())

    assert found.split
    assert found.text.startswith(f"{text.removesuffix('So which is it?').rstrip()}\n\nSo which is it?\n\n- [x] a")


@pytest.mark.parametrize("piece", ["`a. b`", "**a. b**", "[a. b](https://e.org)", "$f(a. b)$", "||a. b||", "x, 5$"])
@pytest.mark.parametrize("said", ["It is {}. ", "**So {}.** "])
def test_a_long_question_is_split_between_sentences_and_never_within_a_mark(piece, said):
    before, last = asked.sentence(said.format(piece) * 41 + f"Is it {piece}?")

    assert before == (said.format(piece) * 41).strip()
    assert last == f"Is it {piece}?"


def test_a_picture_in_an_explanation_becomes_a_link_and_what_looks_like_one_in_code_stays():
    why = 'See `![a](b.png)`, ![a *plot*](https://e.org/p.png "title") and\n> ![](a%20b.png)'
    found = compose.poll(replace(QUESTION, explanation=why), compose.Ids())

    assert found.text.endswith("See `![a](b.png)`, [a *plot*](https://e.org/p.png) and\n> 🖼 (a b.png)")


def test_what_is_longer_than_a_description_stands_in_a_post_of_its_own():
    text = "Said before. " * 100 + "\n\nSo which?"
    found = draft.made([(Path("q"), Question(1, text, QUESTION.choices))], "T", "en")
    said, asks = markdown.parse(found.text, "t.md").posts

    assert (len(said.text), asks.poll.description, asks.poll.question) == (1300, "", "So which?")


def test_an_option_that_is_too_long_stands_beside_a_letter():
    long = "`code` and more " * 8
    found = draft.made([(Path("q"), Question(1, "Which?", (Choice(long), Choice("b", correct=True))))], "T", "en")
    (post,) = markdown.parse(found.text, "t.md").posts

    assert [(one.label, one.correct) for one in post.poll.options] == [("A", False), ("B", True)]
    assert post.poll.description == f"**A.** {long.strip()}\n**B.** b"
    assert "1 shortened by letters" in report.counted(found)


def test_an_explanation_may_begin_with_a_list():
    (poll,) = polls("mkdocs-quiz", "<quiz>\nq?\n- [x] a\n- [ ] b\n\n* it\n* is\n</quiz>")

    assert poll.explanation == "* it\n* is"


def test_a_full_draft_says_so_of_every_further_question():
    found = draft.made([(Path("q"), QUESTION)] * (draft.MOST + 2), "T", "en")

    assert (len(found.questions), len(found.refused)) == (draft.MOST, 2)
    assert found.refused[0][1].why.startswith("the draft is full")


def test_the_last_line_of_the_report_counts_every_question():
    text = "q{~a ~b}\n\nr{=a ~b}\n\n::s::t{}\n\nwords\n"

    assert report.counted(made("gift", text)) == (
        "3 questions: 2 taken (1 without a right answer, kind: opinion), 1 refused; 1 text"
    )
