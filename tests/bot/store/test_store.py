from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, text

from bot.store import store


def test_sqlite_runs_in_wal_mode_with_foreign_keys(database):
    with store.reading(database) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize(("wanted", "level"), [("NORMAL", 1), ("FULL", 2)])
def test_every_connection_waits_for_the_disk_as_it_was_told(url, wanted, level):
    for opening in (store.created, store.opened):
        with opening(url, wanted) as database, store.reading(database) as one, store.reading(database) as other:
            assert {c.execute(text("PRAGMA synchronous")).scalar() for c in (one, other)} == {level}


def test_a_reader_does_not_wait_for_a_writer(database):
    with database.begin() as writer, store.reading(database) as reader:
        store.remember(writer, "name", "new")

        assert store.fact(reader, "name", "old") == "old"


def test_the_log_shrinks_after_a_reader_has_made_it_long(database, tmp_path):
    log = tmp_path / "pollbot.db-wal"
    with store.reading(database) as reader:
        store.fact(reader, "name")
        for number in range(40):
            with database.begin() as writer:
                store.remember(writer, "name", f"{number}" * (1 << 20))
    long = log.stat().st_size
    for word in ("one", "two"):  # after the first the log is copied, with the second it begins anew
        with database.begin() as writer:
            store.remember(writer, "name", word)

    assert long > store.LOG_LIMIT
    assert log.stat().st_size <= store.LOG_LIMIT


def test_as_many_threads_read_at_once_as_ask(database):
    with ExitStack() as stack:
        readers = [stack.enter_context(store.reading(database)) for _ in range(64)]

        assert {store.fact(reader, "name", "nothing") for reader in readers} == {"nothing"}


def test_the_connections_of_an_opened_database_are_closed_behind_it(url):
    with store.created(url) as made, store.reading(made):
        pass
    with store.opened(url) as database, store.reading(database):
        pass

    assert (made.pool.checkedin(), database.pool.checkedin()) == (0, 0)


def _level(database, begin):
    with begin(database) as connection:
        return connection.exec_driver_sql("PRAGMA synchronous").scalar()


def test_what_is_durable_is_on_the_disk_at_its_end_and_the_rest_costs_what_it_did(database):
    levels = [_level(database, begin) for begin in (Engine.begin, store.durable, Engine.begin)]

    assert levels == [1, 2, 1]  # NORMAL, FULL, NORMAL


def _fail(database):
    with store.durable(database) as connection:
        store.remember(connection, "name", "new")
        raise ZeroDivisionError


def test_a_durable_transaction_that_fails_leaves_all_as_it_was(database):
    with pytest.raises(ZeroDivisionError):
        _fail(database)

    with store.reading(database) as reader:
        assert store.fact(reader, "name", "old") == "old"
    assert _level(database, Engine.begin) == 1
