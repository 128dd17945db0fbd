"""Orders to a publication: each is carried out whole and told in the audit, or changes nothing."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.store import due_polls, questions, schedule, steering
from bot.store.steering import Order
from bot.store.tables import audit, metadata, posts
from tests import made, transitions
from tests.conftest import NOON
from tests.factory import MINUTE, asked, poll, publish, send, standing, text

HOUR = timedelta(hours=1)
ADMIN = 777


def steer(database, action, *given, now=NOON, publication=1, **more):
    with database.begin() as connection:
        return steering.steer(connection, Order(action, publication, *given, **more), now, ADMIN)


def everything(database):
    with database.connect() as connection:
        return {table.name: connection.execute(select(table)).all() for table in metadata.sorted_tables}


def dues(database):
    with database.connect() as connection:
        return list(connection.scalars(select(posts.c.due).order_by(posts.c.position)))


def states(database):
    with database.connect() as connection:
        return list(connection.scalars(select(posts.c.state).order_by(posts.c.position)))


@pytest.fixture
def three(database):
    publish(database, NOON, text("one"), asked(poll()), text("three"))
    return database


def test_nothing_of_a_paused_publication_is_due_and_others_go_on(three):
    publish(three, NOON, text("another"))
    steer(three, "pause")

    assert [due.address.publication for due in schedule.due_posts(three, NOON + HOUR)] == [2]
    assert schedule.next_due(three, NOON - HOUR) == NOON


def test_what_was_paused_goes_on_as_much_later_as_it_was_paused(three):
    before = dues(three)
    steer(three, "pause")
    done = steer(three, "resume", now=NOON + 5 * HOUR)

    assert dues(three) == [due + 5 * HOUR for due in before]
    assert (done.refusal, done.posts, done.next) == (None, 3, NOON + 5 * HOUR)


def test_a_post_that_has_begun_is_finished_in_a_pause(three):
    with three.begin() as connection:
        connection.execute(posts.update().where(posts.c.position == 1).values(state="sending"))
    steer(three, "pause")

    assert [due.address.position for due in schedule.due_posts(three, NOON)] == [1]


def test_polls_that_stand_are_closed_in_time_in_a_pause_and_after_a_cancel(three):
    for number in (1, 2):
        send(three, NOON + HOUR, number)
    steer(three, "pause")
    assert len(standing(three, NOON)) == 1
    steer(three, "cancel")
    assert len(standing(three, NOON)) == 1
    assert states(three) == ["sent", "sent", "skipped"]


def test_a_move_keeps_the_times_between_posts_and_does_not_lead_into_the_past(three):
    before = dues(three)
    assert steer(three, "move", by=-MINUTE).refusal == "past"
    steer(three, "move", by=HOUR)
    steer(three, "move", by=-MINUTE)

    assert dues(three) == [due + HOUR - MINUTE for due in before]


def test_a_skipped_post_is_not_waited_for(three):
    steer(three, "skip", 1)

    assert [due.address.position for due in schedule.due_posts(three, NOON + HOUR)] == [2]


def test_the_next_post_goes_out_now_and_no_other(three):
    early = NOON - HOUR
    assert steer(three, "send", 2, now=early).refusal == "behind"
    steer(three, "send", 1, now=early)

    assert [due.address.position for due in schedule.due_posts(three, early)] == [1]
    assert dues(three)[1:] == [NOON + MINUTE, NOON + 2 * MINUTE]


def test_a_poll_that_is_closed_ahead_of_time_is_due_to_be_closed(three):
    for number in (1, 2):
        send(three, NOON + HOUR, number)
    assert due_polls.to_close(three, NOON + HOUR) == []
    steer(three, "close", 2, now=NOON + HOUR)

    assert len(due_polls.to_close(three, NOON + HOUR)) == 1


def test_what_waits_for_an_answer_is_answered_by_a_cancel(three):
    questions.hold(three, schedule.address(three, 1, 1), "post", "late", "late", NOON)
    steer(three, "cancel")

    assert states(three) == ["skipped"] * 3
    assert questions.unasked(three) == []


@pytest.mark.parametrize(
    ("action", "given", "refusal"),
    [
        ("resume", (), "going"),
        ("skip", (4,), "out"),
        ("skip", (), "out"),
        ("send", (0,), "out"),
        ("close", (1,), "shut"),
        ("close", (), "shut"),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why_and_changes_nothing(three, action, given, refusal):
    before = everything(three)

    assert steer(three, action, *given).refusal == refusal
    assert everything(three) == before


@pytest.mark.parametrize("action", steering.DEEDS)
def test_no_order_reaches_a_publication_that_there_is_not(three, action):
    before = everything(three)

    assert steer(three, action, 1, publication=9, by=HOUR).refusal == "unknown"
    assert everything(three) == before


@pytest.mark.parametrize("action", ["pause", "move", "cancel", "send", "skip"])
def test_what_is_over_cannot_be_steered(three, action):
    steer(three, "cancel")
    before = everything(three)

    assert steer(three, action, 1, by=HOUR).refusal in ("over", "out")
    assert everything(three) == before


ORDERS = st.builds(
    Order,
    st.sampled_from(list(steering.DEEDS)),
    st.just(1) | st.just(2),
    st.none() | st.integers(0, 4),
    st.timedeltas(-3 * HOUR, 3 * HOUR),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(ORDERS, st.integers(0, 90)), max_size=12))
def test_whatever_is_ordered_in_whatever_order_each_order_is_in_the_audit_or_changed_nothing(tmp_path_factory, orders):
    database = made.fresh(f"sqlite:///{tmp_path_factory.mktemp('orders') / 'p.db'}")
    transitions.watch(database)
    publish(database, NOON, text("one"), asked(poll()), text("three"))
    now, carried = NOON - HOUR, []
    for order, minutes in orders:
        now += timedelta(minutes=minutes)
        if schedule.due_posts(database, now):
            send(database, now, len(carried) + 1)
        before, spaces = everything(database), [b - a for a, b in zip(dues(database), dues(database)[1:], strict=False)]
        with database.begin() as connection:
            done = steering.steer(connection, order, now, ADMIN)
        if done.refusal:
            assert everything(database) == before
        else:
            carried.append((order.action, order.publication))
        if order.action in ("pause", "resume", "cancel", "close") and "sent" not in states(database):
            assert [b - a for a, b in zip(dues(database), dues(database)[1:], strict=False)] == spaces
    with database.connect() as connection:
        kept = connection.execute(select(audit.c.action, audit.c.publication_id).order_by(audit.c.id)).all()
        told = steering.deeds(connection)
    unknown = transitions.unknown(database)
    database.dispose()

    assert kept == carried
    assert [(deed.action, deed.admin) for deed in reversed(told)] == [(action, ADMIN) for action, _ in carried]
    assert unknown == set()
