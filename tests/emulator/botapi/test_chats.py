"""A chat's look, its pins, its upgrade; reactions; what a bot is; replies with quotes and into other chats."""

from base64 import b64encode

import pytest
from telegram import ReplyParameters
from telegram.error import BadRequest

from tests.emulator.botapi.test_members import group, heard, refused
from tests.emulator.films import picture

NOT_MODIFIED = "chat description is not modified"


async def told(sim, chat):
    """The newest service message."""
    return (await sim.get(f"chats/{chat}/messages"))["messages"][-1]


async def test_title_description_and_photo_are_changed_and_the_chat_tells_of_it(bot, sim):
    chat, _ = await group(sim)

    await bot.set_chat_title(chat, "New")
    assert (await told(sim, chat))["new_chat_title"] == "New"
    await bot.set_chat_description(chat, "about")
    with pytest.raises(BadRequest, match=rf"(?i){NOT_MODIFIED}"):
        await bot.set_chat_description(chat, "about")
    await bot.set_chat_photo(chat, picture(size=(200, 160)))
    found = await bot.get_chat(chat)
    small, big = found.photo.small_file_id, found.photo.big_file_id
    assert (found.title, found.description, small != big) == ("New", "about", True)
    assert (await bot.get_file(big)).file_path
    await bot.delete_chat_photo(chat)
    assert (await told(sim, chat))["delete_chat_photo"] is True
    assert (await bot.get_chat(chat)).photo is None
    assert [one for one in await heard(sim, "message") if "new_chat_title" in one]  # its own deed it hears of


@pytest.mark.parametrize(
    ("size", "words"), [((159, 400), "PHOTO_CROP_SIZE_SMALL"), ((3, 400), "PHOTO_INVALID_DIMENSIONS")]
)
async def test_a_photo_that_is_too_small_is_refused(bot, sim, size, words):
    with pytest.raises(BadRequest, match=rf"(?i){words}"):
        await bot.set_chat_photo(await sim.chat(bot="administrator"), picture(size=size))


async def test_the_newest_pinned_message_is_shown_and_pinning_it_is_told(bot, sim):
    chat, _ = await group(sim)
    first, second = [(await bot.send_message(chat, text)).message_id for text in "ab"]

    for number in (second, first):
        await bot.pin_chat_message(chat, number, disable_notification=True)
    assert (await told(sim, chat))["pinned_message"]["message_id"] == first
    assert (await bot.get_chat(chat)).pinned_message.message_id == second
    await bot.unpin_chat_message(chat)
    assert (await bot.get_chat(chat)).pinned_message.message_id == first
    await bot.delete_message(chat, first)
    assert (await bot.get_chat(chat)).pinned_message is None
    with pytest.raises(BadRequest, match=r"(?i)message to unpin not found"):
        await bot.unpin_chat_message(chat)
    await bot.pin_chat_message(chat, second)
    assert await bot.unpin_all_chat_messages(chat)


async def test_who_may_not_pin_is_told(sim):
    chat, _ = await group(sim, rights={"can_pin_messages": False, "can_change_info": False})
    sent = (await sim.call("sendMessage", chat_id=chat, text="x"))["result"]["message_id"]

    assert await refused(sim, "pinChatMessage", chat_id=chat, message_id=sent) == (
        "not enough rights to manage pinned messages in the chat"
    )
    assert await refused(sim, "setChatTitle", chat_id=chat, title="x") == "not enough rights to change chat title"
    assert await refused(sim, "pinChatMessage", chat_id=chat, message_id=99) == "message to pin not found"


