"""What the bot does when it cannot know: it looks, adopts or sends again, and asks only where it cannot see."""

import httpx
import pytest
from sqlalchemy import text as sql

from bot.commands import status
from bot.loops.doubt import digest
from bot.store import messages, questions, schedule
from bot.store.address import Address
from bot.store.messages import Intent
from bot.thread.model import Formula
from tests.factory import asked, png, poll, text


def told(stage, user):
    return [message for message in stage.messages(str(user)) if "text" in message]


async def tap(stage, user, words):
    """Tap the button whose words begin like this, under the newest message that has it."""
    for message in reversed(told(stage, user)):
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for (button,) in rows:
            if button["text"].startswith(words):
                where = {"user": user, "chat": user, "message_id": message["message_id"]}
                stage.post("/tap", where | {"data": button["callback_data"]})
                return await hear(stage)
    raise AssertionError(f"no button {words!r} in {told(stage, user)}")


async def hear(stage):
    """Take every waiting update in, as intake does."""
    async with httpx.AsyncClient(base_url=f"{stage.telegram.api_url}/bot4242:demo/") as http:
        waiting = (await http.post("getUpdates", json={"limit": 100})).json()["result"]
        await stage.hear(*waiting)
        if waiting:
            await http.post("getUpdates", json={"offset": waiting[-1]["update_id"] + 1, "limit": 1})


def texts(stage, chat="@group"):
    return [message.get("text") for message in stage.messages(chat)]


def states(stage):
    return [post.state for post in stage.status().posts]


async def killed_before_sending(stage, post):
    """Leave what a bot leaves that died between intent and call."""
    await stage.publish(post)
    from bot.telegram import outgoing

    due = schedule.due_posts(stage.database, stage.now)[0]
    (message,) = outgoing.of_post(post, [])
    messages.intend(
        stage.database,
        Intent(due.address.post_id, "post", 0),
        chat_id=due.address.chat.id,
        digest=digest(message),
        now=stage.now,
    )
    stage.restart()


async def test_what_was_intended_and_never_sent_is_sent_once(stage, admin):
    await killed_before_sending(stage, text("one"))
    await stage.tick()
    at_once = texts(stage)
    await stage.tick(seconds=6)
    await stage.tick(seconds=1)

    assert (at_once, texts(stage), states(stage)) == ([], ["one"], ["sent"])


@pytest.mark.parametrize("before", [0, 1, 70])
async def test_a_text_whose_answer_was_lost_is_found_and_adopted(stage, admin, before):
    (ann,) = stage.users(1)
    for number in range(before):
        stage.post("/write", {"user": ann, "chat": "@group", "text": f"chat {number}"})
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    await stage.tick(seconds=6)
    await stage.tick(minutes=1)

    assert texts(stage)[before:] == ["one", "two"]
    assert stage.status().posts[0].message_ids == [before + 1]


async def test_a_photo_whose_answer_was_lost_is_found_by_its_caption(stage, admin):
    stage.fault("sendPhoto", "lost")
    await stage.publish(text("board", pictures=(Formula(latex="x"),)), files=[[png()]])
    await stage.tick()
    await stage.tick(seconds=6)

    assert (len(stage.messages()), states(stage)) == (1, ["sent"])


@pytest.mark.parametrize("chat", ["@group", "@channel"])
async def test_a_poll_whose_answer_was_lost_is_adopted_with_the_votes_that_it_got_meanwhile(stage, admin, chat):
    (ann,) = stage.users(1)
    stage.fault("sendPoll", "lost")
    await stage.publish(asked(poll()), chat=chat)
    await stage.tick()
    stage.vote(ann, 2, chat=chat)
    await stage.take_votes()
    await stage.tick(seconds=6)

    found = stage.status().posts[0].poll
    assert (len(stage.messages(chat)), found.state, [o.votes for o in found.options]) == (1, "open", [0, 0, 1])


