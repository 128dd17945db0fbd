"""A poll that closes soon is told of once, if its author wants that: whatever dies, and not when that is no use."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store import states
from bot.store.tables import messages, polls
from bot.thread import markdown, writer
from bot.thread.model import Poll
from tests import transitions
from tests.factory import asked, poll

FILE = """---
title: Heads
language: en
poll: {open: 2h, remind: 30m}
summary: yes
leaderboard: yes
---
Which?

- [x] a
- [ ] b

---
How?

- [ ] a
- [x] b

```poll
remind: 5m
```
"""


def reminding(minutes: int = 20) -> Poll:
    return poll().model_copy(update={"remind": timedelta(minutes=minutes)})


def reminders(stage, chat="@group"):
    return [message for message in stage.messages(chat) if message.get("text", "").startswith("⏰")]


async def opened(stage, **more):
    await stage.publish(asked(reminding()), **more)
    await stage.tick()
    return stage.messages()[-1]["message_id"] if not more else None


async def test_a_poll_is_reminded_of_once_as_a_reply_in_its_language_by_its_author_s_clocks(stage):
    number = await opened(stage)
    await stage.tick(minutes=39)
    assert reminders(stage) == []
    await stage.tick(minutes=1)
    await stage.tick(minutes=1)
    stage.restart()
    await stage.tick(minutes=1)

    (said,) = reminders(stage)
    assert said["text"] == "⏰ Голосовать можно до 13:00 (UTC)."
    assert said["reply_to_message"]["message_id"] == number
    await stage.tick(minutes=20)
    assert stage.status().posts[0].poll.state == "closed"


@pytest.mark.parametrize("away", [31, 61])
async def test_a_reminder_that_comes_too_late_is_left_out(stage, away):
    await opened(stage)
    stage.restart()
    await stage.tick(minutes=20 + away)
    await stage.tick(seconds=1)

    assert reminders(stage) == []
    with stage.database.connect() as connection:
        assert connection.execute(select(polls.c.reminds)).scalar() is None


async def test_a_poll_that_an_admin_closed_is_not_reminded_of(stage):
    await opened(stage)
    with stage.database.begin() as connection:
        connection.exec_driver_sql("UPDATE polls SET closes = opened")
    await stage.tick(minutes=40)
    await stage.tick(seconds=1)

    assert reminders(stage) == []


async def test_a_reminder_whose_arrival_was_lost_is_found_and_not_sent_again(stage, admin):
    await opened(stage)
    stage.fault("sendMessage", "lost")
    await stage.tick(minutes=40)
    stage.restart()
    for _ in range(4):
        await stage.tick(seconds=6)

    assert len(reminders(stage)) == 1
    with stage.database.connect() as connection:
        sent = connection.execute(select(messages.c.state).where(messages.c.purpose == "remind")).scalars().all()
    assert sent == ["sent"]


async def test_a_reminder_in_doubt_is_settled_also_when_its_poll_is_closed_and_keeps_no_chat(stage, admin):
    await opened(stage)
    stage.fault("sendMessage", "lost")
    await stage.tick(minutes=40)
    stage.restart()
    await stage.tick(minutes=25)
    for _ in range(4):
        await stage.tick(seconds=6)
    stage.compute("draw", None, "no worker")
    for _ in range(2):
        await stage.tick(seconds=1)

    assert stage.status().posts[0].poll.state == "revealed"
    assert len(reminders(stage)) == 1


async def test_a_reminder_that_telegram_refuses_is_done_without_and_nobody_is_asked(stage, admin):
    await opened(stage)
    stage.fault("sendMessage", "error", status=400, description="Bad Request: not enough rights to send text messages")
    await stage.tick(minutes=40)
    await stage.tick(minutes=20)

    assert reminders(stage) == []
    assert stage.messages(str(admin)) == []
    assert stage.status().posts[0].poll.state == "closed"
    assert ("messages", "sending", "skipped") in transitions.seen(stage.database)
    assert {*states.ASKED} == {"post", "reveal"}


def test_the_file_says_when_and_what_is_written_is_read_as_the_same():
    thread = markdown.parse(FILE, "heads.md")

    assert [post.poll.remind for post in thread.posts] == [timedelta(minutes=30), timedelta(minutes=5)]
    assert (thread.summary, thread.leaderboard) == (True, True)
    again = markdown.parse(writer.written(thread), "again.md")
    assert [post.poll.remind for post in again.posts] == [post.poll.remind for post in thread.posts]
    assert (again.summary, again.leaderboard) == (True, True)


def test_a_reminder_that_would_come_before_its_poll_is_told_with_its_place():
    _, problems = markdown.inspect(FILE.replace("remind: 5m", "remind: 2h"))

    said = "remind: 2h, but the poll is open for 2h: remind later than it begins"
    assert [(one.line, one.message) for one in problems] == [(20, said)]


def test_a_leaderboard_where_nobody_can_be_right_is_told():
    text = FILE.replace("poll: {open: 2h, remind: 30m}", "poll: {kind: opinion}").replace("[x]", "[ ]")
    _, problems = markdown.inspect(text)

    assert [one.message for one in problems] == [
        "leaderboard: yes, but no poll here has a right answer and names its voters: take the line away"
    ]