async def test_an_upgraded_group_says_so_in_both_chats(sim):
    chat, (owner, _, _) = await group(sim, "group")
    new = (await sim.post(f"chats/{chat}", upgraded=True))["migrated_to"]

    moved = [(one["chat"]["id"], one["from"]["id"]) for one in await heard(sim, "message")]
    assert moved == [(chat, owner), (new, owner)]
    answer = await sim.call("sendMessage", chat_id=chat, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert (await told(sim, new))["migrate_from_chat_id"] == chat
    assert (await sim.call("getChatMember", chat_id=new, user_id=owner))["result"]["status"] == "creator"


async def test_reactions_are_heard_by_name_in_groups_and_as_numbers_in_channels(bot, sim):
    chat, (_, _, ann) = await group(sim)
    channel = await sim.chat("channel")
    await sim.call("getUpdates", offset=-1, allowed_updates=["message_reaction", "message_reaction_count"])
    thumb = [{"type": "emoji", "emoji": "👍"}]

    for where in (chat, channel):
        sent = await bot.send_message(where, "x")
        await sim.post("react", user=ann, chat=where, message_id=sent.message_id, reaction=thumb)

    (named,) = await heard(sim, "message_reaction")
    assert (named["user"]["id"], named["old_reaction"], named["new_reaction"]) == (ann, [], thumb)
    (counted,) = await heard(sim, "message_reaction_count")
    assert counted["reactions"] == [{"type": thumb[0], "total_count": 1}]


async def test_a_bot_reacts_once_with_what_the_chat_allows(bot, sim):
    chat = await sim.chat(reactions=["👍", "🔥"])
    sent = await bot.send_message(chat, "x")

    assert await bot.set_message_reaction(chat, sent.message_id, "🔥")
    for given, words in ((["👍", "🔥"], "REACTIONS_TOO_MANY"), (["🎉"], "REACTION_INVALID")):
        with pytest.raises(BadRequest, match=rf"(?i){words}"):
            await bot.set_message_reaction(chat, sent.message_id, given)
    with pytest.raises(BadRequest, match=r"(?i)REACTION_INVALID"):
        await bot.set_message_reaction(chat, sent.message_id, "🍏")


async def test_a_reply_quotes_what_is_in_the_message_and_nothing_else(bot, sim):
    chat = await sim.chat()
    sent = await bot.send_message(chat, "🎈 red, red")
    reply = ReplyParameters(sent.message_id, quote="<b>red</b>", quote_parse_mode="HTML", quote_position=8)

    quote = (await bot.send_message(chat, "x", reply_parameters=reply)).quote

    assert (quote.text, quote.position, quote.is_manual, quote.entities[0].type) == ("red", 8, True, "bold")
    with pytest.raises(BadRequest, match=r"(?i)QUOTE_TEXT_INVALID"):
        await bot.send_message(chat, "x", reply_parameters=ReplyParameters(sent.message_id, quote="blue"))


async def test_a_reply_into_another_chat_tells_of_it_and_shows_no_message(bot, sim):
    channel, chat = await sim.chat("channel"), await sim.chat()
    sent = await bot.send_photo(channel, picture())

    reply = await bot.send_message(chat, "x", reply_parameters=ReplyParameters(sent.message_id, chat_id=channel))

    found = reply.external_reply
    assert (reply.reply_to_message, found.chat.id, found.message_id) == (None, channel, sent.message_id)
    assert (found.photo, found.origin.type) == (sent.photo, "channel")


async def test_messages_are_copied_forwarded_and_deleted_in_bulk(bot, sim):
    from telegram import InputMediaPhoto

    chat, other = await sim.chat(), await sim.chat()
    album = await bot.send_media_group(chat, [InputMediaPhoto(picture(), caption="x"), InputMediaPhoto(picture())])
    numbers = [one.message_id for one in album]

    copied = await bot.copy_messages(other, chat, [*numbers, 99], remove_caption=True)
    await bot.forward_messages(other, chat, numbers)

    found = (await sim.get(f"chats/{other}/messages"))["messages"]
    assert (len(copied), len(found)) == (2, 4)
    assert len({one["media_group_id"] for one in found}) == 2
    assert ["caption" in found[0], "caption" in found[2], "forward_origin" in found[2]] == [False, True, True]
    assert await bot.delete_messages(other, [one["message_id"] for one in found] + [999])
    assert (await sim.get(f"chats/{other}/messages"))["messages"] == []


async def test_a_chat_whose_content_is_protected_is_not_forwarded(bot, sim):
    chat = await sim.chat(protected=True)
    sent = await bot.send_message(chat, "x")

    with pytest.raises(BadRequest, match=r"(?i)message has protected content and can't be forwarded"):
        await bot.forward_message(chat, chat, sent.message_id)
    assert (await bot.get_chat(chat)).has_protected_content


async def test_what_a_bot_says_of_itself_is_told_in_the_language_or_as_for_everybody(bot):
    await bot.set_my_description("all")
    await bot.set_my_description("deutsch", language_code="de")

    assert [(await bot.get_my_description(code)).description for code in (None, "de", "fr")] == [
        "all",
        "deutsch",
        "all",
    ]
    await bot.set_my_description(None, language_code="de")
    assert (await bot.get_my_description("de")).description == "all"
    await bot.set_my_name("Robot")
    assert ((await bot.get_my_name()).name, (await bot.get_me()).first_name) == ("Robot", "Robot")
    with pytest.raises(BadRequest, match=r"(?i)invalid language code specified"):
        await bot.get_my_name("xxx")


async def test_a_bot_is_called_as_the_control_api_says(sim):
    await sim.post("tokens", token="77:x", name="Quiz", username="quiz_bot", flags={"supports_inline_queries": True})

    me = (await sim.client.get("/bot77:x/getMe")).json()["result"]

    assert (me["first_name"], me["username"], me["supports_inline_queries"]) == ("Quiz", "quiz_bot", True)
    assert "ends in bot" in await sim.refused("tokens", token="77:x", username="quiz")


async def test_a_bot_that_logged_out_is_let_in_again(sim):
    assert (await sim.call("logOut"))["result"] is True
    assert (await sim.call("getMe"))["description"] == "Logged out"
    await sim.post("tokens", token="4242:demo")
    assert (await sim.call("getMe"))["ok"]


async def test_a_link_with_a_payload_starts_the_bot(sim):
    (ann,) = await sim.users()
    chat = await sim.chat(bot=None)

    await sim.post("open", user=ann, url="https://t.me/pollbot_4242_bot?start=a_b-1")
    await sim.post("open", user=ann, chat=chat, url="https://t.me/pollbot_4242_bot?startgroup=g")

    texts = [one["text"] for one in await heard(sim, "message")]
    assert texts == ["/start a_b-1", "/start@pollbot_4242_bot g"]
    assert "at most 64" in await sim.refused("open", user=ann, url="https://t.me/pollbot_4242_bot?start=ы")


async def test_people_edit_delete_pin_and_forward(sim):
    chat, (owner, _, ann) = await group(sim)
    written = (await sim.post("write", user=ann, chat=chat, text="one"))["message"]["message_id"]
    there = {"user": ann, "chat": chat, "message_id": written}

    await sim.post("edit", **there, text="two")
    await sim.post("pin", **there | {"user": owner})
    await sim.post("forward", user=ann, chat=chat, from_chat=chat, message_id=written)

    assert [one["text"] for one in await heard(sim, "edited_message")] == []  # of these it was not to be told
    await sim.call("getUpdates", allowed_updates=[])
    await sim.post("edit", **there, text="three")
    assert [one["text"] for one in await heard(sim, "edited_message")] == ["three"]
    assert await sim.refused("edit", **there | {"user": owner}, text="four") == "MESSAGE_AUTHOR_REQUIRED"
    assert (await sim.post("delete", **there))["deleted"] == written


async def test_people_have_photos_and_chats_change_by_hand(bot, sim):
    photo = b64encode(picture(size=(300, 300))).decode()
    (ann,) = [one["id"] for one in (await sim.post("users", photo=photo))["users"]]
    chat = await sim.chat(bot="administrator")

    found = await bot.get_user_profile_photos(ann)
    assert (found.total_count, found.photos[0][-1].width) == (1, 640)
    await sim.post(f"chats/{chat}", by=ann, title="By hand", photo=photo)
    messages = (await sim.get(f"chats/{chat}/messages"))["messages"]
    assert [set(one) & {"new_chat_title", "new_chat_photo"} for one in messages] == [
        {"new_chat_title"},
        {"new_chat_photo"},
    ]
