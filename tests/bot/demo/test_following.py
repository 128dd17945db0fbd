"""Whatever an editor does with a file, what has changed is seen once, and nothing else is."""

import os

import pytest

from bot.demo.following import Follower
from tests.factory import png


def rewrite(file, text):
    file.write_text(text)


def replace(file, text):
    draft = file.with_name("draft~")
    draft.write_text(text)
    draft.replace(file)


def delete_first(file, text):
    file.unlink()
    file.write_text(text)


def with_the_time_that_it_had(file, text):
    """As on a file system whose times are coarse; the text is as long as before."""
    before = file.stat()
    file.write_text(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def followed(tmp_path):
    file = tmp_path / "t.md"
    file.write_text("one")
    follower = Follower(file)
    follower.begin()
    return follower


def seen(follower) -> bool:
    """Is a change seen, at one of as many looks as it takes? And then no more of it."""
    found = follower.changed() or follower.changed()
    follower.begin()
    assert not follower.changed()
    return found


@pytest.mark.parametrize("save", [rewrite, replace, delete_first, with_the_time_that_it_had])
def test_a_file_that_is_saved_has_changed(followed, save):
    save(followed.file, "two")

    assert seen(followed)


def test_a_file_that_is_saved_as_it_was_has_not_changed(followed):
    replace(followed.file, "one")

    assert not seen(followed)


def test_a_file_in_the_middle_of_being_written_is_let_be(followed):
    followed.file.write_text("")
    first = followed.changed()
    followed.file.write_text("two")

    assert (first, followed.changed(), followed.changed()) == (False, False, True)


def test_a_file_that_goes_and_comes_has_changed_twice(followed):
    followed.file.unlink()
    assert seen(followed)
    followed.file.write_text("one")

    assert seen(followed)


def test_a_picture_that_is_missing_is_waited_for_and_one_that_changes_is_seen(followed, tmp_path):
    followed.belongs(["my picture.png"])
    assert seen(followed)  # it was not looked at before
    (tmp_path / "my picture.png").write_bytes(png())
    assert seen(followed)
    replace(tmp_path / "my picture.png", "no picture")

    assert seen(followed)


@pytest.mark.parametrize("name", ["", "..", "a" * 300 + ".png", "\0.png", "/etc/passwd"])
def test_a_picture_with_an_impossible_name_is_no_reason_to_stop(followed, name):
    followed.belongs([name])
    seen(followed)

    assert not seen(followed)
