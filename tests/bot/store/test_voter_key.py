"""The key of the pseudonyms: beside the database, known by its fingerprint, and never another one by mistake."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import SettingsError, StoreError
from bot.store import pseudonym, schema, store, voter_key, votes
from bot.store.polls import Tally, closed
from bot.store.polls import closing as close
from tests.bot.store import stored
from tests.bot.store.test_processes import told
from tests.conftest import NOON
from tests.factory import answer, asked, poll, publish, send

OWN = "0123456789abcdef" * 4  # the key that the stored database holds
NEW = votes.NUMBERING + 5  # as the stored database numbers update 5
MINE, OTHER = "m" * 16, "o" * 16


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pollbot.db.voter-key"


@pytest.fixture
def old(tmp_path, url):
    """A database of 0001 with its key in it, and with a name in what could not be read."""
    stored.load(tmp_path / "pollbot.db")
    return url


def voted(database, key, update_id=1):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10, telegram_id="P")
    votes.record(database, [answer(update_id, "P", 1, 0)], key, NOON)


def test_the_key_is_made_once_and_lies_beside_for_its_owner_alone(database, path):
    made_ = voter_key.of(database, "")

    assert voter_key.of(database, "") == made_ == path.read_bytes().strip()
    assert path.stat().st_mode & 0o777 == 0o600


def test_neither_the_database_nor_its_backup_nor_its_log_holds_the_key(database, tmp_path):
    key = voter_key.of(database, "")
    with store.reading(database) as connection, closing(sqlite3.connect(tmp_path / "copy")) as copy:
        connection.connection.driver_connection.backup(copy)

    assert [path.name for path in tmp_path.iterdir() if key in path.read_bytes()] == ["pollbot.db.voter-key"]


@pytest.mark.parametrize("short", ["a", "x" * 15])
def test_a_short_key_is_refused(database, short):
    with pytest.raises(SettingsError, match="at least 16"):
        voter_key.of(database, short)


def test_a_long_key_is_hashed_and_not_cut(database):
    assert voter_key.of(database, "k" * 64 + "1") not in (b"k" * 64, voter_key.of(made_anew(database), "k" * 64 + "2"))


def made_anew(database):
    with database.begin() as connection:
        connection.execute(text("DELETE FROM facts WHERE name = 'fingerprint'"))
    return database


def test_a_long_key_under_which_people_have_voted_stays_cut_as_it_was(database):
    voted(database, b"k" * 64)

    assert voter_key.of(database, "k" * 64 + "1") == voter_key.of(database, "k" * 64 + "1") == b"k" * 64


@pytest.mark.parametrize("first", ["", MINE])
def test_another_key_is_refused_with_what_to_do(database, first):
    voter_key.of(database, first)

    with pytest.raises(StoreError, match=r"counted twice: put the right one in its place.*pollbot rekey"):
        voter_key.of(database, OTHER)


@pytest.mark.parametrize("ever", [True, False])
def test_a_lost_key_is_refused_with_what_to_do(database, path, ever):
    if ever:
        voter_key.of(database, "")
        path.unlink()
    else:  # it was in a setting, and no version knew its fingerprint
        voted(database, MINE.encode())

    with pytest.raises(StoreError, match=f"missing: put {path.name} back.*pollbot rekey"):
        voter_key.of(database, "")
    assert not path.exists()


def test_a_file_that_holds_no_key_is_refused(database, path):
    voter_key.of(database, "")
    path.write_text("\n")

    with pytest.raises(StoreError, match="holds 0 bytes, and a voter key has at least 16"):
        voter_key.of(database, "")


def test_the_key_of_a_database_from_before_comes_out_of_it_and_out_of_the_copies(old, path, tmp_path):
    with store.created(old) as database:
        assert voter_key.of(database, "") == OWN.encode()

    assert {"pollbot.db", f"pollbot.db.before-{schema.revisions()[-1]}"} < {file.name for file in tmp_path.iterdir()}
    assert [file.name for file in tmp_path.iterdir() if OWN.encode() in file.read_bytes()] == [path.name]
    assert [file.name for file in tmp_path.iterdir() if b'"id": "ten"' in file.read_bytes()] == []


def test_a_vote_of_before_and_one_after_the_upgrade_are_one_voter_s(old):
    with store.created(old) as database:
        key = voter_key.of(database, "")
        with database.begin() as connection:
            connection.execute(text("INSERT INTO votes VALUES (2, :one, 1, 1, 0)"), {"one": pseudonym.of(7, key, None)})
            (known,) = connection.execute(text("SELECT telegram_id FROM polls WHERE id = 2")).one()
        votes.record(database, [answer(5, known, 7, 1)], key, NOON)

        with store.reading(database) as connection:
            standing = connection.execute(
                text("SELECT voter, update_id FROM votes WHERE update_id IN (1, :n)"), {"n": NEW}
            )
            assert standing.all() == [(pseudonym.of(7, key, None), NEW)]


def test_a_kill_at_any_moment_loses_no_key_and_the_next_start_ends_what_was_begun(tmp_path):
    seen = told("keyless", tmp_path)

    assert seen["problems"] == []
    assert seen["moments"] > 20


def test_a_database_whose_key_is_not_the_one_beside_it_is_refused(old, path):
    path.write_text(OTHER)

    with pytest.raises(StoreError, match=r"holds a voter key, and .* is another one"):
        store.create(old)
    assert path.read_text() == OTHER


def test_a_new_key_may_take_the_place_of_the_old_one_when_nobody_can_vote(database, path):
    old_ = voter_key.of(database, "")
    voted(database, old_)
    with pytest.raises(StoreError, match="people can vote in post 1 of publication 1, and would be counted twice"):
        voter_key.rekey(database, "")
    close(database, 1)
    closed(database, 1, Tally((1, 0, 0), 1), NOON)
    voter_key.rekey(database, "")

    assert voter_key.of(database, "") == path.read_bytes().strip() != old_


def test_a_setting_may_take_the_place_of_the_file(database):
    voter_key.of(database, "")
    voter_key.rekey(database, MINE)

    assert voter_key.of(database, MINE) == MINE.encode()
    with pytest.raises(StoreError, match="not the key"):
        voter_key.of(database, "")


def test_a_lost_key_can_be_replaced_while_people_vote_where_that_is_meant(database, path):
    voted(database, voter_key.of(database, ""))
    path.unlink()
    voter_key.rekey(database, "", anyway=True)

    assert voter_key.of(database, "") == path.read_bytes().strip()


def test_a_death_between_the_new_key_and_its_place_loses_neither(database, path, monkeypatch):
    voter_key.of(database, "")
    monkeypatch.setattr(Path, "replace", _dies)
    with pytest.raises(ZeroDivisionError):
        voter_key.rekey(database, "")
    monkeypatch.undo()
    key = voter_key.of(database, "")

    assert path.read_bytes().strip() == key
    assert sorted(one.name for one in path.parent.glob("*.voter-key*")) == [path.name]


def _dies(self, target):
    """Stops where the new key is about to take its place."""
    if self.name.endswith(".new"):
        raise ZeroDivisionError
    self.rename(target)


def test_a_key_that_a_death_left_before_the_database_knew_it_is_taken_up(database, path):
    path.write_text(MINE)

    assert voter_key.of(database, "") == MINE.encode()


RACER = """
import sys
from bot.store import store, voter_key

with store.opened(sys.argv[1]) as database:
    print("ready", flush=True)
    sys.stdin.readline()
    print(voter_key.of(database, "").decode())
"""


def test_four_processes_that_ask_at_once_get_one_key(database, url):
    command = [sys.executable, "-c", RACER, url]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    keys = [racer.communicate("go\n")[0].strip() for racer in racers]

    assert {key.encode() for key in keys} == {voter_key.of(database, "")}
