"""Only what lies in the thread's folder is read, once, whatever is put in its place meanwhile; nothing hangs."""

import os
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.errors import ImportFileError, PictureError, ThreadError
from bot.imports import draft
from bot.imports import file as imported
from bot.thread.reader import disk, raster, source
from tests.factory import png

LARGE = 1 << 20
READERS = {
    "thread": (source.load, ThreadError),
    "import": (lambda path: imported.opened(path, None), ImportFileError),
    "picture": (lambda path: raster.load(path.name, path.parent), PictureError),
}


@contextmanager
def exchanging(place: Path, inside: Path, outside: Path):
    """What stands at `place` leads inside and outside by turns, as fast as can be."""
    stop = threading.Event()

    def exchange() -> None:
        fresh = place.with_name("fresh")
        while not stop.is_set():
            for target in (outside, inside):
                fresh.symlink_to(target)
                fresh.replace(place)

    thread = threading.Thread(target=exchange)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("name", ["a.png", "deep/a.png"])
def test_a_link_that_is_exchanged_after_it_was_looked_at_leads_nowhere(tmp_path, name):
    """A file or a folder on the way becomes a link out of the thread's folder, between the look and the reading."""
    for folder, content in (("thread/in", b"mine"), ("elsewhere", b"secret")):
        (tmp_path / folder / name).parent.mkdir(parents=True)
        (tmp_path / folder / name).write_bytes(content)
    place, folder = tmp_path / "thread/at", tmp_path / "thread"
    target = tmp_path / "thread/in", tmp_path / "elsewhere"
    (folder / "at").symlink_to("in")
    seen = set()
    with exchanging(place, *target):
        for _ in range(3_000):
            try:
                seen.add(disk.read_below(folder, place / name, LARGE))
            except (disk.OutsideError, OSError):
                seen.add(None)

    assert seen == {b"mine", None}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("make", ["fifo", "folder", "endless", "socketless link"])
def test_what_is_no_file_is_told_in_a_sentence_and_never_waited_for(tmp_path, kind, make):
    read, error = READERS[kind]
    path = tmp_path / "a.md"
    if make == "fifo":
        os.mkfifo(path)
    elif make == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero" if make == "endless" else "gone")

    with pytest.raises(error, match=r"a\.md"):
        read(path)


@pytest.mark.parametrize("kind", READERS)
def test_a_file_beyond_the_bound_is_not_read(tmp_path, kind):
    read, error = READERS[kind]
    with (tmp_path / "a.md").open("wb") as stream:
        stream.truncate(1 << 40)

    with pytest.raises(error, match="at most"):
        read(tmp_path / "a.md")


def test_a_file_whose_size_says_nothing_is_bounded_as_well():
    """As those of the kernel, which say that they are empty."""
    path = Path("/proc/self/smaps")
    assert path.stat().st_size == 0

    with pytest.raises(disk.TooLargeError):
        disk.read(path, 100)


@pytest.mark.parametrize("target", ["a.png", "/etc/passwd", "../a.png", "file:///etc/passwd", "http://x/a.png"])
def test_a_file_of_questions_has_no_other_file_read(tmp_path, target):
    """Not even where there is one of that name: it is not the importer's to look for pictures."""
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "q.md").write_text(f"Which?\n\n![]({target})\n\n- [x] a\n- [ ] b\n")
    source_ = imported.opened(tmp_path / "q.md", "tasks")

    assert draft.made([(source_.path, item) for item in source_.items()], "T", "en").text == ""


@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_is_written_through_a_link(tmp_path, overwrite):
    """Not even where the link leads to nothing yet: there, a file would appear."""
    (tmp_path / "out.md").symlink_to(tmp_path / "elsewhere")
    with suppress(FileExistsError):
        disk.write(tmp_path / "out.md", b"mine", overwrite=overwrite)

    assert not (tmp_path / "elsewhere").exists()
    assert overwrite == (not (tmp_path / "out.md").is_symlink())


def test_a_name_that_is_taken_by_a_pipe_is_other_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "out.md")

    assert not disk.same(tmp_path / "out.md", b"x")
    disk.write(tmp_path / "out.md", b"x", overwrite=True)
    assert disk.same(tmp_path / "out.md", b"x")
