"""`pollbot import` as it is typed: where the draft goes, what is told beside it, and what it refuses to do."""

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import ImportFileError
from bot.imports import file
from bot.thread import markdown

GIFT = "::Sum::1+1?{=2 ~3}\n\nWhy?{}\n"


@pytest.fixture
def quiz(tmp_path):
    path = tmp_path / "quiz.gift"
    path.write_text(GIFT)
    return path


def typed(*words):
    return CliRunner().invoke(app, ["import", *map(str, words)])


def test_the_draft_goes_to_standard_output_and_the_report_beside_it(quiz):
    done = typed(quiz)

    assert done.exit_code == 0
    assert markdown.parse(done.stdout, "t.md").title == "quiz"
    assert done.stderr.splitlines() == [
        f"{quiz}: read as gift; by its letters English",
        f"{quiz}:3: refused: 'Why?': the answer is an essay; a poll needs options",
        "2 questions: 1 taken, 1 refused",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [("# A **quiz**[[it]]\n", "A quiz"), ("```py\n# a comment\n```\n\n# A quiz\n", "A quiz"), ("## Q\n", "page")],
)
def test_a_page_is_called_by_its_first_heading_or_its_file(tmp_path, text, title):
    page = tmp_path / "page.md"
    page.write_text(f"{text}\nQ?\n\n- [x] a\n- [ ] b\n")

    assert file.opened(page, None).title == title


def test_several_files_become_one_draft_with_the_line_of_each(quiz, tmp_path):
    other = tmp_path / "b.txt"
    other.write_text("Чему равно?\nA. одному\nB. двум\nANSWER: A\n", encoding="cp1251")
    done = typed(quiz, other)

    assert [post.poll.question for post in markdown.parse(done.stdout, "t.md").posts] == ["1+1?", "Чему равно?"]
    assert f"{other}:1: read as windows-1251: it is not UTF-8" in done.stderr


def test_a_file_that_is_there_is_overwritten_with_the_switch_alone(quiz, tmp_path):
    out = tmp_path / "out.md"
    out.write_text("mine")
    refused = typed(quiz, "--out", out)

    assert isinstance(refused.exception, ImportFileError)
    assert out.read_text() == "mine"
    assert typed(quiz, "--out", out, "--overwrite").exit_code == 0
    assert markdown.read(out).title == "quiz"


def test_where_no_question_can_be_taken_there_is_no_draft(tmp_path):
    path = tmp_path / "q.gift"
    path.write_text("Why?{}")
    done = typed(path, "--out", tmp_path / "out.md")

    assert done.exit_code == 1
    assert not (tmp_path / "out.md").exists()


def test_what_a_file_is_can_be_said(quiz):
    assert "read as text" in typed(quiz, "--from", "text").stderr


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x80\x81\x82", "byte 0x80 at 0; save it in UTF-8"),
        (b"hello", "--from course | gift"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"PK\x03\x04 a .docx", "is no text: save it as text or CSV"),
        (b"x" * (file.LARGEST + 1), f"at most {file.LARGEST} are taken"),
    ],
)
def test_what_cannot_be_read_is_told_with_a_remedy(tmp_path, data, why):
    path = tmp_path / "x"
    path.write_bytes(data)

    with pytest.raises(ImportFileError) as error:
        file.opened(path, None)
    assert why in str(error.value)


def test_control_characters_are_left_out_and_told(tmp_path):
    path = tmp_path / "x.gift"
    path.write_bytes(b"a\nb\x07?{=c ~d}")
    source = file.opened(path, None)

    assert source.text == "a\nb?{=c ~d}"
    assert [note.line for note in source.notes] == [2]
