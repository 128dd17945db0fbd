"""A demo deletes what a demo has left, and nothing else."""

import socket

import pytest

from bot.demo.folder import MARK, take
from bot.demo.processes import DemoError
from tests.patience import PATIENCE_S

QUICK = ("demo", "t.md", "--exit", "--port", "0", "--voters", "2", "--open", "1")


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """The folder of a demo that has ended; `demo/` in the current directory."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "demo"
    with take(folder):
        for name in (
            "pollbot.db",
            "pollbot.db.voter-key",
            "bot.log",
            "emulator.log",
            "summary.json",
            "a-channel.png",
            "a-supergroup.png",
        ):
            (folder / name).write_text("left")
        (folder / "pollbot.db.checkpoints" / "run").mkdir(parents=True)
    return folder


def test_nobody_else_may_look_into_the_folder_of_a_demo_whoever_made_it(demo):
    demo.chmod(0o755)
    take(demo).close()

    assert demo.stat().st_mode & 0o777 == 0o700


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_what_the_last_demo_left_makes_room_for_the_next(demo):
    take(demo).close()

    assert names(demo) == {MARK}


@pytest.mark.parametrize("name", ["precious.txt", "a.png", "pollbot.db.copy", ".hidden", "bot.log.1"])
def test_a_file_that_no_demo_leaves_keeps_everything(demo, name):
    (demo / name).write_text("thesis")
    before = names(demo)

    with pytest.raises(DemoError, match=f"holds what no demo has left there: {name}; move it away"):
        take(demo)
    assert names(demo) == before


def test_a_link_or_folder_with_the_name_of_a_leftover_is_none(demo, tmp_path):
    (demo / "bot.log").unlink()
    (demo / "bot.log").symlink_to(tmp_path)
    (demo / "summary.json").unlink()
    (demo / "summary.json").mkdir()

    with pytest.raises(DemoError, match=r"no demo has left there: bot.log, summary.json"):
        take(demo)


def test_a_folder_of_before_there_was_a_mark_is_known_by_all_that_a_demo_leaves(demo):
    (demo / MARK).unlink()
    take(demo).close()

    assert names(demo) == {MARK}


@pytest.mark.parametrize("gone", ["pollbot.db", "bot.log", "emulator.log"])
def test_without_a_mark_a_part_of_that_is_not_enough(demo, gone):
    (demo / MARK).unlink()
    (demo / gone).unlink()
    before = names(demo)

    with pytest.raises(DemoError, match="bears no mark of a demo"):
        take(demo)
    assert names(demo) == before


def test_an_empty_folder_is_taken(tmp_path):
    take(tmp_path).close()

    assert names(tmp_path) == {MARK}


def test_somebody_s_folder_outlives_a_demo(place):
    (place.folder / "demo").mkdir()
    (place.folder / "demo" / "precious.txt").write_text("thesis")

    assert "demo/ holds what no demo has left there: precious.txt; move it away" in place.refused(*QUICK)
    assert (place.folder / "demo" / "precious.txt").read_text() == "thesis"


@pytest.mark.parametrize("make", [lambda path: path.write_text("x"), lambda path: path.symlink_to("/tmp")])
def test_a_file_or_link_in_its_place_is_told(place, make):
    make(place.folder / "demo")

    assert "where the demo makes its folder; move it away" in place.refused(*QUICK)


def test_a_running_demo_keeps_its_folder(place):
    first = place.start("demo", "t.md", "--port", "0", "--open", "60")
    assert "The chats are at" in first.stdout.readline()
    database = place.folder / "demo" / "pollbot.db"
    before = database.stat().st_ino

    assert "demo/ belongs to a demo that is running" in place.refused(*QUICK)
    assert database.stat().st_ino == before
    first.terminate()
    assert first.wait(PATIENCE_S) == 143


def test_the_port_is_taken_before_the_folder_is_touched(place, demo):
    before = names(demo)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = place.refused("demo", "t.md", "--port", port)

    assert f"port {port} cannot be had: address already in use; give another one" in said
    assert names(demo) == before


def test_a_folder_that_cannot_be_made_is_told(place):
    thread = str(place.folder / "t.md")
    place.folder = type(place.folder)("/proc")  # where nobody makes a folder, root neither

    assert "demo/ cannot be used: no such file or directory; run the demo where you may" in place.refused(
        "demo", thread, "--port", "0"
    )


@pytest.mark.parametrize("blocks", [0, 1, 64])
def test_a_disk_that_takes_no_more_is_told(place, blocks):
    limit = ("sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh")  # every longer file: "file too large", as ENOSPC

    said = place.refused(*QUICK, before=limit)
    assert "demo/" in said
    assert place.is_left()
