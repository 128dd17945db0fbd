from sqlalchemy import select

from bot.commands import status
from bot.store import due_polls, messages, polls, questions, schedule, store
from bot.store.messages import Intent
from bot.store.polls import Tally
from bot.store.tables import runs as run_rows
from bot.thread.model import Experiment
from tests.conftest import NOON
from tests.factory import CHANNEL, GROUP, HOUR, MINUTE, asked, poll, publish, send, standing, text

HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)


def states(database):
    return [post.state for post in status.read(database).publications[0].posts]


def texts(database, now):
    """What the posts say that are due."""
    found = schedule.due_posts(database, now)
    return [schedule.content(database, due.address.post_id).post.text for due in found]


def test_posts_are_due_one_pause_after_the_other(database):
    publish(database, NOON, text("a"), text("b"))

    due = [post.due for post in status.read(database).publications[0].posts]
    assert due == [NOON, NOON + MINUTE]


def test_only_the_next_post_is_due_however_late_it_is(database):
    publish(database, NOON, text("a"), text("b"))

    assert texts(database, NOON + HOUR) == ["a"]


def test_nothing_is_due_before_its_time(database):
    publish(database, NOON, text("a"))

    assert schedule.due_posts(database, NOON - MINUTE) == []


def test_a_post_after_polls_waits_until_they_are_revealed(database):
    publish(database, NOON, asked(poll()), text("after", after="polls"))
    post = send(database, NOON, 10)
    late = NOON + 5 * HOUR
    polls.closing(database, 1)
    polls.closed(database, 1, Tally((1, 2, 3), 6), late)
    waiting = schedule.due_posts(database, late)
    with database.begin() as connection:
        polls.revealed(connection, post, late)

    assert waiting == []
    assert texts(database, late) == ["after"]


def test_an_intent_stands_in_the_database_before_anything_is_sent(database):
    publish(database, NOON, text("a"))
    intended(database)

    assert states(database) == ["sending"]


def intended(database):
    """The next post, about to be sent; returns its intent."""
    intent = Intent(schedule.due_posts(database, NOON)[0].address.post_id, "post", 0)
    messages.intend(database, intent, chat_id=GROUP.id, digest="digest", now=NOON)
    return intent


def test_what_was_being_sent_when_the_bot_stopped_is_still_due_and_nothing_else_is(database):
    publish(database, NOON, text("a"), text("b"))
    intended(database)

    assert texts(database, NOON + HOUR) == ["a"]
    assert [due.state for due in schedule.due_posts(database, NOON + HOUR)] == ["sending"]


def test_a_stopped_post_holds_its_thread_back_until_the_admin_speaks(database):
    publish(database, NOON, text("a"), text("b"))
    questions.stop(database, intended(database), "unknown", "who knows")

    assert states(database) == ["unknown", "planned"]
    assert schedule.due_posts(database, NOON + HOUR) == []


def test_an_admin_can_have_a_stopped_post_sent_again_or_go_on_without_it(database):
    publish(database, NOON, text("a"), text("b"))
    for answer in ("again", "skip"):
        questions.stop(database, intended(database), "failed", "not enough rights")
        questions.decide(database, publication=1, position=1, answer=answer, now=NOON)

    assert states(database) == ["skipped", "planned"]
    assert not questions.decide(database, publication=1, position=1, answer="again", now=NOON)


def test_a_message_that_surely_did_not_leave_is_planned_again(database):
    publish(database, NOON, text("a"))
    messages.withdraw(database, intended(database), "flood", NOON)

    assert [d.state for d in schedule.due_posts(database, NOON)] == ["planned"]


def test_an_opened_poll_queues_its_experiment_once_for_all_chats(database):
    publish(database, NOON, asked(poll(experiment=HEADS)))
    publish(database, NOON, asked(poll(experiment=HEADS)), chat=CHANNEL)
    send(database, NOON, 10)
    send(database, NOON, 11, chat=CHANNEL)

    with store.reading(database) as connection:
        assert connection.execute(select(run_rows.c.task, run_rows.c.state)).all() == [("measure", "queued")]


def test_a_poll_is_due_to_close_when_its_time_is_over(database):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10)

    assert due_polls.to_close(database, NOON + HOUR - MINUTE) == []
    assert [p.message_id for p in due_polls.to_close(database, NOON + HOUR)] == [10]


def test_a_poll_that_was_being_closed_when_the_bot_stopped_is_closed_again(database):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10)
    polls.closing(database, 1)

    assert len(standing(database, NOON)) == 1
