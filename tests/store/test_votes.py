import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import store, votes
from bot.tables import history, polls, strays
from tests.conftest import NOON
from tests.factory import CHANNEL, answer, asked, poll, publish, send, snapshot

KEY = b"secret"
ANN, BOB = 1, 2


@pytest.fixture
def opened(engine):
    """A group poll that Telegram knows as P."""
    publish(engine, NOON, asked(poll()))
    send(engine, NOON, 10, telegram_id="P")
    return engine


def tally(engine, poll_id=1):
    with store.reading(engine) as connection:
        voters = connection.execute(select(polls.c.voters).where(polls.c.id == poll_id)).scalar_one()
        return votes.counts(connection, poll_id, 3), voters


def test_a_vote_is_counted(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "P", BOB, 0)], KEY, NOON)

    assert tally(opened) == ([2, 0, 0], 2)


def test_a_revote_replaces_the_first_choice(opened):
    votes.record(opened, [answer(1, "P", ANN, 0)], KEY, NOON)
    votes.record(opened, [answer(2, "P", ANN, 2)], KEY, NOON)

    assert tally(opened) == ([0, 0, 1], 1)


def test_a_vote_taken_back_is_forgotten(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "P", ANN)], KEY, NOON)

    assert tally(opened) == ([0, 0, 0], 0)


def test_several_choices_of_one_voter_count_each(opened):
    votes.record(opened, [answer(1, "P", ANN, 0, 2)], KEY, NOON)

    assert tally(opened) == ([1, 0, 1], 1)


def test_an_update_delivered_twice_is_applied_once(opened):
    batch = [answer(1, "P", ANN, 0), answer(2, "P", ANN, 1)]
    votes.record(opened, batch, KEY, NOON)
    votes.record(opened, batch, KEY, NOON)

    assert tally(opened) == ([0, 1, 0], 1)


def test_every_change_of_mind_is_kept(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "P", ANN, 1), answer(3, "P", ANN)], KEY, NOON)

    with store.reading(opened) as connection:
        assert list(connection.scalars(select(history.c.options))) == [0b001, 0b010, 0]


def test_the_offset_moves_with_the_votes(opened):
    votes.record(opened, [answer(41, "P", ANN, 0)], KEY, NOON)

    assert votes.offset(opened) == 42


def test_no_telegram_id_of_a_voter_is_stored(opened):
    votes.record(opened, [answer(1, "P", 987654321, 0)], KEY, NOON)

    with store.reading(opened) as connection:
        assert connection.execute(select(history.c.voter)).scalar_one() == votes.pseudonym(987654321, KEY) != 987654321


def test_an_anonymous_admin_is_known_by_the_chat_and_not_by_the_shared_user(opened):
    first, second = answer(1, "P", 136817688, 0), answer(2, "P", 136817688, 0)
    first["poll_answer"]["voter_chat"] = {"id": -5, "type": "channel"}
    second["poll_answer"]["voter_chat"] = {"id": -6, "type": "channel"}
    votes.record(opened, [first, second], KEY, NOON)

    assert tally(opened) == ([2, 0, 0], 2)


@pytest.mark.parametrize(
    "broken",
    [
        {"update_id": 7, "poll_answer": {"poll_id": "P"}},
        {"update_id": 7, "poll_answer": {"poll_id": "P", "user": {"id": 1}, "option_ids": [99]}},
        {"update_id": 7, "poll_answer": {"poll_id": "P", "user": {"id": "x"}, "option_ids": [0]}},
        {"update_id": 7, "poll": {"id": "P", "options": None}},
        {"update_id": 7, "message": {"text": "hello"}},
    ],
)
def test_a_malformed_update_is_kept_aside_and_stops_nothing(opened, broken):
    votes.record(opened, [broken, answer(8, "P", ANN, 0)], KEY, NOON)

    with store.reading(opened) as connection:
        kept = connection.execute(select(strays.c.content).where(strays.c.update_id == 7)).scalar_one()
    assert json.loads(kept) == broken
    assert tally(opened) == ([1, 0, 0], 1)


def test_votes_that_are_faster_than_the_record_of_their_poll_are_applied_when_it_comes(engine):
    publish(engine, NOON, asked(poll()))
    votes.record(engine, [answer(1, "P", ANN, 0), answer(2, "P", ANN, 2), answer(3, "P", BOB, 1)], KEY, NOON)
    send(engine, NOON, 10, telegram_id="P")

    assert tally(engine) == ([0, 1, 1], 2)
    with store.reading(engine) as connection:
        assert connection.execute(select(strays)).all() == []


def test_an_anonymous_poll_is_counted_by_its_newest_snapshot(engine):
    publish(engine, NOON, asked(poll()), chat=CHANNEL)
    send(engine, NOON, 10, telegram_id="P", chat=CHANNEL)
    votes.record(engine, [snapshot(2, "P", 5, 1, 0), snapshot(1, "P", 4, 0, 0)], KEY, NOON)

    assert tally(engine) == ([5, 1, 0], 6)


def test_snapshots_do_not_disturb_a_poll_whose_votes_are_known(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), snapshot(2, "P", 9, 9, 9)], KEY, NOON)

    assert tally(opened) == ([1, 0, 0], 1)


changes = st.lists(st.tuples(st.integers(1, 4), st.sets(st.integers(0, 2))), max_size=40)


@settings(max_examples=60, deadline=None)
@given(changes=changes, cuts=st.lists(st.integers(0, 40), max_size=5), again=st.booleans())
def test_counters_equal_a_recount_of_the_last_choices_however_updates_are_batched(
    tmp_path_factory, changes, cuts, again
):
    engine = store.connect(f"sqlite:///{tmp_path_factory.mktemp('votes') / 'p.db'}")
    publish(engine, NOON, asked(poll()))
    send(engine, NOON, 10, telegram_id="P")
    updates = [answer(i, "P", user, *options) for i, (user, options) in enumerate(changes, 1)]
    edges = [0, *sorted(min(cut, len(updates)) for cut in cuts), len(updates)]
    for first, last in pairwise(edges):
        votes.record(engine, updates[max(0, first - 3 * again) : last], KEY, NOON)  # some are delivered again

    standing = dict(changes)
    recount = [sum(option in options for options in standing.values()) for option in range(3)]
    assert tally(engine) == (recount, sum(bool(options) for options in standing.values()))
    engine.dispose()
