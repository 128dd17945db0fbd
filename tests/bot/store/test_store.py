import pytest
from sqlalchemy import text

from bot.errors import StoreError
from bot.store import store


def test_sqlite_runs_in_wal_mode_with_foreign_keys(database):
    with store.reading(database) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize(("wanted", "level"), [("NORMAL", 1), ("FULL", 2)])
def test_every_connection_waits_for_the_disk_as_it_was_told(url, wanted, level):
    database = store.connect(url, wanted)
    with store.reading(database) as one, store.reading(database) as other:
        assert {c.execute(text("PRAGMA synchronous")).scalar() for c in (one, other)} == {level}
    database.dispose()


def test_the_voter_key_is_made_once_and_kept(database):
    assert store.voter_key(database, "") == store.voter_key(database, "")


def test_a_configured_voter_key_is_used_as_it_is(database):
    assert store.voter_key(database, "mine") == b"mine"


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all/pollbot.db"])
def test_a_database_that_cannot_be_opened_is_named(url):
    with pytest.raises(StoreError, match=url.replace("/", ".")):
        store.connect(url)


def test_a_reader_does_not_wait_for_a_writer(database):
    with database.begin() as writer, store.reading(database) as reader:
        store.remember(writer, "name", "new")

        assert store.fact(reader, "name", "old") == "old"
