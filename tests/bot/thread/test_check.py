"""`pollbot check` says what is wrong so that a person can mend it, and a program can read it."""

import json
from io import StringIO

import pytest
from rich.console import Console

from bot.commands import check

BAD = "---\ntitle: T\nlanguge: ru\n---\nx <b>\n"
GOOD = "---\ntitle: T\n---\nQ\n- [x] a\n- [ ] b\n"


@pytest.fixture
def said():
    def run(*paths, form="text"):
        console = Console(file=StringIO(), width=80, color_system=None)
        count = check.files(paths, form, console)
        return count, console.file.getvalue()

    return run


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(text):
        path = tmp_path / "t.md"
        path.write_text(text, encoding="utf-8")
        return path.relative_to(tmp_path)

    return make


def test_each_problem_stands_with_its_line_and_a_caret_under_the_column(said, file):
    count, text = said(file(BAD))

    assert count == 2
    assert text.splitlines() == [
        "t.md:3:1: error: unknown key 'languge': did you mean 'language'?",
        "     3 | languge: ru",
        "       | ^",
        "",
        "t.md:5:3: error: Telegram would drop the HTML <b>: write **bold** instead",
        "     5 | x <b>",
        "       |   ^",
        "",
        "2 problems in t.md",
    ]


def test_a_good_file_says_what_it_holds(said, file):
    assert said(file(GOOD)) == (0, "t.md: fine: 1 post, 1 poll, 0 experiments\n")


def test_a_sign_that_the_reveal_s_picture_cannot_draw_is_a_warning_with_its_code(said, file):
    count, text = said(file("---\ntitle: T\n---\n👍 漢 қ?\n- [x] a \U00013000\n- [ ] 🤷🏽\u200d♀️\n"))

    assert count == 0
    assert text.startswith(
        "t.md:5:9: warning: the picture of a reveal has no glyph for '\U00013000' (U+13000 EGYPTIAN HIEROGLYPH A001)"
    )
    assert text.count("warning: ") == 1


def test_of_a_long_line_the_part_around_the_problem_is_shown(said, file):
    _, text = said(file(GOOD + "\n" + "слово " * 50 + "<b> " + "слово " * 50))
    shown, caret = text.splitlines()[1:3]

    assert len(shown) < 120
    assert shown[caret.index("^") :].startswith("<b>")


def test_the_caret_stands_right_below_wide_letters(said, file):
    _, text = said(file(GOOD + "\n日本 🔥 <b>"))

    assert "     8 | 日本 🔥 <b>\n       |         ^\n" in text


def test_json_lists_every_problem_of_every_file(said, file, tmp_path):
    count, text = said(file(BAD), tmp_path / "none.md", form="json")

    assert count == 3
    assert json.loads(text)[0] == {
        "file": "t.md", "line": 3, "column": 1, "severity": "error",
        "message": "unknown key 'languge': did you mean 'language'?",
    }  # fmt: skip
    assert [problem["file"] for problem in json.loads(text)] == ["t.md", "t.md", str(tmp_path / "none.md")]


def test_json_of_good_files_is_an_empty_list(said, file):
    assert said(file(GOOD), form="json") == (0, "[]\n")


def test_control_characters_do_not_reach_the_terminal(said, file):
    _, text = said(file(GOOD + "\x1b[31mred"))

    assert "\x1b" not in text


def test_square_brackets_in_a_line_are_no_colours(said, file):
    _, text = said(file(GOOD + "\n[red]x[/red] <b>"))

    assert "[red]x[/red] <b>" in text
