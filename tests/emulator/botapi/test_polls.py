import asyncio
import time

import pytest
from telegram import Bot, InputFile, InputMediaDocument, InputMediaPhoto, InputPollOption, Message
from telegram.error import BadRequest

from tests.emulator.conftest import png
from tests.patience import until


async def send_shown(bot: Bot, chat: int, **fields) -> Message:
    """A quiz with a picture of its own, one of an option, and a file with the explanation."""
    option = InputPollOption("a", media=InputMediaPhoto("attach://a"))
    return await bot.send_poll(
        chat,
        "q",
        [option, InputPollOption("b")],
        type="quiz",
        correct_option_ids=[0],
        media=InputMediaPhoto(png(80, 60)),
        explanation="see",
        explanation_media=InputMediaDocument(b"log", filename="run.txt"),
        api_kwargs={"a": InputFile(png(40, 30))},
        **fields,
    )


async def test_a_poll_comes_back_with_everything_it_was_sent_with(bot, sim):
    before = int(time.time())
    sent = await bot.send_poll(
        await sim.chat("channel"),
        "Which?",
        [InputPollOption("a"), InputPollOption("b")],
        type="quiz",
        correct_option_ids=[0, 1],
        allows_multiple_answers=True,
        explanation="because",
        description="about",
        open_period=600,
    )
    poll = sent.poll

    assert (poll.question, [o.text for o in poll.options], poll.type) == ("Which?", ["a", "b"], "quiz")
    assert (poll.correct_option_ids, poll.explanation, poll.description) == ((0, 1), "because", "about")
    assert (poll.allows_multiple_answers, poll.allows_revoting, poll.is_anonymous) == (True, False, True)
    assert [o.persistent_id for o in poll.options] == ["0", "1"]
    assert before <= poll.close_date.timestamp() - 600 <= time.time()


async def test_each_vote_of_a_named_poll_is_an_answer_and_a_snapshot(bot, sim):
    chat, (ann, bob) = await sim.chat(), await sim.users(2)
    poll = (await bot.send_poll(chat, "q", ["a", "b"], is_anonymous=False)).poll.id
    await bot.get_updates()

    await sim.post("vote", user=ann, poll=poll, options=[0])
    await sim.post("vote", user=bob, poll=poll, options=[1])
    await sim.post("vote", user=ann, poll=poll, options=[1])
    await sim.post("vote", user=bob, poll=poll, options=[])

    updates = await bot.get_updates()
    answers = [u.poll_answer for u in updates if u.poll_answer]
    counts = [[o.voter_count for o in u.poll.options] for u in updates if u.poll]
    assert [(a.user.id, a.option_ids) for a in answers] == [(ann, (0,)), (bob, (1,)), (ann, (1,)), (bob, ())]
    assert counts == [[1, 0], [1, 1], [0, 2], [0, 1]]


async def test_an_anonymous_poll_tells_counts_only(bot, sim):
    chat, (ann,) = await sim.chat("channel"), await sim.users()
    poll = (await bot.send_poll(chat, "q", ["a", "b"], hide_results_until_closes=True)).poll.id

    await sim.post("vote", user=ann, poll=poll, options=[1])

    last = (await bot.get_updates())[-1]
    assert (last.poll.total_voter_count, last.poll.options[1].voter_count, last.poll_answer) == (1, 1, None)


async def test_a_channel_votes_with_both_its_user_and_its_chat(bot, sim):
    chat, channel = await sim.chat(), await sim.chat("channel")
    poll = (await bot.send_poll(chat, "q", ["a", "b"], is_anonymous=False)).poll.id

    await sim.post("vote", as_chat=channel, poll=poll, options=[0])

    (answer,) = [u.poll_answer for u in await bot.get_updates() if u.poll_answer]
    assert (answer.voter_chat.id, answer.user.id) == (channel, 136817688)


async def test_a_stopped_poll_answers_with_the_final_tally_and_an_update(bot, sim):
    chat, (ann,) = await sim.chat("channel"), await sim.users()
    sent = await bot.send_poll(chat, "q", ["a", "b"])
    await sim.post("vote", user=ann, poll=sent.poll.id, options=[1])

    final = await bot.stop_poll(chat, sent.message_id)

    assert (final.is_closed, [o.voter_count for o in final.options]) == (True, [0, 1])
    assert (await bot.get_updates())[-1].poll.is_closed


async def test_a_poll_is_stopped_once_and_only_a_poll_is(bot, sim):
    chat = await sim.chat("channel")
    poll, text = await bot.send_poll(chat, "q", ["a"]), await bot.send_message(chat, "x")
    await bot.stop_poll(chat, poll.message_id)

    with pytest.raises(BadRequest, match="Poll can't be stopped"):
        await bot.stop_poll(chat, poll.message_id)
    with pytest.raises(BadRequest, match="Message is not a poll"):
        await bot.stop_poll(chat, text.message_id)


