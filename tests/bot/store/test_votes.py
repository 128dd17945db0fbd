from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.store import pseudonym, store, votes
from bot.store.polls import Tally, closed, closing
from bot.store.tables import history, polls, snapshots, strays
from tests import made
from tests.conftest import NOON
from tests.factory import CHANNEL, KEY, answer, asked, poll, publish, send, snapshot

ANN, BOB = 1, 2


@pytest.fixture
def opened(database):
    """A group poll that Telegram knows as P."""
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10, telegram_id="P")
    return database


def tally(database, poll_id=1):
    with store.reading(database) as connection:
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
        assert connection.execute(select(history.c.voter)).scalar_one() == pseudonym.of(987654321, KEY, 1) != 987654321


def test_an_anonymous_admin_is_known_by_the_chat_and_not_by_the_shared_user(opened):
    first, second = answer(1, "P", 136817688, 0), answer(2, "P", 136817688, 0)
    first["poll_answer"]["voter_chat"] = {"id": -5, "type": "channel"}
    second["poll_answer"]["voter_chat"] = {"id": -6, "type": "channel"}
    votes.record(opened, [first, second], KEY, NOON)

    assert tally(opened) == ([2, 0, 0], 2)


def test_an_older_update_that_comes_late_changes_nothing(opened):
    votes.record(opened, [answer(5, "P", ANN, 2)], KEY, NOON)
    votes.record(opened, [answer(4, "P", ANN, 0), answer(3, "P", BOB, 0)], KEY, NOON)

    assert tally(opened) == ([1, 0, 1], 2)


def test_an_older_update_does_not_bring_back_a_vote_that_was_taken_back(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), answer(3, "P", ANN)], KEY, NOON)
    votes.record(opened, [answer(2, "P", ANN, 1)], KEY, NOON)

    assert tally(opened) == ([0, 0, 0], 0)


def test_when_telegram_numbers_anew_a_lower_number_is_the_newer_vote(opened):
    votes.record(opened, [answer(900, "P", ANN, 0)], KEY, NOON)
    stored = votes.record(opened, [answer(900 - 10, "P", ANN, 1), answer(900, "P", BOB, 2)], KEY, NOON, asked=901)

    assert stored.restarted
    assert tally(opened) == ([0, 1, 1], 2)
    assert votes.offset(opened) == 901


def test_what_is_delivered_again_is_no_new_numbering(opened):
    batch = [answer(1, "P", ANN, 0), answer(2, "P", ANN, 1)]
    votes.record(opened, batch, KEY, NOON)

    assert not votes.record(opened, batch, KEY, NOON, asked=1).restarted
    assert not votes.record_pushed(opened, batch, KEY, NOON).restarted
    assert tally(opened) == ([0, 1, 0], 1)


def test_a_webhook_s_numbering_is_new_when_it_is_farther_back_than_a_queue_is_long(opened):
    far = 10 + votes.QUEUE
    votes.record_pushed(opened, [answer(far, "P", ANN, 0)], KEY, NOON)
    late = votes.record_pushed(opened, [answer(10, "P", BOB, 0)], KEY, NOON)
    anew = votes.record_pushed(opened, [answer(9, "P", ANN, 1)], KEY, NOON)
    goes_on = votes.record_pushed(opened, [answer(10, "P", BOB, 1)], KEY, NOON)

    assert (late.restarted, anew.restarted, goes_on.restarted) == (False, True, False)
    assert tally(opened) == ([0, 2, 0], 2)


def test_a_webhook_leaves_the_offset_of_long_polling_alone(opened):
    """Telegram may still hold an earlier update of another poll: asking for a later one would throw it away."""
    votes.record(opened, [answer(40, "P", ANN, 0)], KEY, NOON)
    votes.record_pushed(opened, [answer(50, "P", ANN, 1)], KEY, NOON)

    assert votes.offset(opened) == 41


