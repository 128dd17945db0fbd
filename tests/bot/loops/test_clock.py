import pytest

from bot.commands import status
from bot.errors import ChatError
from bot.loops import clock
from bot.store.polls import Tally
from bot.telegram.http import Http
from bot.thread.model import Experiment, Formula
from tests.factory import asked, png, poll, text

OPTIONS = ("softmax+nll", "logsoftmax+nll", "softmax+ce")
HEADS = Experiment(run="heads", options=OPTIONS, seeds=2, despite="so it need not wait to go out")


def texts(stage, chat="@group"):
    return [message.get("text") for message in stage.messages(chat)]


async def test_posts_go_out_in_order_each_at_its_time(stage):
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    first = texts(stage)
    await stage.tick(minutes=1)

    assert (first, texts(stage)) == (["one"], ["one", "two"])


async def test_markdown_arrives_as_entities(stage):
    await stage.publish(text("**bold** and `code`"))
    await stage.tick()

    (message,) = stage.messages()
    assert message["text"] == "bold and code"
    assert [(e["type"], e["offset"], e["length"]) for e in message["entities"]] == [("bold", 0, 4), ("code", 9, 4)]


async def test_a_text_over_the_limit_is_split_and_not_cut(stage):
    words = "\n\n".join(f"paragraph {i} " + "x" * 90 for i in range(60))
    await stage.publish(text(words))
    await stage.tick()

    sent = texts(stage)
    assert len(sent) == 2
    assert "".join("\n\n".join(sent).split()) == "".join(words.split())


async def test_a_caption_over_the_limit_goes_on_as_a_message(stage):
    words = "\n\n".join("y" * 500 for _ in range(5))
    await stage.publish(text(words, pictures=(Formula(latex="x"),)), files=[[png()]])
    await stage.tick()

    photo, rest = stage.messages()
    assert "photo" in photo
    assert photo["caption"] + "\n\n" + rest["text"] == words


async def test_several_pictures_make_an_album(stage):
    await stage.publish(text("two", pictures=(Formula(latex="x"), Formula(latex="y"))), files=[[png(), png()]])
    await stage.tick()

    assert ["photo" in message for message in stage.messages()] == [True, True]
    assert stage.status().posts[0].message_ids == [1, 2]


async def test_an_album_s_pictures_come_in_the_author_s_order(stage):
    formulas = tuple(Formula(latex=letter) for letter in "abc")
    await stage.publish(text("three", pictures=formulas), files=[[png(width=width) for width in (40, 60, 50)]])
    await stage.tick()

    assert [message["photo"][-1]["width"] for message in stage.messages()] == [40, 60, 50]


@pytest.mark.parametrize(("chat", "anonymous"), [("@channel", True), ("@group", False)])
async def test_polls_are_anonymous_in_a_channel_and_by_name_in_a_group(stage, chat, anonymous):
    await stage.publish(asked(poll()), chat=chat)
    await stage.tick()

    assert stage.messages(chat)[0]["poll"]["is_anonymous"] is anonymous


async def test_a_poll_is_closed_when_its_time_is_over_with_telegram_s_own_tally(stage):
    ann, bob = stage.users(2)
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    stage.vote(ann, 0, chat="@channel")
    stage.vote(bob, 2, chat="@channel")
    await stage.tick(hours=1)

    found = stage.status().posts[0].poll
    assert (found.state, found.voters, [o.votes for o in found.options]) == ("closed", 2, [1, 0, 1])


async def test_a_poll_closed_by_somebody_else_keeps_the_votes_that_are_known(stage):
    (ann,) = stage.users(1)
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.vote(ann, 1)
    await stage.take_votes()
    await stage.telegram.stop((await stage.telegram.chat("@group")).id, 1)
    await stage.tick(hours=1)

    assert [o.votes for o in stage.status().posts[0].poll.options] == [0, 1, 0]


async def test_a_poll_is_revealed_as_a_reply_with_its_picture(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)

    reveal = stage.messages()[1]
    assert reveal["reply_to_message"]["message_id"] == 1
    assert "photo" in reveal
    assert reveal["caption"] == "✅ Правильный ответ: option 1"
    assert stage.status().state == "done"