async def test_a_poll_closed_by_its_time_tells_the_bot_nothing(bot, sim):
    """Telegram sends bots no update then, and stopPoll fails."""
    chat = await sim.chat("channel")
    sent = await bot.send_poll(chat, "q", ["a"], open_period=60)

    await sim.post("clock", offset=61)

    assert (await sim.get("polls"))["polls"][0]["is_closed"]
    assert [u for u in await bot.get_updates() if u.poll] == []
    with pytest.raises(BadRequest, match="Poll can't be stopped"):
        await bot.stop_poll(chat, sent.message_id)


async def test_a_vote_that_telegram_would_not_take_is_refused(bot, sim):
    chat, (ann,) = await sim.chat(), await sim.users()
    quiz = await bot.send_poll(chat, "q", ["a", "b"], type="quiz", correct_option_ids=[0])
    poll = quiz.poll.id

    assert await sim.refused("vote", user=ann, poll=poll, options=[2]) == "OPTION_INVALID"
    assert await sim.refused("vote", user=ann, poll=poll, options=[0, 1]) == "OPTIONS_TOO_MUCH"
    await sim.post("vote", user=ann, poll=poll, options=[1])
    assert await sim.refused("vote", user=ann, poll=poll, options=[0]) == "REVOTE_NOT_ALLOWED"
    await bot.stop_poll(chat, quiz.message_id)
    assert await sim.refused("vote", user=ann, poll=poll, options=[1]) == "MESSAGE_POLL_CLOSED"


async def test_the_same_vote_again_is_no_news(bot, sim):
    chat, (ann,) = await sim.chat(), await sim.users()
    poll = (await bot.send_poll(chat, "q", ["a"])).poll.id
    await sim.post("vote", user=ann, poll=poll, options=[0])
    await bot.get_updates(offset=-1)

    again = await sim.post("vote", user=ann, poll=poll, options=[0])

    assert again["changed"] is False
    assert len(await bot.get_updates()) == 1


async def test_many_votes_go_in_one_request_and_the_refused_are_named(bot, sim):
    chat, users = await sim.chat(), await sim.users(500)
    poll = (await bot.send_poll(chat, "q", ["a", "b"], is_anonymous=False)).poll.id
    votes = [{"user": user, "poll": poll, "options": [index % 2]} for index, user in enumerate(users)]

    done = await sim.post("votes", votes=[*votes, {"user": users[0], "poll": poll, "options": [5]}])

    assert done == {"changed": 500, "refused": [{"index": 500, "error": "OPTION_INVALID"}]}
    found = await sim.get("polls")
    assert (found["votes_cast"], found["polls"][0]["votes"][str(users[0])]) == (500, [0])


async def test_a_vote_ends_the_waiting_of_a_bot(bot, sim):
    chat, (ann,) = await sim.chat(), await sim.users()
    poll = (await bot.send_poll(chat, "q", ["a"], is_anonymous=False)).poll.id
    offset = max((u.update_id for u in await bot.get_updates()), default=-1) + 1
    waiting = asyncio.create_task(bot.get_updates(offset=offset, timeout=50))
    await until(sim.waits)

    async with asyncio.timeout(40):  # by itself it would end after 50 s
        await sim.post("vote", user=ann, poll=poll, options=[0])

        assert (await waiting)[0].poll_answer.option_ids == (0,)


async def test_the_media_of_a_poll_come_back_each_in_its_place_and_can_be_read(bot, sim):
    poll = (await send_shown(bot, await sim.chat("channel"))).poll
    first, second = poll.options

    sizes = [(photo[0].width, photo[0].height) for photo in (poll.media.photo, first.media.photo)]
    assert (sizes, second.media) == ([(80, 60), (40, 30)], None)
    assert poll.explanation_media.document.file_name == "run.txt"
    file = await bot.get_file(first.media.photo[0].file_id)
    assert (await file.download_as_bytearray()).startswith(b"\xff\xd8")


async def test_an_update_of_a_poll_shows_the_media_of_its_options_but_not_its_own(bot, sim):
    chat, (ann,) = await sim.chat("channel"), await sim.users()
    sent = await send_shown(bot, chat, description="about")

    await sim.post("vote", user=ann, poll=sent.poll.id, options=[1])

    told = (await bot.get_updates())[-1].poll
    assert (told.media, told.description) == (None, None)
    assert (told.options[0].media, told.explanation_media) == (
        sent.poll.options[0].media,
        sent.poll.explanation_media,
    )


async def test_a_poll_keeps_its_media_when_it_is_forwarded_or_copied(bot, sim):
    chat, other = await sim.chat("channel"), await sim.chat("channel")
    sent = await send_shown(bot, chat)

    forwarded = await bot.forward_message(other, chat, sent.message_id)
    await bot.copy_message(other, chat, sent.message_id)

    (_, copied) = (await sim.get(f"chats/{other}/messages"))["messages"]
    assert (forwarded.poll.media, forwarded.poll.options[0].media) == (sent.poll.media, sent.poll.options[0].media)
    assert copied["poll"]["media"]["photo"][0]["file_id"] == sent.poll.media.photo[0].file_id


async def test_a_channel_says_who_may_vote(bot, sim):
    poll = (await bot.send_poll(await sim.chat("channel"), "q", ["a"], members_only=True, country_codes=["FT"])).poll

    assert (poll.members_only, poll.country_codes) == (True, ("FT",))
