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


def enqueue(database, key, priority=POLL, due=NOON, now=NOON, task="measure"):
    with database.begin() as connection:
        runs.enqueue(connection, runs.Run(key, task, {}, 1.0), priority, due=due, now=now)


def cancel(database, key) -> bool:
    with database.begin() as connection:
        return runs.cancel(connection, key, NOON)


def claim(database, owner="a"):
    run = runs.claim(database, owner, MEASURE, NOON)
    return run and run.key


def row(database, key):
    with store.reading(database) as connection:
        return connection.execute(select(rows).where(rows.c.key == key)).one()


def test_a_run_is_claimed_once_and_its_first_outcome_stays(database):
    enqueue(database, "k")
    assert claim(database, "a") == "k"
    assert claim(database, "b") is None

    assert not runs.finish(database, "k", owner="b", output=b"stolen", now=NOON)
    assert runs.finish(database, "k", owner="a", output=b"mine", now=NOON)
    assert not runs.fail(database, "k", owner="a", error="too late", now=NOON)


def test_drawings_go_first_then_polls_by_their_closing_then_what_is_not_posted_yet(database):
    enqueue(database, "preflight", PREFLIGHT, NOON)
    enqueue(database, "tomorrow", POLL, NOON + 2 * MINUTE)
    enqueue(database, "soon", POLL, NOON + MINUTE, NOON + MINUTE)
    enqueue(database, "picture", URGENT, NOON + 3 * MINUTE)

    assert [claim(database) for _ in range(5)] == ["picture", "soon", "tomorrow", "preflight", None]


@pytest.mark.parametrize("claimed", [False, True])
def test_a_run_takes_the_greater_urgency_of_those_who_ask_for_it(database, claimed):
    enqueue(database, "k", PREFLIGHT, NOON)
    if claimed:
        claim(database)
    enqueue(database, "k", POLL, NOON + 2 * MINUTE)
    enqueue(database, "k", POLL, NOON + MINUTE)
    enqueue(database, "k", POLL, NOON + 3 * MINUTE)
    enqueue(database, "k", PREFLIGHT, NOON - MINUTE)

    assert (row(database, "k").priority, row(database, "k").due) == (POLL, NOON + MINUTE)


def test_asking_again_changes_nothing_about_an_outcome(database):
    enqueue(database, "k")
    claim(database)
    runs.finish(database, "k", owner="a", output=b"it", now=NOON)
    before = row(database, "k")
    enqueue(database, "k", URGENT, NOON - MINUTE)

    assert row(database, "k") == before


def test_a_run_that_was_given_back_has_lost_no_attempt(database):
    enqueue(database, "k")
    claim(database)
    runs.release(database, "k", owner="a")

    assert (row(database, "k").state, row(database, "k").attempts) == ("queued", 0)


def test_a_run_whose_process_died_three_times_is_given_up(database):
    enqueue(database, "k")
    claim(database)

    assert [runs.died(database, "k", owner="a", error="SIGSEGV", now=NOON) for _ in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert row(database, "k").error == "its process died 3 times; the last time: SIGSEGV"
    assert row(database, "k").deaths == 3


def test_a_run_that_ten_workers_did_not_survive_is_given_up(database):
    enqueue(database, "k")
    for _ in range(10):
        assert claim(database) == "k"
        runs.recover(database, NOON)

    assert claim(database) is None
    assert row(database, "k").error == "its worker died 10 times while running it"


def test_a_cancelled_run_is_nobody_s_until_it_is_asked_for_again(database):
    enqueue(database, "k")
    claim(database)
    runs.died(database, "k", owner="a", error="SIGSEGV", now=NOON)

    assert cancel(database, "k")
    assert not cancel(database, "k")
    assert runs.held(database, "a") == {}
    assert not runs.finish(database, "k", owner="a", output=b"unwanted", now=NOON)
    assert claim(database) is None

    enqueue(database, "k", PREFLIGHT, NOON)
    assert (row(database, "k").priority, row(database, "k").deaths) == (PREFLIGHT, 0)
    assert claim(database) == "k"


def test_what_has_ended_is_not_cancelled(database):
    enqueue(database, "k")
    claim(database)
    runs.finish(database, "k", owner="a", output=b"it", now=NOON)

    assert not cancel(database, "k")
    assert row(database, "k").output == b"it"


HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)


def skip_first(database):
    post = schedule.due_posts(database, NOON + HOUR)[0].address.post_id
    messages.skip(database, post, "late", NOON)


def states(database):
    with store.reading(database) as connection:
        return list(connection.scalars(select(rows.c.state)))


def test_the_run_of_a_post_that_is_skipped_is_cancelled(database):
    publish(database, NOON, asked(poll(experiment=HEADS)), text())
    skip_first(database)

    assert states(database) == ["cancelled"]


def test_a_run_that_another_post_waits_for_is_not_cancelled(database):
    publish(database, NOON, asked(poll(experiment=HEADS)), asked(poll("again", experiment=HEADS)))
    skip_first(database)
    first = states(database)
    skip_first(database)

    assert (first, states(database)) == (["queued"], ["cancelled"])


def test_a_run_that_a_poll_waits_for_is_not_cancelled(database):
    publish(database, NOON, asked(poll(experiment=HEADS)), chat=CHANNEL)
    send(database, NOON, 10, chat=CHANNEL)
    publish(database, NOON, asked(poll(experiment=HEADS)))
    skip_first(database)

    assert states(database) == ["queued"]


def test_a_post_without_an_experiment_cancels_nothing(database):
    enqueue(database, "k")
    publish(database, NOON, text(), asked(poll()))
    skip_first(database)
    skip_first(database)

    assert states(database) == ["queued"]
