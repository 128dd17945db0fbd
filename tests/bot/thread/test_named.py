"""Numbers that an author names by key: checked where they stand, and filled."""

import pytest

from bot.thread import filled, markdown
from bot.thread.markup import render
from experiments.measurement import Measurement, Value
from languages.text import verbatim

POLL = """---
title: T
language: en
---
{above}

Where does it act?

- [x] between{option}
    > {feedback}
- [ ] before

```experiment
run: clipping
options: [between, before]
```

{below}
"""
MEASURED = Measurement(
    experiment="clipping",
    params={},
    seeds=8,
    versions={"torch": "2.13.0+cpu"},
    settings=verbatim(""),
    findings=(),
    data={},
    numbers={"between.accuracy": Value(median=91, low=88, high=94), "after.norm": Value(median=5.25, low=3, high=8)},
)


def source(above="Above.", option="", feedback="Yes.", below="Below."):
    return POLL.format(above=above, option=option, feedback=feedback, below=below)


def read(**parts):
    return markdown.parse(source(**parts), "t.md").posts[0].poll


def problems(**parts):
    return [(one.line, one.column, one.message) for one in markdown.inspect(source(**parts))[1]]


def test_a_number_is_filled_wherever_something_is_said_around_a_poll():
    poll = read(
        above="It was {between.accuracy:%} in torch {torch}.",
        feedback="Yes: **{between.accuracy:range%}**.",
        below="- Norms: {after.norm:.1}.\n- And _{between.accuracy:low}_.",
    )
    found = filled.poll(poll, MEASURED, "en")

    assert found.description == "It was 91% in torch 2.13."
    assert found.options[0].feedback == "Yes: **88–94%**."
    assert render(found.explanation).text == "• Norms: 5.2.\n• And 88."


def test_braces_in_code_maths_and_behind_a_backslash_are_braces():
    text = "`{between.accuracy}` $x_{norm}$ \\{between.accuracy}\n\n```\n{between.accuracy}\n```"

    assert filled.text(text, "clipping", MEASURED, "en") == text
    assert problems(below=text) == []


def test_the_same_key_in_code_and_in_text_is_filled_in_the_text_alone():
    text = "`{after.norm}` is {after.norm:.0}, and `{after.norm}` {after.norm:.0}"

    assert filled.text(text, "clipping", MEASURED, "en") == "`{after.norm}` is 5, and `{after.norm}` 5"


def test_what_was_not_measured_is_told_by_dots():
    assert filled.text("{between.accuracy:%} {after.over:%}", "clipping", MEASURED, "en") == "91% …"
    assert filled.text("{between.accuracy:%}", "clipping", None, "en") == "…"
    assert filled.text("{gone}", "clipping", MEASURED, "en") == "…"
    assert filled.text("{between.accuracy}", "gone", MEASURED, "en") == "…"


def test_a_poll_without_an_experiment_has_braces_as_it_likes():
    text = source(below="{x} and {y:z}").replace("run: clipping", "").partition("```experiment")[0] + "{x}"

    assert markdown.inspect(text)[1] == []


@pytest.mark.parametrize(
    ("part", "text", "column", "reason"),
    [
        ("feedback", "Yes: {between.precision:%}", 12, "no number has the key 'between.precision': did you mean"),
        ("below", "**So** {between.accuracy:ms}", 8, "'between.accuracy' is no number of ms: its unit is %"),
        ("above", "In {torch:%}", 4, "torch is a version"),
        ("below", "{after.norm:worst}", 1, "no form of a number: write median, low, high or range"),
    ],
)
def test_a_key_that_cannot_be_filled_is_told_at_its_place(part, text, column, reason):
    ((line, at, message),) = problems(**{part: text})

    assert source(**{part: text}).split("\n")[line - 1][at - 1 :].startswith("{")
    assert at == column
    assert reason in message


def test_a_question_and_an_option_show_no_number():
    ((line, column, message),) = problems(option=" {between.accuracy:%}")

    assert (line, column) == (9, 15)
    assert message == "a question and its options show no measured number: say it below"
