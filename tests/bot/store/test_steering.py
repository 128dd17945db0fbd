"""Orders to a publication: each is carried out whole and told in the audit, or changes nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.store import due_polls, questions, schedule, steering
from bot.store.steering import Order
from bot.store.tables import audit, metadata, posts
from bot.thread import rhythm
from tests import made, transitions
from tests.conftest import NOON
from tests.factory import GROUP, MINUTE, asked, poll, publish, send, standing, text, thread

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
    st.integers(-1, 2),
    st.none() | st.timedeltas(-3 * HOUR, 30 * HOUR).map(lambda later: NOON + later),
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


BERLIN = ZoneInfo("Europe/Berlin")


def a_series(database, *, start, every="monday 10:00", zone="Europe/Berlin", number=3, **more):
    """A series of chapters of two posts, as it was scheduled."""
    posts_ = [text(f"{part} of {one}", begins=part == 1) for one in range(number) for part in (1, 2)]
    written = thread(*posts_).model_copy(update={"rhythm": rhythm.read(f"{every} {zone}".strip(), **more)})
    files = [[] for _ in posts_]
    return schedule.schedule(database, written, GROUP, start=start, now=start, files=files)


def shown(database):
    return [f"{due.astimezone(BERLIN):%a %d %H:%M}" for due in dues(database)[::2]]


def test_a_series_that_was_paused_goes_on_at_the_next_times_of_its_rhythm(database):
    """Not on Thursday night, because it was paused for three days: an author promised Mondays."""
    a_series(database, start=datetime(2026, 10, 12, 8, tzinfo=UTC))
    assert shown(database) == ["Mon 12 10:00", "Mon 19 10:00", "Mon 26 10:00"]
    paused = datetime(2026, 10, 12, 7, 59, tzinfo=UTC)
    steer(database, "pause", now=paused)
    steer(database, "resume", now=paused + timedelta(days=3))

    assert shown(database) == ["Mon 19 10:00", "Mon 26 10:00", "Mon 02 10:00"]


def test_a_pause_that_nothing_has_missed_changes_nothing(database):
    a_series(database, start=datetime(2026, 10, 12, 8, tzinfo=UTC))
    before = dues(database)
    steer(database, "pause", now=before[0] - timedelta(days=2))
    steer(database, "resume", now=before[0] - timedelta(days=1))

    assert dues(database) == before


def test_a_day_later_keeps_the_time_on_the_clocks_and_an_hour_is_an_hour(database):
    """On the 25th of October clocks go back in Berlin."""
    a_series(database, start=datetime(2026, 10, 24, 8, tzinfo=UTC), every="day 10:00")
    steer(database, "move", days=1, now=datetime(2026, 10, 23, tzinfo=UTC))
    assert shown(database) == ["Sun 25 10:00", "Mon 26 10:00", "Tue 27 10:00"]
    steer(database, "move", by=24 * HOUR, now=datetime(2026, 10, 23, tzinfo=UTC))

    assert shown(database) == ["Mon 26 10:00", "Tue 27 10:00", "Wed 28 10:00"]
    with database.connect() as connection:
        assert [deed.by for deed in steering.deeds(connection)] == [timedelta(days=1), timedelta(days=1)]


def test_a_series_that_was_moved_keeps_its_distance_from_the_rhythm(database):
    a_series(database, start=datetime(2026, 10, 12, 8, tzinfo=UTC))
    steer(database, "move", by=-2 * HOUR, now=datetime(2026, 10, 11, tzinfo=UTC))
    steer(database, "pause", now=datetime(2026, 10, 12, 5, tzinfo=UTC))
    steer(database, "resume", now=datetime(2026, 10, 13, 5, tzinfo=UTC))

    assert shown(database) == ["Mon 19 08:00", "Mon 26 08:00", "Mon 02 08:00"]


def test_what_is_left_of_a_chapter_goes_on_as_much_later_as_it_was_paused(database):
    a_series(database, start=datetime(2026, 10, 12, 8, tzinfo=UTC))
    due = dues(database)
    send(database, due[0], 1)
    steer(database, "pause", now=due[0])
    steer(database, "resume", now=due[0] + 3 * HOUR)

    assert dues(database) == [due[0], due[1] + 3 * HOUR, *due[2:]]


def test_the_next_post_goes_out_at_a_time_and_all_others_with_it_unless_it_is_paused(three):
    before, to = dues(three), NOON + 7 * HOUR
    assert steer(three, "move", to=NOON - HOUR).refusal == "past"
    steer(three, "pause")
    assert steer(three, "move", to=to).refusal == "paused"
    steer(three, "resume")
    done = steer(three, "move", to=to)
    again = steer(three, "move", to=to)

    assert (done.refusal, again.refusal) == (None, None)
    assert dues(three) == [due + 7 * HOUR for due in before]


def test_a_series_is_read_back_as_it_was_written(database):
    number = a_series(database, start=datetime(2026, 10, 12, 8, tzinfo=UTC), every="7d", zone="", drip=True)
    read, _ = schedule.thread(database, number)

    assert read.rhythm == rhythm.read("7d", drip=True)
    assert read.chapters == [[1, 2], [3, 4], [5, 6]]
