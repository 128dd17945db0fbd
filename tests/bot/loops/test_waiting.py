"""What waits waits alone: it holds no other up, is seen while it does, and costs nothing meanwhile."""

import asyncio
from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import text as sql

from bot.loops import clock, serving
from bot.store import questions, schedule
from tests.bot.loops.test_contained import HEADS, error, spoil, texts
from tests.bot.loops.test_doubt import told
from tests.factory import HOUR, asked, png, poll, text
from tests.patience import until


async def seconds_of(stage, ticks):
    """How long a running clock takes for so many ticks."""
    stop, tick, began = asyncio.Event(), stage.clock.tick, monotonic()
    left = iter(range(ticks - 1))

    def counted(now):
        tick(now)
        if next(left, None) is None:
            stop.set()

    stage.clock.tick = counted
    await stage.clock.run(stop)
    return monotonic() - began


async def test_a_poll_that_waits_for_its_measurement_does_not_turn_the_clock(stage):
    await stage.publish(asked(poll(experiment=HEADS)))

    assert await seconds_of(stage, 8) > 1


async def test_a_thread_that_waits_for_a_doubt_in_its_chat_does_not_turn_the_clock(stage):
    await stage.publish(text("one"))
    await stage.publish(text("another"))
    with stage.database.begin() as connection:
        post = "INSERT INTO messages (post_id, purpose, part, chat_id, state, message_ids, tried)"
        connection.execute(
            sql(f"{post} SELECT 1, 'reveal', 9, chat_id, 'sending', '[]', start FROM publications LIMIT 1")
        )

    assert await seconds_of(stage, 8) > 1


@pytest.mark.parametrize("answer", ["wait", "skip"])
async def test_a_held_post_with_a_message_in_doubt_blocks_no_other_thread_of_its_chat(stage, admin, answer):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.publish(text("another"))
    await stage.tick()
    stage.restart()
    spoil(stage, 1, "$.mood", "sunny")
    await stage.tick(seconds=10)
    if answer == "skip":
        questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)
    for _ in range(3):
        await stage.tick(seconds=10)

    assert "another" in texts(stage)


async def test_an_admin_is_asked_about_a_held_message_in_doubt_in_their_language(stage, admin):
    stage.language = "ru"
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.tick()
    stage.restart()
    spoil(stage, 1, "$.mood", "sunny")
    for _ in range(3):
        await stage.tick(seconds=10)

    question = told(stage, admin)[-1]["text"]
    assert question.startswith("«Тред» → group, пост 1 ?: не получается: ")
    assert "; дошло ли, видно в чате" in question


async def test_a_poll_that_is_half_closed_when_the_clock_is_put_back_is_closed(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.fault("stopPoll", "lost")
    await stage.tick(hours=1)
    stage.restart()
    await stage.tick(minutes=-30)
    await stage.catch_up()

    assert stage.status().posts[0].poll.state == "closed"


async def test_a_message_in_doubt_that_this_version_would_not_send_is_asked_about(stage, admin):
    stage.per_chat = 1
    stage.restart()
    await stage.publish(text("long " * 1000), text("another"))
    await stage.tick()
    stage.fault("sendMessage", "lost")
    await stage.tick(minutes=1)
    spoil(stage, 1, "$.text", "short")
    stage.restart()
    await stage.tick(seconds=10)
    before = error(stage)
    questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)
    for _ in range(3):
        await stage.tick(minutes=1)

    assert (before[0], stage.status().state) == ("stopped", "done")


async def test_a_poll_that_an_admin_went_on_without_is_not_closed_again(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.fault("stopPoll", "delay", seconds=0.5)
    stage.clock.close_due(stage.now + HOUR)
    await until(lambda: stage.unanswered("stopPoll"))
    address = schedule.address(stage.database, 1, 1)
    questions.hold(stage.database, address, "reveal", "gone", "odd", stage.now)
    questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)
    await stage.clock.quiet()

    assert stage.status().posts[0].poll.state == "revealed"


async def test_a_clock_that_was_put_back_leaves_no_doubt_behind(stage, admin):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.tick()
    stage.restart()
    await stage.tick(hours=-3)
    await stage.publish(text("another"))
    for _ in range(4):
        await stage.tick(seconds=10)

    assert texts(stage) == ["one", "another"]


