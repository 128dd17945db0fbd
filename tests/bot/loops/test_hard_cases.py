"""What a wider torture run found, each as short as it can be shown."""

import asyncio
from datetime import timedelta

import pytest

from bot.loops import words
from tests.bot.loops.test_doubt import tap, texts, told, unreadable
from tests.factory import asked, png, poll, text
from tests.patience import PATIENCE_S, until

UNREADABLE = {"status": 400, "description": "Bad Request: message can't be forwarded"}


async def pass_time(stage, ticks=12, seconds=2):
    for _ in range(ticks):
        await stage.tick(seconds=seconds)


def basic_group(stage):
    stage.post("/chats", {"type": "group", "title": "basic", "username": "basic"})


async def lose_the_answer_of(stage, method="sendMessage"):
    stage.fault(method, "lost")
    await stage.tick(minutes=1)
    await pass_time(stage)


async def test_a_message_in_a_basic_group_is_found_behind_messages_of_private_chats(stage, admin):
    basic_group(stage)
    await stage.publish(text("one"), text("two"), chat="@basic")
    await stage.tick()
    for number in range(4):
        stage.post("/write", {"user": admin, "chat": admin, "text": f"private {number}"})
    await lose_the_answer_of(stage)

    assert texts(stage, "@basic") == ["one", "two"]


async def test_a_message_is_found_behind_several_that_were_deleted(stage, admin):
    stage.post("/chats/@group/bot", {"status": "administrator", "rights": {}})
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    group = (await stage.telegram.chat("@group")).id
    for number in range(4):
        spam = stage.post("/write", {"user": admin, "chat": "@group", "text": f"spam {number}"})["message"]
        await stage.telegram.bot.delete_message(group, spam["message_id"])
    await lose_the_answer_of(stage)

    assert texts(stage) == ["one", "two"]


async def test_a_message_is_found_after_its_group_became_a_supergroup(stage, admin):
    basic_group(stage)
    for number in range(5):
        stage.post("/write", {"user": admin, "chat": "@basic", "text": f"before {number}"})
    await stage.publish(text("one"), text("two"), text("three"), chat="@basic")
    await stage.tick()
    new = stage.post("/chats/@basic", {"upgraded": True})["migrated_to"]
    await stage.tick(minutes=1)
    await pass_time(stage, ticks=2)
    await lose_the_answer_of(stage)

    assert [said for said in texts(stage, str(new)) if said] == ["two", "three"]


async def test_a_message_that_arrives_after_its_call_was_given_up_is_not_sent_again(stage, admin):
    stage.telegram.requests.answer_s = 0.5  # stands for 20 s
    await stage.publish(text("one"))
    stage.fault("sendMessage", "delay", seconds=1.5)
    sending = asyncio.create_task(stage.tick())
    await until(lambda: stage.unanswered("sendMessage"))
    stage.now += timedelta(seconds=20)
    await sending
    stage.telegram.requests.answer_s = PATIENCE_S
    await stage.tick(seconds=2)
    await stage.tick(seconds=0)
    await until(lambda: texts(stage))
    await pass_time(stage)

    assert texts(stage) == ["one"]


@pytest.mark.parametrize("chat", ["@channel", "@group"])
async def test_a_final_tally_is_not_guessed_while_looking_fails_for_a_moment(stage, admin, chat):
    await stage.publish(asked(poll()), chat=chat)
    await stage.tick()
    stage.vote(admin, 2, chat=chat)
    stage.fault("stopPoll", "lost")
    await stage.tick(hours=1)
    stage.fault("forwardMessage", "error")
    await pass_time(stage, ticks=6)
    await stage.take_votes()  # getUpdates was in trouble, too

    assert [option.votes for option in stage.status().posts[0].poll.options] == [0, 0, 1]


async def test_a_question_that_was_not_delivered_is_asked_again(stage, admin):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.tick()
    stage.fault("forwardMessage", "error", times=3, **UNREADABLE)
    stage.fault("sendMessage", "flood", retry_after=3)
    await pass_time(stage, ticks=5)
    stage.restart()
    await pass_time(stage, ticks=30, seconds=60)

    assert [message["reply_markup"] for message in told(stage, admin)] != []


async def test_a_question_for_an_admin_who_has_never_written_to_the_bot_waits_until_they_have(stage):
    (user,) = stage.users(1)
    stage.admins = (user,)
    stage.restart()
    await stage.publish(text("one"))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await pass_time(stage, ticks=5, seconds=60)
    stage.post("/chats", {"type": "private", "user": user})
    await pass_time(stage, ticks=20, seconds=60)

    assert ["bot was kicked" in message["text"] for message in told(stage, user)] == [True]


async def test_trouble_with_one_admin_keeps_nothing_from_the_others(stage, admin):
    (other,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": other})
    stage.admins = (admin, other)
    stage.restart()
    stage.fault("sendMessage", "flood")

    assert await stage.clock.admins.tell(words.ABSENT) == "later"
    assert [message["text"] for message in told(stage, other)] == [words.ABSENT["en"]]


async def test_an_old_button_does_not_settle_what_was_stopped_later(stage, admin):
    long = "\n\n".join(f"{number} " + "x" * 2000 for number in range(3))
    await unreadable(stage, text(long))
    await tap(stage, admin, "Go on")
    stage.fault("sendMessage", "error", status=400, description="Bad Request: not enough rights")
    await pass_time(stage, ticks=2)
    query = {"id": "1", "from": {"id": admin}, "data": "v1|skip|1|1|post.0"}
    await stage.hear({"update_id": 1, "callback_query": query})

    assert [post.state for post in stage.status().posts] == ["failed"]
    assert "post 1, part 2 «" in told(stage, admin)[-1]["text"]


async def test_a_poll_that_stayed_behind_in_an_old_group_is_revealed_when_the_admin_says_so(stage, admin):
    basic_group(stage)
    await stage.publish(asked(poll()), chat="@basic")
    await stage.tick()
    stage.vote(admin, 2, chat="@basic")
    await stage.take_votes()
    new = stage.post("/chats/@basic", {"upgraded": True})["migrated_to"]
    await stage.tick(hours=1)
    await stage.tick()
    await stage.catch_up()
    question = told(stage, admin)[-1]["text"]
    await tap(stage, admin, "Reveal it")
    await stage.tick()
    stage.compute("draw", png())
    await stage.tick(seconds=1)

    (reveal,) = [message for message in stage.messages(str(new)) if "photo" in message]
    assert "became a supergroup" in question
    assert "reply_to_message" not in reveal
    assert [option.votes for option in stage.status().posts[0].poll.options] == [0, 0, 1]


async def test_going_on_without_one_part_still_sends_the_parts_behind_it(stage, admin):
    long = "\n\n".join(f"{number} " + "x" * 2000 for number in range(3))
    await unreadable(stage, text(long), text("two"))
    await tap(stage, admin, "Go on")
    await pass_time(stage, seconds=20)

    assert [said[0] for said in texts(stage)] == ["0", "2", "t"]


async def test_an_admin_can_point_at_a_poll_a_second_time(stage, admin):
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.fault("forwardMessage", "error", times=99, **UNREADABLE)
    await pass_time(stage, seconds=61)
    await tap(stage, admin, "It is there")
    await pass_time(stage, seconds=61)

    buttons = [button["text"] for (button,) in told(stage, admin)[-1]["reply_markup"]["inline_keyboard"]]
    assert "It is there: no. 1" in buttons