async def test_a_reveal_whose_answer_was_lost_is_not_doubled(stage, admin):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    stage.fault("sendPhoto", "lost")
    await stage.tick(seconds=1)
    await stage.tick(seconds=6)

    assert (len(stage.messages()), stage.status().state) == (2, "done")


async def test_nothing_else_goes_to_a_chat_before_its_doubt_is_settled(stage, admin):
    await stage.publish(text("one"))
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.publish(text("two"))
    stage.fault("sendMessage", "lost")
    await stage.tick(minutes=59)
    stage.fault("editMessageReplyMarkup", "error", times=8)  # looking fails for a while
    await stage.tick(minutes=2)
    stage.compute("draw", png())
    await stage.tick(seconds=2)
    held = len(stage.messages())
    for _ in range(12):
        await stage.tick(seconds=2)

    assert held == 3
    assert texts(stage) == ["one", None, "two", None]
    assert [p.state for p in status.read(stage.database).publications] == ["done"] * 3


async def test_looking_leaves_nothing_behind_in_the_admin_s_chat(stage, admin):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.tick()
    await stage.tick(seconds=6)

    assert told(stage, admin) == []


async def test_where_nothing_can_be_read_the_thread_waits_and_nothing_is_doubled(stage):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    await stage.tick(seconds=6)
    await stage.tick(hours=1)

    assert (texts(stage), states(stage)) == (["one"], ["unknown", "planned"])


async def unreadable(stage, *posts):
    """The first post arrives, its answer is lost, and for more than a minute it is not forwarded."""
    stage.fault("sendMessage", "lost")
    await stage.publish(*posts)
    await stage.tick()
    stage.fault("forwardMessage", "error", status=400, description="Bad Request: message can't be forwarded", times=99)
    await stage.tick(seconds=6)
    await stage.tick(seconds=61)
    stage.sim.delete("/faults").raise_for_status()


@pytest.mark.parametrize(
    ("button", "expected"),
    [("It is there: no. 1", ["one", "two"]), ("Send it again", ["one", "one", "two"]), ("Go on", ["one", "two"])],
)
async def test_the_admin_is_asked_with_buttons_and_each_answer_is_carried_out(stage, admin, button, expected):
    await unreadable(stage, text("one"), text("two"))
    question = told(stage, admin)[-1]["text"]
    await tap(stage, admin, button)
    await stage.tick(seconds=6)
    await stage.tick(minutes=1)
    await stage.tick(minutes=1)

    assert question.startswith("“Тред” → group, post 1 «one»: may have arrived")
    assert texts(stage) == expected


async def test_a_second_tap_changes_nothing(stage, admin):
    await unreadable(stage, text("one"))
    question = told(stage, admin)[-1]
    await tap(stage, admin, "Go on")
    body = {"user": admin, "chat": admin, "message_id": question["message_id"], "data": "v1|again|1|1|post.0"}
    stage.sim.post("/tap", json=body)
    await hear(stage)
    await stage.tick()

    assert states(stage) == ["skipped"]


async def test_a_stranger_s_tap_is_ignored(stage, admin):
    await unreadable(stage, text("one"))
    query = {"id": "1", "from": {"id": 999}, "data": "v1|again|1|1|post.0"}
    await stage.hear({"update_id": 1, "callback_query": query})

    assert states(stage) == ["unknown"]


async def test_an_admin_who_never_wrote_to_the_bot_is_tried_again_every_ten_minutes_and_not_at_each_tick(stage):
    (stranger,) = stage.admins = tuple(stage.users(1))
    stage.restart()
    await stage.publish(text("one"))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    tried = []
    for minutes in (0, 0.01, 5, 4.9, 0.1, 0.01):
        await stage.tick(minutes=minutes)
        tried.append(sum(call["params"]["chat_id"] == str(stranger) for call in stage.calls("sendMessage")))

    assert tried == [1, 1, 1, 1, 2, 2]


