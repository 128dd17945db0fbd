"""One bad thing stops one thing: what cannot be read, asked or stored is held, and all others go on."""

import asyncio
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from bot.commands import status
from bot.loops import reveal, serving
from bot.store import due_polls, questions, schedule
from bot.thread.model import Experiment
from tests.factory import HOUR, asked, png, poll, text

HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)
GONE = {
    "an experiment": ("$.poll.experiment.run", "heads_of_old", "no experiment 'heads_of_old'"),
    "a parameter": ("$.poll.experiment.set", {"layers": 3}, "'heads' does not take what the post sets: layers"),
    "a field of the post": ("$.mood", "sunny", "mood: Extra inputs are not permitted"),
    "a field of the poll": ("$.poll.emoji", "🙂", "poll.emoji: Extra inputs are not permitted"),
}


def spoil(stage, position, path, value):
    """What another version may have stored."""
    change = (
        "UPDATE posts SET content = json_set(content, :path, json(:value)) WHERE publication_id = 1 AND position = :at"
    )
    with stage.database.begin() as connection:
        connection.execute(sql(change), {"path": path, "value": json.dumps(value), "at": position})


def texts(stage, chat="@group"):
    return [message.get("text") for message in stage.messages(chat)]


def error(stage, publication=1):
    found = status.read(stage.database, publication).publications[0]
    return (found.state, found.posts[0].error)


@pytest.mark.parametrize("gone", GONE)
async def test_a_post_that_this_version_cannot_read_is_held_and_others_go_out(stage, admin, gone):
    path, value, reason = GONE[gone]
    await stage.publish(asked(poll(experiment=HEADS)))
    await stage.publish(text("another thread"))
    spoil(stage, 1, path, value)
    await stage.tick()
    await stage.tick(seconds=1)

    assert texts(stage) == ["another thread"]
    assert error(stage)[0] == "stopped"
    assert reason in error(stage)[1]
    assert reason in stage.messages(str(admin))[-1]["text"]


async def test_a_post_that_could_not_be_read_goes_out_when_it_can_be_and_an_admin_says_so(stage):
    await stage.publish(text("one"))
    spoil(stage, 1, "$.mood", "sunny")
    await stage.tick()
    with stage.database.begin() as connection:
        connection.execute(sql("UPDATE posts SET content = json_remove(content, '$.mood')"))
    questions.decide(stage.database, publication=1, position=1, answer="again", now=stage.now)
    await stage.tick(seconds=1)

    assert texts(stage) == ["one"]


async def test_going_on_without_a_post_that_cannot_be_read_lets_the_next_one_out(stage):
    await stage.publish(text("one"), text("two"))
    spoil(stage, 1, "$.mood", "sunny")
    await stage.tick()
    questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)
    await stage.tick(minutes=2)

    assert texts(stage) == ["two"]


async def test_a_poll_that_this_version_cannot_read_is_closed_and_its_reveal_held(stage):
    await stage.publish(asked(poll()))
    await stage.publish(text("later", after="polls"), text("another"), chat="@channel")
    await stage.tick()
    spoil(stage, 1, "$.poll.emoji", "🙂")
    for _ in range(3):
        await stage.tick(hours=1)

    assert stage.messages()[0]["poll"]["is_closed"]
    assert error(stage)[0] == "stopped"
    assert texts(stage, "@channel") == ["later", "another"]


async def test_a_reveal_that_cannot_be_composed_is_held_and_goes_out_when_it_can_be(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    spoil(stage, 1, "$.poll.emoji", "🙂")
    await stage.tick(seconds=1)
    held = len(stage.messages())
    with stage.database.begin() as connection:
        connection.execute(sql("UPDATE posts SET content = json_remove(content, '$.poll.emoji')"))
    questions.decide(stage.database, publication=1, position=1, answer="again", now=stage.now)
    await stage.tick(seconds=1)

    assert (held, len(stage.messages()), stage.status().state) == (1, 2, "done")


async def test_going_on_without_closing_a_poll_counts_the_votes_that_are_known(stage, monkeypatch):
    (user,) = stage.users(1)
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.vote(user, 1)
    await stage.take_votes()

    async def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(stage.clock.closing, "close", broken)
    await stage.tick(hours=1)
    held = error(stage)
    with stage.database.begin() as connection:
        connection.execute(sql("UPDATE polls SET state = 'closing'"))
    questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)

    assert held[0] == "stopped"
    assert (stage.status().state, [o.votes for o in stage.status().posts[0].poll.options]) == ("done", [0, 1, 0])


@pytest.mark.parametrize("table", ["messages", "pictures"])
async def test_a_row_that_the_database_refuses_again_and_again_holds_its_own_post(stage, table):
    await stage.publish(text("refused"))
    await stage.publish(text("fine"), chat="@channel")
    event = (
        "INSERT ON messages WHEN NEW.post_id = 1 AND NEW.why IS NULL"
        if table == "messages"
        else "UPDATE ON posts WHEN NEW.id = 1 AND NEW.state = 'sending'"
    )
    with stage.database.begin() as connection:
        connection.execute(
            sql(f"CREATE TRIGGER full BEFORE {event} BEGIN SELECT RAISE(ABORT, 'the table is full'); END")
        )
    for _ in range(serving.REFUSALS + 1):
        await stage.tick(seconds=2)

    assert (texts(stage), texts(stage, "@channel")) == ([], ["fine"])
    assert error(stage) == ("stopped", "it fails: the table is full")


