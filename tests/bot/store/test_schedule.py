from sqlalchemy import select

from bot.commands import status
from bot.store import messages, polls, questions, schedule, store
from bot.store.messages import Intent
from bot.store.polls import Tally
from bot.store.tables import runs as run_rows
from bot.thread.model import Experiment
from tests.conftest import NOON
from tests.factory import CHANNEL, GROUP, HOUR, MINUTE, asked, poll, publish, send, standing, text

HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)


def states(engine):
    return [post.state for post in status.read(engine).publications[0].posts]


def test_posts_are_due_one_pause_after_the_other(engine):
    publish(engine, NOON, text("a"), text("b"))

    due = [post.due for post in status.read(engine).publications[0].posts]
    assert due == [NOON, NOON + MINUTE]


def test_only_the_next_post_is_due_however_late_it_is(engine):
    publish(engine, NOON, text("a"), text("b"))

    assert [d.post.text for d in schedule.due_posts(engine, NOON + HOUR)] == ["a"]


def test_nothing_is_due_before_its_time(engine):
    publish(engine, NOON, text("a"))

    assert schedule.due_posts(engine, NOON - MINUTE) == []


def test_a_post_after_polls_waits_until_they_are_revealed(engine):
    publish(engine, NOON, asked(poll()), text("after", after="polls"))
    post = send(engine, NOON, 10)
    late = NOON + 5 * HOUR
    polls.closed(engine, 1, Tally((1, 2, 3), 6), late)
    waiting = schedule.due_posts(engine, late)
    with engine.begin() as connection:
        polls.revealed(connection, post, late)

    assert waiting == []
    assert [d.post.text for d in schedule.due_posts(engine, late)] == ["after"]


def test_an_intent_stands_in_the_database_before_anything_is_sent(engine):
    publish(engine, NOON, text("a"))
    intended(engine)

    assert states(engine) == ["sending"]


def intended(engine):
    """The next post, about to be sent; returns its intent."""
    intent = Intent(schedule.due_posts(engine, NOON)[0].place.post_id, "post", 0)
    messages.intend(engine, intent, GROUP.id, "digest", NOON)
    return intent


def test_what_was_being_sent_when_the_bot_stopped_is_still_due_and_nothing_else_is(engine):
    publish(engine, NOON, text("a"), text("b"))
    intended(engine)

    due = schedule.due_posts(engine, NOON + HOUR)
    assert [(d.post.text, d.state) for d in due] == [("a", "sending")]


def test_a_stopped_post_holds_its_thread_back_until_the_admin_speaks(engine):
    publish(engine, NOON, text("a"), text("b"))
    questions.stop(engine, intended(engine), "unknown", "who knows")

    assert states(engine) == ["unknown", "planned"]
    assert schedule.due_posts(engine, NOON + HOUR) == []


def test_an_admin_can_have_a_stopped_post_sent_again_or_go_on_without_it(engine):
    publish(engine, NOON, text("a"), text("b"))
    for answer in ("again", "skip"):
        questions.stop(engine, intended(engine), "failed", "not enough rights")
        questions.settle(engine, 1, 1, answer, NOON)

    assert states(engine) == ["skipped", "planned"]
    assert not questions.settle(engine, 1, 1, "again", NOON)


def test_a_message_that_surely_did_not_leave_is_planned_again(engine):
    publish(engine, NOON, text("a"))
    messages.withdraw(engine, intended(engine), "flood")

    assert [d.state for d in schedule.due_posts(engine, NOON)] == ["planned"]


def test_an_opened_poll_queues_its_experiment_once_for_all_chats(engine):
    publish(engine, NOON, asked(poll(experiment=HEADS)))
    publish(engine, NOON, asked(poll(experiment=HEADS)), chat=CHANNEL)
    send(engine, NOON, 10)
    send(engine, NOON, 11, chat=CHANNEL)

    with store.reading(engine) as connection:
        assert connection.execute(select(run_rows.c.task, run_rows.c.state)).all() == [("measure", "queued")]


def test_a_poll_is_due_to_close_when_its_time_is_over(engine):
    publish(engine, NOON, asked(poll()))
    send(engine, NOON, 10)

    assert polls.due_to_close(engine, NOON + HOUR - MINUTE) == []
    assert [p.message_id for p in polls.due_to_close(engine, NOON + HOUR)] == [10]


def test_a_poll_that_was_being_closed_when_the_bot_stopped_is_closed_again(engine):
    publish(engine, NOON, asked(poll()))
    send(engine, NOON, 10)
    polls.closing(engine, 1)

    assert len(standing(engine, NOON)) == 1