def test_a_malformed_update_is_kept_aside_and_stops_nothing(opened):
    broken = {"update_id": 7, "poll_answer": {"poll_id": "P"}}
    votes.record(opened, [broken, 7, answer(8, "P", ANN, 0)], KEY, NOON)
    votes.record(opened, [broken, 7], KEY, NOON)  # delivered again, kept once

    with store.reading(opened) as connection:
        kept = connection.scalars(select(strays.c.content)).all()
    assert sorted(kept) == ['"<number>"', '{"update_id": "<number>", "poll_answer": {"poll_id": "<text>"}}']
    assert tally(opened) == ([1, 0, 0], 1)
    assert votes.offset(opened) == 8


def test_batches_without_a_single_number_leave_the_offset(opened):
    votes.record(opened, [answer(8, "P", ANN, 0)], KEY, NOON)
    votes.record(opened, ["nonsense"], KEY, NOON)

    assert votes.offset(opened) == 9


def test_votes_that_are_faster_than_the_record_of_their_poll_are_applied_when_it_comes(database):
    publish(database, NOON, asked(poll()))
    votes.record(database, [answer(1, "P", ANN, 0), answer(2, "P", ANN, 2), answer(3, "P", BOB, 1)], KEY, NOON)
    send(database, NOON, 10, telegram_id="P")

    assert tally(database) == ([0, 1, 1], 2)
    with store.reading(database) as connection:
        assert connection.execute(select(strays)).all() == []


def test_an_anonymous_poll_is_counted_by_its_newest_snapshot(database):
    publish(database, NOON, asked(poll()), chat=CHANNEL)
    send(database, NOON, 10, telegram_id="P", chat=CHANNEL)
    votes.record(database, [snapshot(2, "P", 5, 1, 0), snapshot(1, "P", 4, 0, 0)], KEY, NOON)

    assert tally(database) == ([5, 1, 0], 6)


def test_a_snapshot_that_comes_late_never_replaces_a_newer_one(database):
    publish(database, NOON, asked(poll()), chat=CHANNEL)
    send(database, NOON, 10, telegram_id="P", chat=CHANNEL)
    for update in (snapshot(3, "P", 5, 1, 0), snapshot(2, "P", 4, 0, 0), snapshot(3, "P", 9, 9, 9)):
        votes.record(database, [update], KEY, NOON)

    assert tally(database) == ([5, 1, 0], 6)
    with store.reading(database) as connection:
        assert list(connection.scalars(select(snapshots.c.update_id))) == [3]


def test_a_snapshot_does_not_change_what_stop_poll_has_told(database):
    publish(database, NOON, asked(poll()), chat=CHANNEL)
    send(database, NOON, 10, telegram_id="P", chat=CHANNEL)
    closing(database, 1)
    closed(database, 1, Tally((7, 0, 0), 7), NOON)
    votes.record(database, [snapshot(3, "P", 5, 1, 0)], KEY, NOON)

    assert tally(database) == ([7, 0, 0], 7)


def test_snapshots_do_not_disturb_a_poll_whose_votes_are_known(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), snapshot(2, "P", 9, 9, 9)], KEY, NOON)

    assert tally(opened) == ([1, 0, 0], 1)


changes = st.lists(st.tuples(st.integers(1, 4), st.sets(st.integers(0, 2))), max_size=40)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), changes=changes)
def test_the_newest_choice_of_each_voter_counts_in_whatever_order_batches_and_repetition_updates_come(
    tmp_path_factory, data, changes
):
    with made.opened(f"sqlite:///{tmp_path_factory.mktemp('votes') / 'p.db'}") as database:
        publish(database, NOON, asked(poll()))
        send(database, NOON, 10, telegram_id="P")
        updates = [answer(i, "P", user, *options) for i, (user, options) in enumerate(changes, 1)]
        again = data.draw(st.lists(st.sampled_from(updates), max_size=10)) if updates else []
        delivered = data.draw(st.permutations(updates + again))
        edges = [0, *sorted(data.draw(st.lists(st.integers(0, len(delivered)), max_size=5))), len(delivered)]
        for first, last in pairwise(edges):
            votes.record(database, delivered[first:last], KEY, NOON)

        standing = dict(changes)
        recount = [sum(option in options for options in standing.values()) for option in range(3)]
        assert tally(database) == (recount, sum(bool(options) for options in standing.values()))
        with store.reading(database) as connection:
            assert list(connection.scalars(select(history.c.update_id))) == [u["update_id"] for u in updates]