async def test_a_chat_that_answers_slowly_delays_no_other(stage):
    for chat in ("@group", "@channel"):
        await stage.publish(asked(poll()), chat=chat)
    await stage.tick()
    await stage.publish(text("slow"), chat="@group")
    stage.fault("sendMessage", "delay", seconds=3)
    stage.now += timedelta(minutes=59)
    stage.clock.post_due(stage.now)
    await asyncio.sleep(0)
    sending = dict(stage.clock.serving.busy)
    stage.now += timedelta(minutes=1)
    stage.clock.close_due(stage.now)
    await asyncio.wait([task for chat, task in stage.clock.serving.busy.items() if chat not in sending])

    assert stage.messages("@channel")[0]["poll"]["is_closed"]
    assert not next(iter(sending.values())).done()
    await stage.clock.quiet()


async def test_closings_pass_the_limits_like_everything_else(stage):
    for _ in range(4):
        await stage.publish(asked(poll()))
    await stage.tick()
    stage.per_chat = 2
    stage.restart()
    await stage.tick(hours=1)
    closed = len(stage.calls("stopPoll"))
    await stage.tick(minutes=2)

    assert (closed, len(stage.calls("stopPoll"))) == (2, 4)


async def test_nothing_of_a_post_is_read_for_a_chat_that_may_not_be_written_to(stage, monkeypatch):
    await stage.publish(text("one"))
    await stage.publish(text("two"))
    stage.per_chat = 1
    stage.restart()
    await stage.tick()
    monkeypatch.setattr(schedule, "content", lambda *_: pytest.fail("a post was read"))
    for _ in range(3):
        await stage.tick(seconds=1)

    assert texts(stage) == ["one"]


async def test_a_clock_that_is_put_back_blocks_no_chat(stage):
    stage.fault("sendMessage", "flood", retry_after=5)
    await stage.publish(text("one"))
    await stage.tick()
    await stage.tick(hours=-1)
    stage.set_back += 6  # six seconds later
    stage.clock.post_due(stage.now + timedelta(hours=1))
    await stage.clock.quiet()

    assert texts(stage) == ["one"]


async def test_a_message_in_doubt_is_looked_for_soon_whatever_the_clock_says(stage, admin):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.tick()
    stage.restart()
    await stage.tick(hours=-1)
    for seconds in (0, 6):
        stage.set_back += seconds
        stage.clock.post_due(stage.now + timedelta(hours=1))
        await stage.clock.quiet()

    assert (texts(stage), stage.status().state) == (["one"], "done")


async def test_after_a_downtime_a_measurement_has_its_ten_minutes(stage, admin):
    await stage.publish(asked(poll(experiment=HEADS)))
    stage.now += 2 * HOUR
    stage.restart()
    await stage.tick()

    assert [post.state for post in stage.status().posts] == ["planned"]


async def test_one_odd_question_stops_no_other(stage, admin):
    await stage.publish(text("one"))
    await stage.publish(text("two"), chat="@channel")
    stage.fault("sendMessage", "error", status=400, description="Bad Request: no", times=2)
    await stage.tick()
    with stage.database.begin() as connection:
        connection.execute(sql("UPDATE messages SET error = NULL WHERE post_id = 1"))
    await stage.tick(seconds=5)
    await stage.tick(seconds=5)

    assert any("two" in str(m) or "@channel" in m.get("text", "") for m in stage.messages(str(admin)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=5), s, max_size=3),
        max_leaves=6,
    )
)
def test_whatever_is_stored_of_a_post_reads_as_a_post_or_is_one_kind_of_error(database, content):
    from bot.errors import UnreadableError
    from tests.conftest import NOON
    from tests.factory import publish

    publication = publish(database, NOON, text("a"))
    with database.begin() as connection:
        connection.execute(
            sql("UPDATE posts SET content = :c WHERE publication_id = :p"), {"c": json.dumps(content), "p": publication}
        )
        post = connection.execute(
            sql("SELECT id FROM posts WHERE publication_id = :p"), {"p": publication}
        ).scalar_one()

    with pytest.raises(UnreadableError, match="cannot read what is stored"):
        schedule.content(database, post)


def test_what_waits_for_a_worker_has_its_patience():
    due = due_polls.DueReveal(1, None, 1, None, "running", None)

    assert [reveal.awaits(due, s) for s in (0, reveal.PATIENCE_S - 1, reveal.PATIENCE_S)] == [True, True, False]


async def test_a_step_of_the_clock_that_stumbles_stops_no_other(stage, monkeypatch):
    await stage.publish(text("one"))

    def broken(*_, **__):
        raise ValueError("an odd row")

    monkeypatch.setattr(due_polls, "to_close", broken)
    stage.clock.tick(stage.now)
    await stage.clock.quiet()

    assert texts(stage) == ["one"]


async def test_an_open_poll_that_cannot_even_be_closed_can_be_given_up(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    address = schedule.address(stage.database, 1, 1)
    questions.hold(stage.database, address, "reveal", "broken", "trouble", stage.now)
    questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)

    assert stage.status().state == "done"
