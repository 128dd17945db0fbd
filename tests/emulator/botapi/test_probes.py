"""What a bot can ask about messages without any effect: answered as TDLib and telegram-bot-api do."""

import pytest

from tests.emulator.conftest import TOKEN

BOT = int(TOKEN.partition(":")[0])
KEYBOARD = {"force_reply": True}  # that no message can have
OFFER = {"suggested_post_parameters": {}}  # that no ordinary chat takes
ABSENT, OTHER, OWN = "message to edit not found", "message can't be edited", "inline keyboard expected"
NONE = "there are no messages to forward"
ONE = "suggested posts can be sent only to channel direct messages"
SEVERAL = "can't send suggested posts with the method"
UNCHANGED = "message is not modified: specified new message content and reply markup are exactly the same"
PHOTO = {"type": "photo", "media": "attach://none"}


async def edited(sim, chat, number, **given):
    answer = await sim.call("editMessageReplyMarkup", chat_id=chat, message_id=number, **given)
    return answer["description"].removeprefix("Bad Request: ")


async def forwarded(sim, chat, ids):
    answer = await sim.call("forwardMessages", chat_id=chat, from_chat_id=chat, message_ids=ids, **OFFER)
    return answer["description"].removeprefix("Bad Request: ")


async def place(sim, kind, **fields):
    """A chat of this kind, and somebody who writes there."""
    (ann,) = await sim.users()
    if kind == "private":
        await sim.post("chats", type="private", user=ann)
        return ann, ann
    return await sim.chat(kind, admins=[ann], **fields), ann


async def sent(bot, chat):
    """One of each kind of message that the bot sends; the ids."""
    from telegram import InputMediaPhoto

    from tests.emulator.conftest import png

    album = await bot.send_media_group(chat, [InputMediaPhoto(png()), InputMediaPhoto(png(50))])
    poll = await bot.send_poll(chat, "q", ["a", "b"])
    await bot.stop_poll(chat, poll.message_id)
    ones = [await bot.send_message(chat, "x"), await bot.send_photo(chat, png()), *album, poll]
    return [one.message_id for one in (*ones, await bot.send_poll(chat, "q", ["a", "b"]))]


async def everything(sim):
    return [(await sim.get(f"chats/{one['id']}/messages")) for one in (await sim.get("chats"))["chats"]]


@pytest.mark.parametrize("kind", ["private", "group", "supergroup", "channel"])
async def test_which_messages_are_a_bot_s_own_is_told_and_nothing_is_changed(sim, bot, kind):
    chat, ann = await place(sim, kind, rights={"can_edit_messages": False})
    own = await sent(bot, chat)
    other = (await sim.post("write", user=ann, chat=chat, text=f"/x @pollbot_{BOT}_bot"))["message"]["message_id"]
    happened = await sim.post("write", user=ann, chat=chat, service={"new_chat_title": "y"})
    before = await everything(sim)

    told = [await edited(sim, chat, number, reply_markup=KEYBOARD) for number in own]
    others = [await edited(sim, chat, n, reply_markup=KEYBOARD) for n in (other, happened["message"]["message_id"])]

    assert (told, others) == ([OWN] * len(own), [OTHER] * 2)
    assert await edited(sim, chat, 999, reply_markup=KEYBOARD) == ABSENT
    assert await everything(sim) == before


async def test_an_edit_without_a_keyboard_of_what_has_none_is_refused_by_telegram_s_servers(sim, bot):
    chat = await sim.chat("supergroup")
    own = await sent(bot, chat)

    assert all([(await edited(sim, chat, number)).startswith(UNCHANGED) for number in own])


async def test_a_keyboard_stays_where_only_its_kind_is_wrong(sim, bot):
    chat = await sim.chat("supergroup")
    markup = {"inline_keyboard": [[{"text": "t", "callback_data": "d"}]]}
    number = (await sim.call("sendMessage", chat_id=chat, text="x", reply_markup=markup))["result"]["message_id"]

    assert await edited(sim, chat, number, reply_markup=KEYBOARD) == OWN
    assert (await sim.get(f"chats/{chat}/messages"))["messages"][0]["reply_markup"] == markup


async def test_a_forward_is_nobody_s_to_edit(sim, bot):
    chat = await sim.chat("supergroup")
    number = (await bot.send_message(chat, "x")).message_id
    copy = (await bot.forward_message(chat, chat, number)).message_id

    assert await edited(sim, chat, copy, reply_markup=KEYBOARD) == OTHER


@pytest.mark.parametrize(
    ("rights", "own", "others"),
    [
        ({}, OWN, OWN),
        ({"can_edit_messages": False}, OWN, OTHER),
        ({"can_edit_messages": False, "can_post_messages": False}, OTHER, OTHER),
    ],
)
async def test_in_a_channel_its_rights_say_what_a_bot_may_edit(sim, bot, rights, own, others):
    chat, ann = await place(sim, "channel")
    mine = (await bot.send_message(chat, "x")).message_id
    theirs = (await sim.post("write", user=ann, chat=chat, text="y"))["message"]["message_id"]
    await sim.post(f"chats/{chat}/bot", status="administrator", rights=rights)

    assert await edited(sim, chat, mine, reply_markup=KEYBOARD) == own
    assert await edited(sim, chat, theirs, reply_markup=KEYBOARD) == others


@pytest.mark.parametrize("kind", ["private", "group", "supergroup", "channel"])
async def test_how_many_of_a_hundred_messages_there_are_is_told_as_none_one_or_several(sim, bot, kind):
    chat, _ = await place(sim, kind)
    ids = [(await bot.send_message(chat, "x")).message_id for _ in range(3)]
    await bot.delete_message(chat, ids[1])
    before = await everything(sim)
    asked = ([ids[1]], [ids[1], *range(900, 999)], [ids[0]], ids[:2], [ids[0], ids[2]], list(range(1, 101)))

    told = [await forwarded(sim, chat, numbers) for numbers in asked]

    assert told == [NONE, NONE, ONE, ONE, SEVERAL, SEVERAL]
    assert await everything(sim) == before


async def test_messages_are_forwarded_together_and_what_cannot_be_is_left_out(sim, bot):
    chat = await sim.chat("supergroup")
    ids = [(await bot.send_message(chat, word)).message_id for word in "abc"]
    await bot.delete_message(chat, ids[1])
    await bot.forward_messages(chat, chat, ids)
    found = [message["text"] for message in (await sim.get(f"chats/{chat}/messages"))["messages"]]
    order = await sim.call("forwardMessages", chat_id=chat, from_chat_id=chat, message_ids=[ids[2], ids[0]])

    assert found == ["a", "c", "a", "c"]
    assert order["description"] == "Bad Request: message identifiers must be in a strictly increasing order"


@pytest.mark.parametrize(("status", "told"), [("member", (ABSENT, NONE)), ("administrator", (OTHER, ONE))])
async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(sim, bot, status, told):
    chat, ann = await place(sim, "supergroup", bot=status)
    number = (await sim.post("write", user=ann, chat=chat, text="between us"))["message"]["message_id"]

    assert (await edited(sim, chat, number, reply_markup=KEYBOARD), await forwarded(sim, chat, [number])) == told