async def test_a_row_that_is_refused_after_an_admin_had_it_tried_again_is_held_again(stage):
    await stage.publish(text("refused"))
    event = "INSERT ON messages WHEN NEW.post_id = 1 AND NEW.why IS NULL"
    with stage.database.begin() as connection:
        connection.execute(sql(f"CREATE TRIGGER full BEFORE {event} BEGIN SELECT RAISE(ABORT, 'full'); END"))
    for _ in range(serving.REFUSALS + 1):
        await stage.tick(seconds=2)
    questions.decide(stage.database, publication=1, position=1, answer="again", now=stage.now)
    for _ in range(serving.REFUSALS + 1):
        await stage.tick(seconds=2)

    assert error(stage) == ("stopped", "it fails: full")


async def test_no_poll_goes_out_whose_experiment_is_gone_though_its_author_insists(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    spoil(stage, 1, "$.poll.experiment.run", "heads_of_old")
    spoil(stage, 1, "$.poll.experiment.despite", "I know better")
    await stage.tick()

    assert (stage.messages(), error(stage)[0]) == ([], "stopped")


async def test_a_poll_that_an_admin_lets_out_is_recorded_though_its_experiment_is_gone(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    spoil(stage, 1, "$.poll.experiment.run", "heads_of_old")
    with stage.database.begin() as connection:
        connection.execute(sql("UPDATE posts SET approved = 1"))
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)

    assert (len(stage.messages()), stage.status().state) == (2, "done")


async def test_a_question_of_any_length_is_asked(stage, admin):
    await stage.publish(text("one"))
    spoil(stage, 1, "$." + "🙂" * 5000, "sunny")
    await stage.tick()
    await stage.tick(seconds=1)

    assert "cannot read" in stage.messages(str(admin))[-1]["text"]


async def test_a_question_that_telegram_refuses_holds_up_no_other(stage, admin):
    for chat in ("@group", "@channel"):
        await stage.publish(text("one"), chat=chat)
    for position in (1, 2):
        address = schedule.address(stage.database, position, 1)
        questions.hold(stage.database, address, "post", "broken", f"odd {position}", stage.now)
    stage.fault("sendMessage", "error", status=400, description="Bad Request: no")
    await stage.clock.admins.ask_due()

    assert "odd 2" in stage.messages(str(admin))[-1]["text"]


async def test_an_answer_to_one_question_does_not_pass_for_having_asked_the_next(stage):
    await stage.publish(text("one"))
    address = schedule.address(stage.database, 1, 1)
    questions.hold(stage.database, address, "post", "broken", "odd", stage.now)
    (first,) = questions.unasked(stage.database)
    questions.decide(stage.database, publication=1, position=1, answer="again", now=stage.now)
    questions.hold(stage.database, address, "post", "broken", "odd again", stage.now + timedelta(seconds=1))
    questions.asked(stage.database, first, stage.now)

    assert [question.error for question in questions.unasked(stage.database)] == ["odd again"]


async def stopped_while(stage, method):
    """Run the clock until Telegram is asked this, and stop it before the answer."""
    stage.fault(method, "delay", seconds=1)
    stop = asyncio.Event()
    running = asyncio.create_task(stage.clock.run(stop))
    await until(lambda: stage.unanswered(method))
    stop.set()
    await running


async def test_after_a_stop_no_other_thread_of_the_chat_is_begun(stage):
    for number in range(4):
        await stage.publish(text(str(number)))
    await stopped_while(stage, "sendMessage")

    assert texts(stage) == ["0"]


async def test_after_a_stop_a_long_post_waits_where_it_is_and_goes_on_at_the_next_start(stage):
    await stage.publish(text("long " * 2000))
    await stopped_while(stage, "sendMessage")
    before = len(texts(stage))
    stage.restart()
    await stage.tick()

    assert (before, len(texts(stage)), stage.status().state) == (1, 3, "done")


async def test_a_stop_waits_for_no_admin(stage, admin):
    for number in range(4):
        await stage.publish(text(str(number)))
        address = schedule.address(stage.database, number + 1, 1)
        questions.hold(stage.database, address, "post", "broken", "odd", stage.now)
    await stopped_while(stage, "sendMessage")

    assert len(questions.unasked(stage.database)) == 4


async def test_a_group_that_has_moved_is_called_once_by_its_old_id(stage, admin):
    stage.post("/chats", {"type": "group", "title": "basic", "username": "basic"})
    for number in range(3):
        await stage.publish(text(str(number)), chat="@basic")
    new = stage.post("/chats/@basic", {"upgraded": True})["migrated_to"]
    await stage.tick()
    for _ in range(3):
        await stage.tick(seconds=2)
    await stage.hear_news()

    (said,) = [m["text"] for m in stage.messages(str(admin)) if "supergroup" in m["text"]]
    assert said.count("supergroup") == 1
    assert [one for one in texts(stage, str(new)) if one] == ["0", "1", "2"]


async def test_reveals_that_wait_for_a_worker_hold_up_none_that_is_ready(stage, monkeypatch):
    monkeypatch.setattr(clock, "REVEALS", 2)
    for _ in range(2):
        await stage.publish(asked(poll(experiment=HEADS)))
    await stage.publish(asked(poll()), chat="@channel")
    with stage.database.begin() as connection:
        connection.execute(sql("UPDATE posts SET approved = 1"))
    await stage.tick()
    await stage.tick(hours=1)
    await stage.tick(seconds=1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)

    assert len(stage.messages("@channel")) == 2


async def test_reveals_of_a_chat_that_must_wait_hold_up_none_of_another(stage, monkeypatch):
    monkeypatch.setattr(clock, "REVEALS", 2)
    for number in range(3):
        await stage.publish(asked(poll().model_copy(update={"question": str(number)})))
    await stage.tick()
    await stage.publish(asked(poll()), chat="@channel")
    for _ in range(2):
        await stage.tick(seconds=1)
    await stage.tick(hours=1)
    for _ in range(4):
        await stage.tick(seconds=1)
    stage.fault("sendPhoto", "flood", retry_after=600)
    for _ in stage.queued():
        stage.compute("draw", png())
    for _ in range(3):
        await stage.tick(seconds=1)

    assert len(stage.messages("@channel")) == 2


async def test_a_tick_orders_few_pictures_so_that_votes_do_not_wait(stage, monkeypatch):
    for number in range(5):
        await stage.publish(asked(poll().model_copy(update={"question": str(number)})))
    for _ in range(5):
        await stage.tick(seconds=1)
    stage.clock.close_due(stage.now + 2 * HOUR)
    await stage.clock.quiet()
    monkeypatch.setattr(clock, "BATCH", 2)
    ordered = []
    for _ in range(3):
        stage.clock.reveal_due(stage.now)
        ordered.append(len(stage.queued()))

    assert ordered == [2, 4, 5]


async def test_polls_that_wait_for_a_measurement_hold_up_no_other_post(stage):
    for _ in range(7 * clock.BATCH):
        await stage.publish(asked(poll(experiment=HEADS)))
    await stage.publish(text("fine"), chat="@channel")
    for _ in range(30):
        await stage.tick(seconds=clock.CROWDED_S)

    assert texts(stage, "@channel") == ["fine"]


async def test_a_hold_that_fails_stops_no_other(stage, monkeypatch):
    await stage.publish(text("odd"))
    await stage.publish(text("fine"))
    spoil(stage, 1, "$.mood", "sunny")
    monkeypatch.setattr(questions, "hold", lambda *_: "\ud800".encode())
    await stage.tick()
    await stage.tick(seconds=0.5)

    assert texts(stage) == ["fine"]


@pytest.mark.parametrize("admins", [(), (1001,)])
async def test_what_the_database_did_not_take_at_once_is_recorded_later_and_not_looked_for(stage, admins):
    stage.admins = admins
    stage.restart()
    await stage.publish(asked(poll()))
    event = "UPDATE OF state ON messages WHEN NEW.state = 'sent'"
    with stage.database.begin() as connection:
        connection.execute(sql(f"CREATE TRIGGER full BEFORE {event} BEGIN SELECT RAISE(ABORT, 'full'); END"))
    await stage.tick()
    with stage.database.begin() as connection:
        connection.execute(sql("DROP TRIGGER full"))
    await stage.tick(seconds=1)

    assert stage.status().posts[0].poll.state == "open"
    assert len(stage.calls("sendPoll")) == 1
