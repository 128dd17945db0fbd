"""What is said about a file is English, as `pollbot check` prints it, and can be said in Russian as a whole."""

import ast
import re
from pathlib import Path

import pytest

import bot.thread
from bot.thread import markdown
from bot.thread.worded import said
from bot.thread.worded import worded as made

HERE = Path(bot.thread.__file__).parent
FRONT = "---\ntitle: T\n---\n\n"
OURS = ("drawing", "typeface")  # what is wrong there is a mistake of ours
RAISED = ("Problem", "Fault", "ValueError", "PictureError", "TexError")


def sources():
    for path in sorted(HERE.rglob("*.py")):
        if path.stem not in OURS:
            yield ast.parse(path.read_text("utf-8"))


def test_no_words_are_put_together_that_could_be_told_in_no_other_language():
    """A sentence that an f-string makes has no pattern, so it is `worded`."""
    torn = [
        ast.unparse(node)
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        if re.search(
            "[a-z]{2,} [a-z]{2,} ", "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        )
    ]

    assert torn == []


def test_no_sentence_stands_there_that_could_be_told_in_no_other_language():
    """What is said of a file is `worded`; what is no sentence has no words in a row."""
    bare = [
        given.value
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED
        for given in node.args
        if isinstance(given, ast.Constant) and " " in str(given.value)
    ]

    assert bare == []


def test_a_sentence_is_its_english_and_says_what_is_in_it_in_russian_too():
    told = {"name": "open", "value": "'x'", "looks": "", "allowed": made("it is true or false")}
    wrong = made("{name} cannot be {value}{looks}: {allowed}", **told)

    assert wrong == "open cannot be 'x': it is true or false"
    assert said(wrong, "en") == wrong
    assert said(wrong, "ru") == "open не может быть 'x': бывает true или false"


def test_what_is_not_told_in_russian_is_english_as_a_whole():
    part = made("nobody has told {what}", what="this")

    assert (
        said(made("{told}: write {meant} instead", told=part, meant="open"), "ru")
        == "nobody has told this: write open instead"
    )


def test_what_an_author_has_written_stays_as_it_is():
    wrong = made("{text!r} has no box, unlike its neighbours: write - [ ] before an option", text="bold")

    assert "'bold'" in said(wrong, "ru")


WRONG = {
    "no title": "---\nlanguage: en\n---\n\nHello\n",
    "unknown key": "---\ntitle: T\nopne: 2h\n---\n\nHello\n",
    "no duration": FRONT.replace("T\n", "T\npause: 5 минут\n") + "Hello\n",
    "no time zone": FRONT.replace("T\n", "T\nstart: 2026-12-01 19:00\n") + "Hello\n",
    "too long": FRONT.replace("T\n", "T" * 200 + "\n") + "Hello\n",
    "one option": FRONT + "Which?\n\n- [x] this\n",
    "no question": FRONT + "- [x] this\n- [ ] that\n",
    "no right answer": FRONT + "Which?\n\n- [ ] this\n- [ ] that\n",
    "a long option": FRONT + f"Which?\n\n- [x] this\n- [ ] {'that' * 40}\n",
    "an experiment": FRONT + "```experiment\nrun: hads\noptions: [a, b]\n```\n\nWhich?\n\n- [x] this\n- [ ] that\n",
    "seeds": FRONT + "```experiment\nrun: heads\nseeds: 0\noptions: [a]\n```\n\nWhich?\n\n- [x] this\n- [ ] that\n",
    "a number": FRONT
    + "```experiment\nrun: heads\noptions: [a, b]\n```\n\nWhich?\n\n- [x] a\n- [ ] b\n\n{nothing:range}\n",
    "HTML": FRONT + "Hello <b>there</b>\n",
    "a formula": FRONT + "Hello $\\frac{1$ there\n",
    "TeX": FRONT + "Hello \\alpha there\n",
    "a picture": FRONT + "![](nowhere.png)\n",
    "an empty post": FRONT + "Hello\n\n---\n\n---\n\nBye\n",
    "no YAML": "---\ntitle:T\n---\n\nHello\n",
    "a tab": "---\ntitle: T\npoll:\n\topen: 2h\n---\n\nHello\n",
    "nothing seen": FRONT + "Hello \u200b there\n",
    "a link": FRONT + "[here](nowhere)\n",
    "the same option": FRONT + "Which?\n\n- [x] this\n- [ ] this\n",
    "no fence": FRONT + "```pol\nopen: 2h\n```\n\nHello\n",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_an_author_does_wrong_most_often_is_told_in_russian(wrong, tmp_path):
    _, problems = markdown.inspect(wrong, tmp_path)

    assert problems
    for problem in problems:
        told = said(problem.message, "ru")
        assert re.search("[а-яё]{3}", told), told
        assert not re.search(r"\b(the|is|write|of|and)\b", told), told
