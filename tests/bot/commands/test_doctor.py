import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from bot.commands import doctor, mend
from bot.errors import StoreError
from bot.store import due_polls, messages, polls, questions, schedule, store, votes
from bot.store.messages import Intent
from bot.store.polls import Tally
from bot.thread.model import Experiment
from tests import transitions
from tests.conftest import NOON
from tests.factory import GROUP, HOUR, answer, asked, poll, publish, send, text


@pytest.fixture
def database(database):
    """A database on which a bot and a worker run at noon."""
    with database.begin() as connection:
        for fact in ("tick", "beat"):
            store.remember(connection, fact, NOON.isoformat())
    return database


@pytest.fixture
def voted(database):
    publish(database, NOON, asked(poll()), text("next"))
    send(database, NOON, 10, telegram_id="P")
    cast = [answer(1, "P", 1, 0), answer(2, "P", 2, 1), answer(3, "P", 3, 2), answer(4, "P", 3)]
    votes.record(database, cast, b"key", NOON)
    return database


def test_a_sound_database_has_no_complaint(voted):
    assert doctor.examine(voted, NOON) == []


@pytest.mark.parametrize(
    ("damage", "complaint", "mend"),
    [
        ("UPDATE tallies SET votes = 7 WHERE option = 0", "option 0, is 7, its votes say 1", "SET votes = 1"),
        ("UPDATE polls SET voters = 9", "has 9 voters, its votes say 2", "SET voters = 2"),
        ("UPDATE polls SET state = 'closed'", "is closed without a final tally", "SET state = 'closing'"),
        ("UPDATE messages SET message_ids = '[]'", "is sent and has no id", "SET state = 'sending'"),
    ],
)
def test_damage_is_found_and_its_mending_mends_it(voted, damage, complaint, mend):
    with voted.begin() as connection:
        connection.execute(sql(damage))
    (found,) = doctor.examine(voted, NOON)

    assert complaint in found
    assert mend in found
    statement = found.partition("mend: ")[2].partition(": ")[0]
    with voted.begin() as connection:
        connection.execute(sql(statement))
    assert [line for line in doctor.examine(voted, NOON) if complaint in line] == []
    transitions.forget(voted)  # damage is no transition


def test_what_waits_for_the_admin_is_told_with_its_command(database):
    publish(database, NOON, text("a"))
    intent = Intent(schedule.due_posts(database, NOON)[0].address.post_id, "post", 0)
    messages.intend(database, intent, chat_id=GROUP.id, digest="digest", now=NOON)
    questions.stop(database, intent, "failed", "bot was kicked")

    assert doctor.examine(database, NOON) == [
        "post 1 1: bot was kicked; mend: look into the chat, then pollbot mend 1 1 --send or --done"
    ]


def forget(database, fact: str) -> None:
    with database.begin() as connection:
        connection.execute(sql("DELETE FROM facts WHERE name = :fact"), {"fact": fact})


def test_a_bot_that_never_ran_is_told(database):
    forget(database, "tick")

    assert doctor.examine(database, NOON) == ["no bot has ever run on this database; mend: pollbot run"]


@pytest.mark.parametrize("hours", [2, -2])
def test_a_tick_that_is_old_or_of_a_clock_that_was_put_back_is_told(database, hours):
    (found,) = doctor.examine(database, NOON + hours * HOUR)

    assert found.startswith("the bot was last alive ")


def test_runs_that_wait_without_a_worker_are_told_at_once(database):
    publish(database, NOON, asked(poll(experiment=Experiment(run="heads", options=("first", "last", "all")))))
    assert doctor.examine(database, NOON) == []
    forget(database, "beat")

    assert [line.partition("; mend")[0] for line in doctor.examine(database, NOON)] == [
        "1 run waits, and no worker has ever run on this database"
    ]


def test_posts_that_are_overdue_are_told_and_those_behind_them_are_not(database):
    publish(database, NOON - HOUR, text("a"), text("b"))

    assert [line for line in doctor.examine(database, NOON) if line.startswith("post")] == [
        "post 1 1 was due at 2026-12-01 11:00 UTC; mend: pollbot run, or see the bot's log"
    ]


