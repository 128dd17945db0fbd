import asyncio

import pytest
from telegram.error import Conflict

from tests.patience import until


async def say(sim, *texts: str) -> int:
    """Let somebody write to the bot in private; returns who."""
    (user,) = await sim.users()
    for text in texts:
        await sim.post("write", user=user, chat=user, text=text)
    return user


def texts(updates) -> list[str]:
    return [update.message.text for update in updates if update.message]


async def test_updates_are_numbered_one_by_one_from_a_random_start(bot, sim):
    await say(sim, "a", "b", "c")

    ids = [update.update_id for update in await bot.get_updates()]

    assert 2_000_001 <= ids[0] <= 1_000_000_000
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_unacknowledged_updates_come_again_and_acknowledged_ones_never(bot, sim):
    await say(sim, "a", "b", "c")
    first = await bot.get_updates()

    assert texts(await bot.get_updates()) == ["a", "b", "c"]
    assert texts(await bot.get_updates(offset=first[1].update_id + 1)) == ["c"]
    assert texts(await bot.get_updates()) == ["c"]


async def test_a_limit_cuts_the_answer_and_keeps_the_rest(bot, sim):
    await say(sim, "a", "b", "c")

    assert texts(await bot.get_updates(limit=2)) == ["a", "b"]
    assert texts(await bot.get_updates()) == ["a", "b", "c"]


async def test_a_negative_offset_keeps_only_the_last(bot, sim):
    await say(sim, "a", "b", "c")

    assert texts(await bot.get_updates(offset=-1)) == ["c"]
    assert texts(await bot.get_updates()) == ["c"]


async def test_an_offset_far_ahead_is_ignored(bot, sim):
    await say(sim, "a")
    (only,) = await bot.get_updates()

    assert texts(await bot.get_updates(offset=only.update_id + 50)) == ["a"]


async def test_only_the_kinds_asked_for_are_kept_from_then_on(bot, sim):
    await bot.get_updates(allowed_updates=["poll"])
    await say(sim, "unheard")
    unheard = await bot.get_updates(allowed_updates=[])
    await say(sim, "heard")

    assert (texts(unheard), texts(await bot.get_updates())) == ([], ["heard"])


async def test_waiting_ends_when_the_time_is_over(bot, sim):
    waiting = asyncio.create_task(bot.get_updates(timeout=1))
    await until(sim.waits)

    assert await waiting == ()


async def test_a_second_reader_ends_the_first_with_a_conflict(bot, sim):
    older = asyncio.create_task(bot.get_updates(timeout=50))
    await until(sim.waits)

    newer = await sim.call("getUpdates")

    with pytest.raises(
        Conflict, match=r"(?i)terminated by other getUpdates request; make sure that only one bot instance"
    ):
        await older
    assert newer == {"ok": True, "result": []}


async def test_a_webhook_ends_the_reader_and_keeps_others_out(bot, sim):
    older = asyncio.create_task(bot.get_updates(timeout=50))
    await until(sim.waits)
    await bot.set_webhook("http://127.0.0.1:9/hook")

    with pytest.raises(Conflict, match=r"(?i)terminated by setWebhook request"):
        await older
    with pytest.raises(Conflict, match=r"(?i)can't use getUpdates method while webhook is active; use deleteWebhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_two_bots_have_two_queues(sim):
    await sim.post("tokens", token="777:second")
    chat = await sim.chat("channel")
    await sim.post(f"chats/{chat}/bot", token="777:second", status="administrator")

    answer = (await sim.client.get("/bot777:second/getUpdates")).json()["result"]

    assert [update["my_chat_member"]["new_chat_member"]["user"]["id"] for update in answer] == [777]


async def test_a_bot_is_told_of_its_own_standing(bot, sim):
    chat = await sim.chat("channel")
    await sim.post(f"chats/{chat}/bot", status="kicked")

    standing = [
        (u.my_chat_member.old_chat_member.status, u.my_chat_member.new_chat_member.status)
        for u in await bot.get_updates()
    ]

    assert standing == [("left", "administrator"), ("administrator", "kicked")]


async def test_a_bot_in_a_group_hears_only_what_is_meant_for_it(bot, sim):
    chat, (ann,) = await sim.chat(), await sim.users()
    own = await bot.send_message(chat, "I am here")
    await sim.post("write", user=ann, chat=chat, text="chatter")
    await sim.post("write", user=ann, chat=chat, text="/status")
    await sim.post("write", user=ann, chat=chat, text="an answer", reply_to=own.message_id)

    assert texts(await bot.get_updates()) == ["/status", "an answer"]


async def test_an_administrator_hears_everything_and_a_channel_its_posts(bot, sim):
    (ann,) = await sim.users()
    group = await sim.chat(bot="administrator")
    channel = await sim.chat("channel", admins=[ann])
    await sim.post("write", user=ann, chat=group, text="chatter")
    await sim.post("write", user=ann, chat=channel, text="a post")

    updates = await bot.get_updates()

    assert texts(updates) == ["chatter"]
    assert [u.channel_post.text for u in updates if u.channel_post] == ["a post"]


async def test_a_tapped_button_is_a_query_that_the_bot_answers_once(bot, sim):
    chat, (ann,) = await sim.chat(), await sim.users()
    keyboard = {"inline_keyboard": [[{"text": "ok", "callback_data": "yes"}]]}
    sent = (await sim.call("sendMessage", chat_id=chat, text="sure?", reply_markup=keyboard))["result"]["message_id"]
    where = {"user": ann, "chat": chat, "message_id": sent}
    tapping = asyncio.create_task(sim.post("tap", **where, data="yes", wait=10))
    query = (await bot.get_updates(timeout=5, allowed_updates=[]))[-1].callback_query

    await query.answer("done")

    assert (query.data, query.from_user.id, query.message.text) == ("yes", ann, "sure?")
    assert (await tapping)["answer"]["text"] == "done"
    assert "no button" in await sim.refused("tap", **where, data="no")
