"""What a demo cannot do is one sentence that says what can be done."""

import pytest


def test_a_file_that_is_not_there_is_told(place):
    assert "none.md:1:1: error: cannot read 'none.md': No such file or directory" in place.refused("demo", "none.md")


def test_a_thread_without_polls_is_shown_by_preview(place):
    (place.folder / "t.md").write_text("---\ntitle: T\n---\nHello.\n")

    assert "there is no poll to watch; `pollbot preview t.md` shows the posts" in place.refused("demo", "t.md")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--open", "nan"), ("--open", "inf"), ("--open", "-inf"), ("--open", "0"), ("--voters", "0"), ("--port", "70000")],
)
def test_a_number_beyond_its_limits_is_told(place, option, value):
    done = place.run("demo", "t.md", option, value)

    assert done.returncode == 2
    assert f"Invalid value for '{option}'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place.folder / "demo").exists()
