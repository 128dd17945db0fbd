from sqlalchemy import text

from bot.store import store


def test_sqlite_runs_in_wal_mode_with_foreign_keys(database):
    with store.reading(database) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_voter_key_is_made_once_and_kept(database):
    assert store.voter_key(database, "") == store.voter_key(database, "")


def test_a_configured_voter_key_is_used_as_it_is(database):
    assert store.voter_key(database, "mine") == b"mine"


def test_a_reader_does_not_wait_for_a_writer(database):
    with database.begin() as writer, store.reading(database) as reader:
        store.remember(writer, "name", "new")

        assert store.fact(reader, "name", "old") == "old"
