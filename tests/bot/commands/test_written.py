"""A publication written back: as the thread that it was, with its pictures; as GIFT that is read the same."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.commands import publish, written
from bot.errors import ImportFileError
from bot.imports import gift_writer
from bot.imports.draft import made
from bot.imports.formats import gift
from bot.store import schedule
from bot.thread import markdown
from bot.thread.model import Image, Option, Poll, Post
from tests.bot.thread.test_properties import without_lines
from tests.bot.thread.writing import threads
from tests.conftest import NOON
from tests.factory import CHANNEL, MINUTE, asked, png, poll, text, thread

PIXEL = png()
PICTURE = Post(line=1, text="look", pictures=(Image(path="a/b c.png"),), pause=MINUTE)


def stored(database, folder, *posts):
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "b c.png").write_bytes(PIXEL)
    given_ = thread(*posts)
    publish.store_thread(database, given_, folder / "t.md", CHANNEL, NOON, NOON)
    return given_


def test_a_publication_is_written_as_the_thread_that_it_was_with_its_pictures(database, tmp_path):
    first = stored(database, tmp_path / "in", text("hi"), asked(poll()), text(after="polls"), PICTURE)
    out = tmp_path / "out" / "t.md"
    written.export(database, 1, "markdown", out, overwrite=False)

    assert without_lines(markdown.read(out)) == without_lines(first)
    assert (out.parent / "a" / "b c.png").read_bytes() == PIXEL


def test_nothing_is_written_where_a_picture_would_be_overwritten(database, tmp_path):
    stored(database, tmp_path / "in", PICTURE)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b c.png").write_bytes(b"mine")

    with pytest.raises(ImportFileError, match=r"b c\.png' is there already"):
        written.export(database, 1, "markdown", tmp_path / "t.md", overwrite=False)
    assert not (tmp_path / "t.md").exists()


def test_a_stored_path_never_leads_out_of_the_folder(database, tmp_path):
    outside = Post(line=1, pictures=(Image(path="../x.png"),), pause=MINUTE)
    schedule.schedule(database, thread(outside), CHANNEL, start=NOON, now=NOON, files=[[PIXEL]])

    with pytest.raises(ImportFileError, match="not below the thread's folder"):
        written.export(database, 1, "markdown", tmp_path / "in" / "t.md", overwrite=True)
    assert list(tmp_path.rglob("*.png")) == []


@pytest.mark.parametrize("overwrite", [False, True])
def test_no_link_on_the_way_leads_out_of_the_folder(database, tmp_path, overwrite):
    stored(database, tmp_path / "in", PICTURE)
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "a").symlink_to(elsewhere)

    with pytest.raises(ImportFileError, match="would lie elsewhere"):
        written.export(database, 1, "markdown", out / "t.md", overwrite=overwrite)
    assert [*elsewhere.iterdir(), *out.glob("*.md")] == []


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_that_is_a_link_to_nothing_is_not_written_through(database, tmp_path, overwrite):
    stored(database, tmp_path / "in", text("hi"))
    (tmp_path / "t.md").symlink_to(tmp_path / "elsewhere")
    with suppress(ImportFileError):
        written.export(database, 1, "markdown", tmp_path / "t.md", overwrite=overwrite)

    assert not (tmp_path / "elsewhere").exists()


def test_on_standard_output_it_is_told_that_pictures_are_missing(database, tmp_path, capsys):
    stored(database, tmp_path, PICTURE)
    written.export(database, 1, "markdown", None, overwrite=False)
    said = capsys.readouterr()

    assert "![](a/b%20c.png)" in said.out
    assert "--out FILE" in said.err


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(threads)
def test_what_was_written_as_gift_is_read_the_same(thread):
    items = [(Path("q"), item) for item in gift.read(gift_writer.written(thread), "en")]
    draft = made(items, "T", "en")
    found = [post.poll for post in markdown.parse(draft.text, "t.md").posts if post.poll] if draft.text else []

    assert [told(one) for one in found] == [
        told(post.poll) for post in thread.posts if post.poll and post.poll.kind != "opinion"
    ]
    assert draft.refused == []


def told(poll: Poll):
    return poll.description, poll.question, poll.options, poll.explanation


def test_what_gift_cannot_hold_is_told():
    opinion = Poll(id="o", question="So?", options=(Option(text="a"), Option(text="b")), kind="opinion")
    given_ = thread(asked(opinion), PICTURE)

    assert gift_writer.written(given_).startswith("// So?: an opinion")
    assert [line[:6] for line in gift_writer.left_out(given_)] == ["post 1", "post 2"]


def test_an_option_that_is_a_picture_alone_is_never_empty_in_gift():
    text = "---\ntitle: T\n---\nQ\n\n- [x] $$x^2$$\n- [ ] $$\\begin{matrix} a \\\\ b \\end{matrix}$$"

    assert "{\n\t=A. x²\n\t~B\n}" in gift_writer.written(markdown.parse(text, "t.md"))