async def test_an_admin_is_told_why_a_post_was_refused_and_can_let_it_go_on(stage, admin):
    await stage.publish(text("one"))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await stage.tick()
    question = told(stage, admin)[-1]["text"]
    stage.post("/chats/@group/bot", {"status": "member"})
    await tap(stage, admin, "Send it again")
    await stage.tick(seconds=1)

    assert "bot was kicked" in question
    assert texts(stage) == ["one"]


async def test_an_admin_hears_when_the_bot_loses_its_rights(stage, admin):
    await stage.publish(text("one"), chat="@channel")
    rights = {"status": "administrator", "rights": {"can_post_messages": False}}
    stage.post("/chats/@channel/bot", rights)
    await hear(stage)

    assert told(stage, admin)[-1]["text"].startswith("channel: the bot may not post messages any more. Give it")


async def test_a_group_that_becomes_a_supergroup_is_followed(stage, admin):
    stage.post("/chats", {"type": "group", "title": "old", "id": -77})
    await stage.publish(text("one"), chat="-77")
    new = stage.post("/chats/-77", {"upgraded": True})["migrated_to"]
    await stage.tick()
    await stage.tick(seconds=1)

    assert [message.get("text") for message in stage.messages(str(new)) if "text" in message] == ["one"]


async def test_a_deleted_poll_is_not_revealed_without_the_admin_s_word(stage, admin):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.telegram.bot.delete_message("@group", 1)
    await stage.tick(hours=1)
    await stage.catch_up()
    stage_before = [post.poll.state for post in stage.status().posts]
    await tap(stage, admin, "Go on")

    assert stage_before == ["closed"]
    assert stage.status().state == "done"
    assert stage.messages() == []


async def test_a_poll_that_is_said_to_be_closed_is_read_before_that_is_believed(stage, admin):
    (ann,) = stage.users(1)
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    stage.vote(ann, 2, chat="@channel")
    stage.fault("stopPoll", "error", status=400, description="Bad Request: poll can't be stopped", times=2)
    await stage.tick(hours=1)
    await stage.tick(seconds=4)
    still = stage.status().posts[0].poll.state
    await stage.tick(seconds=31)
    await stage.hear_news()

    found = stage.status().posts[0].poll
    assert (still, found.state, [o.votes for o in found.options]) == ("closing", "closed", [0, 0, 1])
    assert "stays open" in told(stage, admin)[0]["text"]


async def test_a_poll_whose_closing_was_not_recorded_keeps_its_final_tally(stage, admin):
    (ann,) = stage.users(1)
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    stage.vote(ann, 2, chat="@channel")
    await stage.telegram.stop((await stage.telegram.chat("@channel")).id, 1)
    await stage.tick(hours=1)
    await stage.tick(seconds=4)

    found = stage.status().posts[0].poll
    assert (found.state, found.voters, [o.votes for o in found.options]) == ("closed", 1, [0, 0, 1])


async def test_a_chat_is_not_written_to_faster_than_the_limit_and_keeps_its_order(stage):
    stage.per_chat = 2
    stage.restart()
    for word in ("a", "b", "c"):
        await stage.publish(text(word))
    await stage.tick()
    burst = texts(stage)
    await stage.tick(seconds=29)
    waiting = texts(stage)
    await stage.tick(seconds=2)

    assert (burst, waiting, texts(stage)) == (["a", "b"], ["a", "b"], ["a", "b", "c"])


async def test_an_hour_of_quiet_saves_up_no_more_messages_than_a_minute_may_have(stage):
    stage.per_chat = 2
    stage.restart()
    await stage.publish(text("first"))
    await stage.tick()
    for word in "abcde":
        await stage.publish(text(word))
    await stage.tick(hours=1)

    assert texts(stage) == ["first", "a", "b"]


async def test_a_clock_that_jumps_back_doubles_nothing_and_goes_on(stage):
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    await stage.tick(hours=-3)
    await stage.tick(hours=3, minutes=1)

    assert texts(stage) == ["one", "two"]


