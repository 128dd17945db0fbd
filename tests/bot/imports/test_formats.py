"""What each format says, and above all which answers are right; the examples of docs/import.md aside."""

import json

import pytest

from .reading import key, made, polls, questions, refusals

TASKS = """intro

First?

- [ ] a
  goes on
    > never
- [x] b

Because.

Second?

```py
- [ ] code
```

* [X] c
* [ ] d
"""


@pytest.mark.parametrize(
    ("answers", "right"),
    [
        ("=a ~b", [True, False]),
        ("~%50%a ~%-50%b ~%50%c", [True, False, True]),
        ("~%33.33333%a ~b", [True, False]),
        ("=a ~%50%b", [True, False]),
        (r"~\=a =\~b ~c\#d", [False, True, False]),
        ("~a->b =c->d", [False, True]),
    ],
)
def test_gift_s_weights_say_what_is_right(answers, right):
    (found,) = key("gift", f"q{{{answers}}}")

    assert list(found.values()) == right


@pytest.mark.parametrize("word", ["T", "TRUE", "true"])
def test_true_and_false_are_two_options_in_the_language_of_the_file(word):
    (poll,) = polls("gift", f"Земля круглая.{{{word}#нет#да}}")

    assert [(one.text, one.correct, one.feedback) for one in poll.options] == [
        ("Верно", True, "да"),
        ("Неверно", False, "нет"),
    ]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("", "essay"),
        ("#1822:5", "a number"),
        ("=a -> b =c -> d", "pairs"),
        ("=a =b", "typed"),
        ("one", "typed"),
        ("=a ~b} {", "not exactly one { and one }"),
    ],
)
def test_what_is_typed_counted_or_paired_is_refused(answers, why):
    ((line, said),) = refusals("gift", f"\n// c\nq{{{answers}}}")

    assert line == 3
    assert why in said


def test_a_block_that_never_ends_costs_no_more_than_its_own_question():
    text = "::a::q{=a\n\n~b}\n\n::b::open{=a ~b\n\n::c::r{=c ~d}\n"

    assert [line for line, _ in refusals("gift", text)] == [5]
    assert key("gift", text) == [{"a": True, "b": False}, {"c": True, "d": False}]


def test_a_gap_in_a_gift_question_is_a_line():
    (poll,) = polls("gift", "Grant is {~buried =entombed} there.")

    assert poll.question == "Grant is _____ there."


def test_strings_of_javascript_are_read_and_nothing_is_run():
    source = """<Question choices={[ // a
        {"text": 'it\\'s' + ` so`, explain: "a\\u0041\\n", correct: true}, /* b */ {text: "no", correct: false,},
    ]}></Question>"""
    (one,) = questions("course", f"### q?\n{source}")

    assert [(choice.text, choice.correct, choice.feedback) for choice in one.choices] == [
        ("it's so", True, "aA"),
        ("no", False, ""),
    ]


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ("{[{text: f()}]}", "a string"),
        ("{[{text: `${x}`}]}", "without"),
        ("{[{text: 'a'}", "a comma or ]"),
        ("{[[[[[[['a']]]]]]]}", "nested deeper"),
        ("{[{text: 'a', image: 'b'}]}", "image: text, explain and correct are known"),
        ("'a'", "has no choices"),
    ],
)
def test_choices_that_cannot_be_read_are_refused_and_the_next_question_stands(choices, why):
    text = f"### a?\n<Question choices={choices} />\n### b?\n<Question choices={{[{{text: 'c', correct: true}}]}} />"
    ((line, said),) = refusals("course", text)

    assert line == 2
    assert why in said
    assert [one.text for one in questions("course", text)] == ["b?"]


def test_in_a_course_what_is_asked_of_another_framework_is_asked_again():
    tag = "<Question choices={[{text: 'a', correct: true}, {text: 'b'}]} />"
    text = f"### 5. Which?\n{{#if fw === 'pt'}}\n{tag}\n{{:else}}\n{tag}\n{{/if}}\n"

    assert [one.text for one in questions("course", text)] == ["Which?", "Which?"]


def test_between_two_lists_the_last_paragraph_asks_and_the_rest_explains():
    first, second = questions("tasks", TASKS)

    assert (first.text, first.explanation) == ("First?", "Because.")
    assert [(one.text, one.feedback) for one in first.choices] == [("a goes on", "never"), ("b", "")]
    assert (second.line, second.text) == (12, "Second?\n\n```py\n- [ ] code\n```")
    assert key("tasks", TASKS)[1] == {"c": True, "d": False}


def test_code_below_a_question_belongs_to_its_poll():
    assert polls("tasks", TASKS)[1].description == "```py\n- [ ] code\n```"


def test_a_link_whose_address_stands_elsewhere_is_refused_and_not_shown_without_it():
    found = made("quizdown", "# See [a][1]\n\n[1]: https://e.org\n\nQ?\n\n- [x] a\n- [ ] b\n")

    assert [one.why for _, one in found.refused] == [
        "in a poll's post write links in full, [text](https://…): its parts are shown apart"
    ]


def test_a_sequence_is_refused_in_its_line():
    text = "# A\n\n1. one\n2. two\n\n# B\n\n1. [x] a\n1. [ ] b\n\n# C\n\n1. x\n2. y\n"

    assert [line for line, why in refusals("quizdown", text) if "in order" in why] == [1, 11]
    assert key("quizdown", text) == [{"a": True, "b": False}]