def test_a_post_of_another_version_is_told_with_what_mends_it(database):
    publish(database, NOON, text("a"))
    with database.begin() as connection:
        connection.execute(sql("UPDATE posts SET content = json_set(content, '$.colour', 'red')"))
    (found,) = doctor.examine(database, NOON)

    assert "colour: Extra inputs are not permitted" in found
    assert found.endswith("mend: look into the chat, then pollbot mend 1 1 --done")
    mend.mend(database, 1, 1, NOON, send=False)
    assert doctor.examine(database, NOON) == []


def test_a_stopped_reveal_is_told(voted):
    closed = due_polls.to_close(voted, NOON + HOUR)[0]
    polls.closing(voted, closed.id)
    polls.closed(voted, closed.id, Tally((1, 1, 0), 2), NOON + HOUR)
    questions.hold(voted, closed.address, "reveal", "broken", "photo_invalid_dimensions", NOON)

    assert [line for line in doctor.examine(voted, NOON) if "photo" in line] == [
        "post 1 1: photo_invalid_dimensions; mend: look into the chat, then pollbot mend 1 1 --send or --done"
    ]


def test_a_disk_that_takes_nothing_is_told(database, url, tmp_path):
    program = f"""
import resource
from bot.commands import doctor, mend
from bot.store import store
from tests.conftest import NOON
database = store.connect({url!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
print(doctor.examine(database, NOON)[0])
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert "pollbot.db cannot be written: " in told


def test_a_poll_that_should_be_closed_long_ago_and_a_bot_that_sleeps_are_told(voted):
    found = doctor.examine(voted, NOON + 3 * HOUR)

    assert any("the bot was last alive 3 h ago (2026-12-01 12:00:00 UTC); mend: pollbot run" in line for line in found)
    assert any("poll 1 is open though its time is long over" in line for line in found)


def test_a_backup_is_whole_while_votes_come_in(voted, tmp_path):
    stop = threading.Event()

    def write() -> None:
        number = 10
        while not stop.is_set():
            votes.record(voted, [answer(number, "P", number, 0)], b"key", NOON)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    doctor.backup(voted, tmp_path / "copy.db")
    stop.set()
    writer.join()

    copy = store.connect(f"sqlite:///{tmp_path / 'copy.db'}")
    assert [line for line in doctor.examine(copy, NOON + timedelta(0)) if "votes say" in line] == []
    copy.dispose()


def test_a_backup_never_overwrites(voted, tmp_path):
    (tmp_path / "copy.db").write_text("mine")

    with pytest.raises(StoreError, match="exists; choose another name"):
        doctor.backup(voted, tmp_path / "copy.db")


def test_a_backup_is_for_its_owner_alone_whatever_the_umask(voted, tmp_path):
    usual = os.umask(0)
    try:
        doctor.backup(voted, tmp_path / "copy.db")
    finally:
        os.umask(usual)

    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_does_not_follow_a_link_to_where_there_is_nothing(voted, tmp_path):
    (tmp_path / "copy.db").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StoreError, match="exists; choose another name"):
        doctor.backup(voted, tmp_path / "copy.db")
    assert not (tmp_path / "elsewhere").exists()


def test_a_backup_into_nowhere_is_one_sentence(voted, tmp_path):
    with pytest.raises(StoreError, match="is its folder there"):
        doctor.backup(voted, tmp_path / "no" / "copy.db")


def test_rows_that_hang_in_the_air_are_told_with_their_table(voted, tmp_path):
    doctor.backup(voted, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as raw, raw:
        raw.execute("UPDATE posts SET publication_id = 99")
    copy = store.connect(f"sqlite:///{tmp_path / 'copy.db'}")
    found = doctor.examine(copy, NOON)
    copy.dispose()

    assert "foreign_key_check: posts 1 publications 0" in found[0]
    assert "put the last backup in its place" in found[0]


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "x.db").write_bytes(b"hello" * 1000)

    with pytest.raises(StoreError, match="is not a SQLite database"):
        store.connect(f"sqlite:///{tmp_path / 'x.db'}")
