"""The queue: who goes first, whose outcome stays, what is given up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store import messages, runs, schedule, store
from bot.store.runs import POLL, PREFLIGHT, URGENT
from bot.store.tables import runs as rows
from bot.thread.model import Experiment
from tests.conftest import NOON
from tests.factory import CHANNEL, HOUR, asked, poll, publish, send, text

MINUTE = timedelta(minutes=1)
MEASURE = ("measure",)


def enqueue(engine, key, priority=POLL, due=NOON, now=NOON, task="measure"):
    with engine.begin() as connection:
        runs.enqueue(connection, runs.Run(key, task, {}, 1.0), priority, due, now)


def cancel(engine, key) -> bool:
    with engine.begin() as connection:
        return runs.cancel(connection, key, NOON)


def claim(engine, owner="a"):
    run = runs.claim(engine, owner, MEASURE, NOON)
    return run and run.key


def row(engine, key):
    with store.reading(engine) as connection:
        return connection.execute(select(rows).where(rows.c.key == key)).one()


def test_a_run_is_claimed_once_and_its_first_outcome_stays(engine):
    enqueue(engine, "k")
    assert claim(engine, "a") == "k"
    assert claim(engine, "b") is None

    assert not runs.finish(engine, "k", "b", b"stolen", NOON)
    assert runs.finish(engine, "k", "a", b"mine", NOON)
    assert not runs.fail(engine, "k", "a", "too late", NOON)


def test_drawings_go_first_then_polls_by_their_closing_then_what_is_not_posted_yet(engine):
    enqueue(engine, "preflight", PREFLIGHT, NOON)
    enqueue(engine, "tomorrow", POLL, NOON + 2 * MINUTE)
    enqueue(engine, "soon", POLL, NOON + MINUTE, NOON + MINUTE)
    enqueue(engine, "picture", URGENT, NOON + 3 * MINUTE)

    assert [claim(engine) for _ in range(5)] == ["picture", "soon", "tomorrow", "preflight", None]


@pytest.mark.parametrize("claimed", [False, True])
def test_a_run_takes_the_greater_urgency_of_those_who_ask_for_it(engine, claimed):
    enqueue(engine, "k", PREFLIGHT, NOON)
    if claimed:
        claim(engine)
    enqueue(engine, "k", POLL, NOON + 2 * MINUTE)
    enqueue(engine, "k", POLL, NOON + MINUTE)
    enqueue(engine, "k", POLL, NOON + 3 * MINUTE)
    enqueue(engine, "k", PREFLIGHT, NOON - MINUTE)

    assert (row(engine, "k").priority, row(engine, "k").due) == (POLL, NOON + MINUTE)


def test_asking_again_changes_nothing_about_an_outcome(engine):
    enqueue(engine, "k")
    claim(engine)
    runs.finish(engine, "k", "a", b"it", NOON)
    before = row(engine, "k")
    enqueue(engine, "k", URGENT, NOON - MINUTE)

    assert row(engine, "k") == before


def test_a_run_that_was_given_back_has_lost_no_attempt(engine):
    enqueue(engine, "k")
    claim(engine)
    runs.release(engine, "k", "a")

    assert (row(engine, "k").state, row(engine, "k").attempts) == ("queued", 0)


def test_a_run_whose_process_died_three_times_is_given_up(engine):
    enqueue(engine, "k")
    claim(engine)

    assert [runs.died(engine, "k", "a", "SIGSEGV", NOON) for _ in range(4)] == [True, True, False, False]
    assert row(engine, "k").error == "its process died 3 times; the last time: SIGSEGV"
    assert row(engine, "k").deaths == 3


def test_a_run_that_ten_workers_did_not_survive_is_given_up(engine):
    enqueue(engine, "k")
    for _ in range(10):
        assert claim(engine) == "k"
        runs.recover(engine, NOON)

    assert claim(engine) is None
    assert row(engine, "k").error == "its worker died 10 times while running it"


def test_a_cancelled_run_is_nobody_s_until_it_is_asked_for_again(engine):
    enqueue(engine, "k")
    claim(engine)
    runs.died(engine, "k", "a", "SIGSEGV", NOON)

    assert cancel(engine, "k")
    assert not cancel(engine, "k")
    assert runs.held(engine, "a") == {}
    assert not runs.finish(engine, "k", "a", b"unwanted", NOON)
    assert claim(engine) is None

    enqueue(engine, "k", PREFLIGHT, NOON)
    assert (row(engine, "k").priority, row(engine, "k").deaths) == (PREFLIGHT, 0)
    assert claim(engine) == "k"


def test_what_has_ended_is_not_cancelled(engine):
    enqueue(engine, "k")
    claim(engine)
    runs.finish(engine, "k", "a", b"it", NOON)

    assert not cancel(engine, "k")
    assert row(engine, "k").output == b"it"


HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)


def skip_first(engine):
    post = schedule.due_posts(engine, NOON + HOUR)[0].place.post_id
    messages.skip(engine, post, "late", NOON)


def states(engine):
    with store.reading(engine) as connection:
        return list(connection.scalars(select(rows.c.state)))


def test_the_run_of_a_post_that_is_skipped_is_cancelled(engine):
    publish(engine, NOON, asked(poll(experiment=HEADS)), text())
    skip_first(engine)

    assert states(engine) == ["cancelled"]


def test_a_run_that_another_post_waits_for_is_not_cancelled(engine):
    publish(engine, NOON, asked(poll(experiment=HEADS)), asked(poll("again", experiment=HEADS)))
    skip_first(engine)
    first = states(engine)
    skip_first(engine)

    assert (first, states(engine)) == (["queued"], ["cancelled"])


def test_a_run_that_a_poll_waits_for_is_not_cancelled(engine):
    publish(engine, NOON, asked(poll(experiment=HEADS)), chat=CHANNEL)
    send(engine, NOON, 10, chat=CHANNEL)
    publish(engine, NOON, asked(poll(experiment=HEADS)))
    skip_first(engine)

    assert states(engine) == ["queued"]


def test_a_post_without_an_experiment_cancels_nothing(engine):
    enqueue(engine, "k")
    publish(engine, NOON, text(), asked(poll()))
    skip_first(engine)
    skip_first(engine)

    assert states(engine) == ["queued"]
