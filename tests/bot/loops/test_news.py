"""Admins are told what happens without asking: once, together, quietly, and never twice."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.loops import refusal_words, words
from bot.store import news
from bot.store.tables import news as rows
from tests.bot.loops.test_answer_key import HEADS
from tests.bot.loops.test_desk import write
from tests.factory import asked, png, poll, text


def told(stage, user):
    return [message["text"] for message in stage.messages(str(user)) if "text" in message]


def loud(stage):
    """Which of the messages to people ring."""
    sent = [call["params"] for call in stage.calls("sendMessage")]
    return [not call.get("disable_notification") for call in sent if int(call["chat_id"]) > 0]


def left(stage):
    with stage.database.connect() as connection:
        return connection.execute(select(rows.c.kind, rows.c.admin, rows.c.taken)).all()


async def over(stage, *posts):
    """A thread of a poll that is closed and revealed."""
    await stage.publish(*(posts or (text("**First** words"), asked(poll()))))
    await stage.tick()
    await stage.tick(minutes=1)
    await stage.tick(hours=1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)


async def test_what_happens_together_is_one_quiet_message_by_the_names_that_people_know(stage, admin):
    await over(stage)
    await stage.hear_news()

    (said,) = told(stage, admin)
    assert said.splitlines() == [
        "“Тред” → group",
        "No. 1 is out: «First words»",
        "No. 2 is out: «Which?»",
        "Poll no. 2 is closed, voters: 0: «Which?»",
        "No. 2 is revealed: «Which?»",
    ]
    assert loud(stage) == [False]
    assert left(stage) == []


async def test_a_line_waits_a_moment_for_those_that_come_along_but_not_for_ever(stage, admin):
    await stage.publish(text("first"))
    await stage.tick()
    await stage.hear_news(seconds=2)
    assert told(stage, admin) == []

    await stage.hear_news(seconds=1)

    assert told(stage, admin) == ["“Тред” → group\nNo. 1 is out: «first»"]


async def test_who_wants_it_quiet_hears_no_more_of_each_post_and_others_do(stage, admin):
    (other,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": other})
    stage.admins = (admin, other)
    stage.restart()
    said = (await write(stage, admin, "/quiet"))[-1]["text"]
    await stage.publish(text("first"))
    await stage.tick()
    await stage.hear_news()

    assert "no longer tell each post" in said
    assert (told(stage, admin)[-1], told(stage, other)) == (said, ["“Тред” → group\nNo. 1 is out: «first»"])
    assert "I will tell each post" in (await write(stage, admin, "/quiet"))[-1]["text"]


@pytest.mark.parametrize("person", ["a stranger", "a former admin"])
async def test_nobody_else_switches_anything_or_is_told_anything(stage, admin, person):
    (other,) = stage.users(1)
    if person == "a former admin":
        stage.admins = (admin, other)
        stage.restart()
        await write(stage, other, "/quiet")
        stage.admins = (admin,)
        stage.restart()
    with stage.database.connect() as connection:
        before = news.wishes(connection)
    said = await write(stage, other, "/quiet")
    await stage.publish(text("first"))
    await stage.tick()
    await stage.hear_news()

    with stage.database.connect() as connection:
        assert news.wishes(connection) == before
    assert stage.messages(str(other)) == said
    assert len(told(stage, admin)) == 1


async def test_a_bot_that_died_while_it_said_something_does_not_say_it_again(stage, admin):
    await stage.publish(text("first"), text("second"))
    await stage.tick()
    news.address(stage.database, {1: (admin,)}, often=True)
    news.take(stage.database, news.waiting(stage.database), stage.now)
    stage.restart()
    await stage.tick(minutes=1)
    await stage.hear_news()

    assert told(stage, admin) == ["“Тред” → group\nNo. 2 is out: «second»"]
    assert left(stage) == []


@pytest.mark.parametrize(("fault", "times"), [({"kind": "flood", "retry_after": 7}, 1), ({"kind": "lost"}, 1)])
async def test_what_surely_did_not_arrive_is_said_later_and_what_may_have_is_not_said_again(stage, admin, fault, times):
    await stage.publish(text("first"))
    await stage.tick()
    stage.fault("sendMessage", times=1, **fault)
    await stage.hear_news()
    await stage.hear_news(seconds=8)
    await stage.hear_news(seconds=8)

    assert told(stage, admin) == ["“Тред” → group\nNo. 1 is out: «first»"] * times
    assert left(stage) == []


async def test_an_admin_who_cannot_be_reached_keeps_nobody_from_hearing(stage, admin):
    (deaf,) = stage.users(1)  # has never written to the bot
    stage.admins = (deaf, admin)
    stage.restart()
    await stage.publish(text("first"))
    await stage.tick()
    await stage.hear_news()

    assert len(told(stage, admin)) == 1
    assert left(stage) == []


async def test_after_downtime_there_is_one_message(stage, admin):
    await stage.publish(*(text(f"post {number}") for number in range(5)), asked(poll()))
    await stage.tick()
    await stage.hear_news()
    stage.clock.beat(stage.now)
    stage.restart()
    await stage.hear_news(hours=3)
    for _ in range(5):
        await stage.tick(seconds=1)
    await stage.hear_news(seconds=16)

    _, digest = told(stage, admin)
    assert digest.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "The bot was down for 3 hrs: from 01 Dec 12:00 to 01 Dec 15:00 UTC. Meanwhile due: 5. I am catching up."
    )
    assert len(re.findall("is out", digest)) == 5
    assert loud(stage) == [False, True]


async def test_a_measurement_that_fails_is_told_when_that_is_known_not_when_its_poll_is_due(stage, admin):
    await stage.publish(text("first"), asked(poll(experiment=HEADS)).model_copy(update={"pause": timedelta(hours=5)}))
    await stage.tick()
    stage.compute("measure", None, "out of memory")
    await stage.tick(seconds=1)
    await stage.tick(seconds=1)
    await stage.hear_news()

    (said,) = told(stage, admin)
    assert said.splitlines()[1:3] == [
        "No. 1 is out: «first»",
        "The key of no. 2 could not be checked: «Which?» (out of memory).",
    ]
    assert loud(stage) == [True]
    assert stage.status().posts[1].state == "planned"


async def test_a_post_that_is_overdue_is_told_once(stage, admin):
    await stage.publish(text("first"))
    stage.fault("sendMessage", "flood", retry_after=3000, times=1)
    for _ in range(14):
        await stage.tick(minutes=1)
    await stage.hear_news()

    said = [line.replace("\N{NO-BREAK SPACE}", " ") for line in told(stage, admin)]
    assert said == [
        "“Тред” → group\nNo. 1 is late by 11 mins: «first»\nThe bot's log and pollbot doctor say what keeps it."
    ]


def test_every_refusal_that_telegram_is_known_for_is_a_sentence_in_both_languages():
    raw = [
        "forbidden: bot was kicked from the channel chat", "chat not found", "PHOTO_INVALID_DIMENSIONS",
        "not enough rights to send polls to the chat", "need administrator rights in the channel chat",
        "forbidden: the group chat was deleted", "message is too long", "no answer: timed out",
    ]  # fmt: skip
    for one in raw:
        ru, en = (refusal_words.explained(one, language) for language in ("ru", "en"))
        assert ru.endswith(f" ({one})")
        assert en.endswith(f" ({one})")
        assert not re.search(
            "[a-zA-Z]", re.sub(r"Telegram|PNG|JPEG|members_only|countries|anonymous: no", "", ru[: -len(one) - 3])
        )


def test_what_is_explained_is_not_explained_again_and_what_others_say_stays_as_it_is():
    once = refusal_words.explained("chat not found", "ru")

    assert refusal_words.explained(once, "ru") == once
    assert words.say(words.FAILED, "en", reason="disk I/O error") == "it fails: disk I/O error"
