"""What no poll can have, and what cannot be stored: kept aside alone, and every good vote beside it is stored."""

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from bot.store import polls, store, votes
from bot.store.tables import history, strays
from bot.store.updates import OPTIONS
from tests.conftest import NOON
from tests.factory import CHANNEL, answer, asked, poll, publish, send, snapshot
from tests.refusing import refusing

KEY = b"secret"


def polled(database, updates):
    return votes.record(database, updates, KEY, NOON)


def pushed(database, updates):
    return votes.record_pushed(database, updates, KEY, NOON)


@pytest.fixture(params=[polled, pushed])
def record(request):
    return request.param


@pytest.fixture
def opened(database):
    """P is a poll of three options in a group, A an anonymous one in a channel."""
    for chat, name in ((None, "P"), (CHANNEL, "A")):
        publish(database, NOON, asked(poll()), **({"chat": chat} if chat else {}))
        send(database, NOON, 10, telegram_id=name, **({"chat": chat} if chat else {}))
    return database


def tallies(database):
    return [polls.known_tally(database, number).counts for number in (1, 2)]


def kept(database):
    with store.reading(database) as connection:
        return [tuple(row) for row in connection.execute(select(strays.c.update_id, strays.c.reason))]


@pytest.mark.parametrize("counts", [(), (1,), (1, 2), (1, 2, 3, 4), tuple(range(OPTIONS))])
def test_a_poll_with_another_number_of_options_is_kept_aside(opened, record, counts):
    stored = record(opened, [answer(1, "P", 7, 1), snapshot(2, "A", *counts), answer(3, "P", 8, 2)])

    assert kept(opened) == [(2, "poll A has 3 options")]
    assert (tallies(opened), stored.batch.ids) == ([(0, 1, 1), (0, 0, 0)], [1, 2, 3])


@pytest.mark.parametrize("options", [(3,), (0, 11), (1, 2, 3)])
def test_a_vote_for_an_option_that_the_poll_does_not_have_is_kept_aside(opened, record, options):
    record(opened, [answer(1, "P", 7, 1), answer(2, "P", 8, *options)])

    assert kept(opened) == [(2, "poll P has 3 options")]
    assert tallies(opened)[0] == (0, 1, 0)


def test_what_came_before_its_poll_was_known_is_held_against_it_all_the_same(opened, record):
    record(opened, [snapshot(1, "C"), snapshot(2, "C", 4, 5, 6), snapshot(3, "C", 1)])
    publish(opened, NOON, asked(poll()), chat=CHANNEL)
    send(opened, NOON, 20, telegram_id="C", chat=CHANNEL)

    assert polls.known_tally(opened, 3).counts == (4, 5, 6)
    assert {number for number, _ in kept(opened)} == {1, 3}


@pytest.mark.parametrize("table", ["history", "votes", "snapshots", "strays", "inbox"])
def test_what_cannot_be_stored_is_kept_aside_and_the_good_beside_it_is_stored(opened, record, table):
    guilty = {
        "history": answer(5, "P", 9, 1),
        "votes": answer(5, "P", 9, 1),
        "snapshots": snapshot(5, "A", 1, 1, 1),
        "strays": answer(5, "unknown", 9, 1),
        "inbox": {"update_id": 5, "message": {"chat": {"id": 9}, "text": "words"}},
    }[table]
    refused = "NEW.update_id = 5 AND NEW.reason NOT LIKE 'cannot%'" if table == "strays" else "NEW.update_id = 5"
    with opened.begin() as connection:
        connection.execute(
            sql(f"CREATE TRIGGER no BEFORE INSERT ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    told = record(opened, [snapshot(3, "A", 1, 0, 0), answer(4, "P", 7, 1), guilty, answer(6, "P", 8, 1)])

    assert [(number, why.split(":")[0]) for number, why in kept(opened)] == [(5, "cannot be stored")]
    assert [one.update_id for one in told.batch.strays] == [5]
    assert tallies(opened) == [(0, 2, 0), (1, 0, 0)]
    assert votes.offset(opened) in (0, 7)
    with store.reading(opened) as connection:
        assert set(connection.scalars(select(history.c.update_id))) == {4, 6}


def test_a_database_in_trouble_is_no_update_s_fault(opened, record):
    with refusing(opened), pytest.raises(Exception, match="readonly"):
        record(opened, [answer(1, "P", 7, 1)])

    assert (kept(opened), tallies(opened)[0]) == ([], (0, 0, 0))