async def test_a_disk_that_is_full_after_sending_leads_to_adoption_and_not_to_a_second_message(stage, admin):
    await stage.publish(text("one"))
    with stage.database.begin() as connection:
        full = "WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        connection.execute(sql(f"CREATE TRIGGER full BEFORE UPDATE ON messages {full}"))
    await stage.tick()
    with stage.database.begin() as connection:
        connection.execute(sql("DROP TRIGGER full"))
    await stage.tick(seconds=6)

    assert (texts(stage), states(stage)) == (["one"], ["sent"])


@pytest.mark.parametrize(("rule", "state", "sent"), [("post", "sent", 1), ("skip", "skipped", 0), ("ask", "failed", 0)])
async def test_what_is_overdue_goes_by_its_publication_s_rule(stage, admin, rule, state, sent):
    await stage.publish(text("one"), rule=rule)
    await stage.tick(hours=2)

    assert (states(stage), len(stage.messages())) == ([state], sent)


async def test_a_post_that_is_half_sent_is_finished_however_late_it_is(stage, admin):
    await stage.publish(text("\n\n".join(f"{number} " + "x" * 2000 for number in range(3))), rule="skip")
    stage.per_chat = 1
    stage.restart()
    await stage.tick()
    stage.fault("sendMessage", "flood")
    await stage.tick(minutes=1)
    await stage.tick(hours=2)
    await stage.tick(hours=2)

    assert ([words[0] for words in texts(stage)], states(stage)) == (["0", "2"], ["sent"])


async def test_a_bot_killed_before_it_recorded_that_a_deleted_poll_is_closed_goes_on(stage, admin):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.telegram.bot.delete_message("@group", 1)
    address = Address(await stage.telegram.chat("@group"), 1, 1, 1)
    questions.hold(stage.database, address, "reveal", "gone", "the poll's message was deleted", stage.now)
    stage.restart()
    await stage.tick(hours=1)
    await stage.catch_up()

    assert [post.poll.state for post in stage.status().posts] == ["closed"]


async def test_a_late_post_goes_out_when_the_admin_says_so(stage, admin):
    await stage.publish(text("one"), rule="ask")
    await stage.tick(hours=2)
    await tap(stage, admin, "Send it now")
    await stage.tick(seconds=1)

    assert texts(stage) == ["one"]


async def test_after_downtime_polls_are_closed_before_anything_is_posted(stage):
    await stage.publish(asked(poll()), text("next"))
    await stage.tick()
    await stage.tick(hours=5)

    methods = [call["method"] for call in stage.get("/calls")["calls"] if call["method"] in ("stopPoll", "sendMessage")]
    assert methods == ["stopPoll", "sendMessage"]


async def test_an_admin_who_reads_russian_is_told_and_asked_in_russian(stage, admin):
    stage.language = "ru"
    stage.restart()
    await stage.publish(text("one"), rule="ask")
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await hear(stage)
    await stage.tick(hours=26, minutes=1)
    await tap(stage, admin, "Обойтись")

    removed, late = (message["text"].replace("\N{NO-BREAK SPACE}", " ") for message in told(stage, admin))
    assert removed.startswith("group: бота удалили из чата. Чтобы тред шёл дальше, верните его; ")
    assert late == "«Тред» → group, пост 1 «one»: опоздание: 1 дн. 2 ч\n\nОбойдусь без него."


async def test_what_the_bot_cannot_do_is_told_in_russian_and_only_its_reason_is_telegram_s(stage, admin):
    stage.language = "ru"
    stage.restart()
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    stage.fault("stopPoll", "error", status=400, description="Bad Request: not enough rights")
    await stage.tick(hours=1)
    await stage.hear_news()

    why = "боту не хватает прав в чате: дайте ему право публиковать сообщения и опросы (not enough rights)"
    assert stage.status().posts[0].poll.error == f"опрос остаётся открытым: {why}"
    assert told(stage, admin)[-1]["text"] == (
        "«Тред» → channel\nВышел № 1: «Which?»\n"
        f"Опрос № 1 остаётся открытым: «Which?»: {why}.\nПробую закрыть снова и снова."
    )