async def test_the_reveal_of_a_poll_that_was_deleted_meanwhile_goes_out_without_being_a_reply(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.tick(hours=1)
    await stage.telegram.bot.delete_message("@group", 1)
    stage.compute("draw", png())
    await stage.tick(seconds=1)

    (reveal,) = stage.messages()
    assert reveal["caption"].startswith("✅ Правильный ответ")
    assert (reveal.get("reply_to_message"), stage.status().state) == (None, "done")


async def test_a_picture_that_ends_while_the_clock_ticks_is_not_overslept(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.tick(hours=1)
    stage.compute("draw", png())
    after_closing = stage.clock._pause(stage.now)
    await stage.tick()

    assert (after_closing, stage.clock._pause(stage.now)) == (clock.DRAWN_S, clock.TICK_S)


async def test_the_reveal_waits_for_a_measurement_that_is_on_its_way(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    await stage.tick()
    await stage.tick(hours=1)
    await stage.tick(minutes=5)

    assert stage.queued() == ["measure"]
    assert len(stage.messages()) == 1


async def test_a_failed_experiment_leaves_answer_and_vote_chart_and_says_so(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    await stage.tick()
    stage.compute("measure", None, "ZeroDivisionError: boom")
    await stage.tick(hours=1)
    order = stage.compute("draw", png())
    await stage.tick(seconds=1)

    assert order["measurement"] is None
    assert "Измерения нет" in stage.messages()[1]["caption"]
    assert stage.status().posts[0].poll.error == "ZeroDivisionError: boom"


async def test_without_any_worker_the_reveal_goes_out_as_text_after_a_while(stage):
    await stage.publish(asked(poll(experiment=HEADS)))
    await stage.tick()
    await stage.tick(hours=1)
    await stage.tick(minutes=11)
    await stage.tick(minutes=2)

    assert texts(stage)[1].startswith("✅ Правильный ответ: option 1")


async def test_a_flood_limit_delays_a_post_and_does_not_double_it(stage):
    stage.fault("sendMessage", "flood", retry_after=7)
    await stage.publish(text("one"))
    await stage.tick()
    await stage.tick(seconds=6)
    calls_before = len(stage.calls("sendMessage"))
    await stage.tick(seconds=1)

    assert calls_before == 1
    assert texts(stage) == ["one"]


async def test_a_post_whose_answer_is_lost_is_unknown_and_not_sent_again(stage):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"), text("two"))
    await stage.tick()
    await stage.tick(hours=1)

    assert texts(stage) == ["one"]
    assert [p.state for p in stage.status().posts] == ["unknown", "planned"]
    assert stage.status().state == "stopped"


async def test_a_refused_post_is_failed_with_telegram_s_reason_and_holds_the_thread(stage):
    await stage.publish(text("one"), text("two"))
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await stage.tick()
    await stage.tick(hours=1)

    first, second = stage.status().posts
    assert (first.state, second.state) == ("failed", "planned")
    assert "bot was kicked" in first.error


@pytest.mark.parametrize("status", ["left", "kicked", "restricted"])
async def test_a_bot_that_may_not_post_in_a_group_is_told_so_when_it_schedules(stage, status):
    stage.post("/chats/@group/bot", {"status": status})

    with pytest.raises(ChatError, match=r"'@group': .*(give it the right|add @)"):
        await stage.telegram.chat("@group")


async def test_a_restricted_bot_that_may_send_polls_may_post(stage):
    rights = dict.fromkeys(("can_send_messages", "can_send_polls", "can_send_photos"), True)
    stage.post("/chats/@group/bot", {"status": "restricted", "rights": rights})

    assert (await stage.telegram.chat("@group")).type == "supergroup"


async def test_a_chat_in_trouble_does_not_hold_back_another(stage):
    await stage.publish(text("one"))
    await stage.publish(text("one"), chat="@channel")
    stage.post("/chats/@group/bot", {"status": "kicked"})
    await stage.tick()

    assert texts(stage, "@channel") == ["one"]


async def test_a_bot_that_cannot_reach_telegram_tries_again_later(stage):
    await stage.publish(text("one"))
    there, stage.telegram.requests.http = stage.telegram.requests.http, Http("http://127.0.0.1:9")
    await stage.tick()
    stage.telegram.requests.http = there
    await stage.tick(seconds=6)

    assert texts(stage) == ["one"]


async def test_closing_survives_a_failing_telegram(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.fault("stopPoll", "error")
    await stage.tick(hours=1)
    states = [stage.status().posts[0].poll.state]
    await stage.tick(seconds=2)

    assert [*states, stage.status().posts[0].poll.state] == ["closing", "closed"]


async def test_votes_of_a_group_and_counts_of_a_channel_are_stored_as_they_come(stage):
    people = stage.users(5)
    for chat in ("@group", "@channel"):
        await stage.publish(asked(poll()), chat=chat)
    await stage.tick()
    for person in people:
        stage.vote(person, person % 3)
        stage.vote(person, person % 3, chat="@channel")
    stage.vote(people[0], chat="@channel")
    stage.vote(people[0], chat="@group")
    await stage.take_votes()

    voters = [p.posts[0].poll.voters for p in status.read(stage.database).publications]
    assert voters == [4, 4]


async def test_a_stopped_poll_reports_the_tally_of_that_moment(stage):
    (ann,) = stage.users(1)
    await stage.publish(asked(poll()))
    await stage.tick()
    stage.vote(ann, 2)

    assert await stage.telegram.stop((await stage.telegram.chat("@group")).id, 1) == Tally((0, 0, 1), 1)