def test_the_first_form_of_mkdocs_quiz_is_read_and_a_gap_refused():
    old = "<?quiz?>\nquestion: Ready?\nanswer-correct: Yes!\nanswer: No\ncontent:\n<h2>Well</h2>\n<?/quiz?>\n"
    gap = "```\n<quiz>\n```\n<quiz>\nIt is [[Paris]].\n</quiz>\n<quiz>\nopen"

    assert key("mkdocs-quiz", old) == [{"Yes!": True, "No": False}]
    assert [(line, why.partition(",")[0]) for line, why in refusals("mkdocs-quiz", gap)] == [
        (5, "the answer is typed into a gap"),
        (7, "its <quiz> has no end: </quiz>"),
    ]


@pytest.mark.parametrize(
    ("table", "right"),
    [
        ("question,A,B,C,answer\nq,4,3,5,B", "3"),
        ("question,A,B,C,answer\nq,4,3,5,2", "3"),
        ("question,A,B,C,answer\nq,4,3,5,3", "3"),
        ("question,A,B,C,answer\nq,4,3,5,3\nr,7,8,9,8", "3"),
        ("question,A,B,C,answer\nq,4,3,5,3\nr,7,8,9,1", "5"),
        ("q\tx\ty\ty", "y"),
        ("A,B,question,answer\nB,A,q,A\nx,y,r,B", "B"),
        ("вопрос;вариант 1;вариант 2;ответ;пояснение\nq, r;а;б;1;а, б, в, г\n;;;;\n", "а"),
        ("вопрос;вариант 1;вариант 2;правильный ответ\nq;а;б;2", "б"),
        ('question,option1,option2,correct\n"a ""b"", c",x,"y, z","y, z"', "y, z"),
    ],
)
def test_a_table_s_right_answer_is_a_letter_a_number_or_the_option_itself(table, right):
    assert [text for text, correct in key("csv", table)[0].items() if correct] == [right]


def test_a_table_with_semicolons_may_have_commas_in_every_row_and_lines_in_a_cell():
    (poll,) = polls("csv", 'Вопрос;Вариант 1;Вариант 2;Ответ\n"Да,\nнет, или?";1,5;2,5;1,5\n')

    assert poll.question == "Да, нет, или?"
    assert [(one.text, one.correct) for one in poll.options] == [("1,5", True), ("2,5", False)]


@pytest.mark.parametrize("table", ["Вопрос?;Б\nЕщё?;В", "question,A,B\nq,,"])
def test_a_row_without_options_is_told_as_such(table):
    assert {one.why for _, one in made("csv", table).refused} == {"it has no options: a poll needs two"}


def test_a_right_answer_that_is_no_option_is_told_with_its_line():
    text = "question,A,B,answer\nq,x,y,A\n\nr,x,y,z\n"

    assert refusals("csv", text) == [(4, "its right answer 'z' is neither an option nor the letter or number of one")]


def test_a_poll_of_telegram_desktop_has_shares_and_no_right_answer():
    answers = [{"text": "x", "voters": 3}, {"text": "y", "voters": 0}]
    asked = ["a ", {"type": "bold", "text": "b"}]
    (poll,) = polls("telegram", json.dumps({"messages": [{"poll": {"question": asked, "answers": answers}}]}))

    assert (poll.question, poll.kind, poll.shares) == ("a b", "opinion", (3.0, 0.0))


def test_messages_that_ask_nothing_are_counted():
    text = json.dumps({"messages": [{"type": "message", "text": "hi"}, {"type": "service"}]})

    assert [one.what for _, one in made("telegram", text).told][1:] == ["1 message without a poll left out"]


@pytest.mark.parametrize("line", ["да — 30%", "да: 30 %", "да 30%", "да - 30,0%"])
def test_what_stands_between_an_option_and_its_share_is_no_part_of_it(line):
    (poll,) = polls("text", f"Да?\n{line}\nнет 70%")

    assert [one.text for one in poll.options] == ["да", "нет"]


@pytest.mark.parametrize("rule", ["---", "-----", "- - -"])
def test_a_line_between_questions_is_none_between_posts(rule):
    text = f"# First?\n- [x] a\n- [ ] b\n\n{rule}\n\n# Second?\n- [ ] c\n- [x] d\n\nBut\n\n{rule}\n\nnot always.\n"
    first, second = polls("quizdown", text)

    assert (first.explanation, second.explanation) == ("", "But\n\n***\n\nnot always.")


def test_aiken_may_be_written_in_russian_letters():
    assert key("aiken", "Какой?\nА) да\nБ) нет\nВ. оба\nОТВЕТ: В\n") == [{"да": False, "нет": False, "оба": True}]
    assert refusals("aiken", "Какой?\nA) да\nB) нет\nANSWER: В\n") == [
        (1, "ANSWER: В is a letter of another alphabet than its options")
    ]


def test_a_copied_thread_is_told_apart_into_posts_and_polls_with_their_shares():
    text = "1/3 Hello\nthere\n\nWhich?\na) one\nb) two\n\nnotion image\n\nBye\n"
    draft = made("text", text)

    assert [(one.item.line, one.item.text) for one in draft.taken] == [(1, "Hello\nthere"), (4, "Which?"), (10, "Bye")]
    assert [(one.line, one.what) for _, one in draft.told] == [(8, "'notion image' is left out")]


@pytest.mark.parametrize("lines", [["A. a", "B. b"], ["A. a", "B. b", "ANSWER: C"], ["ANSWER: A"]])
def test_aiken_without_a_right_answer_among_its_options_is_refused(lines):
    assert [line for line, _ in refusals("aiken", "\n".join(["", "q", *lines, ""]))] == [2]
