from io import BytesIO

import pytest
from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, MessageEntity, ReplyParameters
from telegram.error import BadRequest

from tests.emulator.conftest import TOKEN, png


async def test_a_channel_post_is_signed_by_the_channel_and_a_group_message_by_the_bot(bot, sim):
    channel, group = await sim.chat("channel"), await sim.chat()

    post, message = await bot.send_message(channel, "hello"), await bot.send_message(group, "hello")

    assert (post.sender_chat.id, post.from_user) == (channel, None)
    assert (message.from_user.id, message.sender_chat) == (4242, None)


async def test_a_chat_is_found_by_its_name_in_any_case_of_letters(bot, sim):
    channel = await sim.chat("channel", username="MlChannel")

    assert (await bot.send_message("@mlchannel", "hello")).chat.id == channel


async def test_message_ids_grow_by_one_in_each_channel_and_together_in_basic_groups(bot, sim):
    channel, one, two = await sim.chat("channel"), await sim.chat("group"), await sim.chat("group")

    ids = [(await bot.send_message(chat, "hello")).message_id for chat in (channel, channel, one, two, one)]

    assert ids == [1, 2, 1, 2, 3]


async def test_entities_are_kept_in_utf_16_units_when_spaces_are_trimmed(bot, sim):
    text = "  👩‍💻 bold "
    sent = await bot.send_message(await sim.chat(), text, entities=[MessageEntity("bold", 8, 4)])

    assert sent.text == "👩‍💻 bold"
    assert sent.parse_entities() == {MessageEntity("bold", 6, 4): "bold"}


async def test_html_becomes_entities(bot, sim):
    sent = await bot.send_message(
        await sim.chat(), '<b>a <i>b</i></b> &lt; <a href="http://x.org/">c</a>', parse_mode="HTML"
    )

    assert sent.text == "a b < c"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 0, 2),
        ("bold", 2, 1),
        ("italic", 2, 1),
        ("text_link", 6, 1),
    ]


async def test_markdown_v2_becomes_entities(bot, sim):
    text = "*bold _both_* `a*b` ||gone|| [Ты](tg://user?id=1000) [x](https://x.org)\n>said\n**>more||"
    sent = await bot.send_message(await sim.chat(), text, parse_mode="MarkdownV2")

    marked = [(entity.type, sent.parse_entity(entity)) for entity in sent.entities]
    assert sent.text == "bold both a*b gone Ты x\nsaid\nmore"
    assert marked == [
        ("bold", "bold "),
        ("bold", "both"),
        ("italic", "both"),
        ("code", "a*b"),
        ("spoiler", "gone"),
        ("text_mention", "Ты"),
        ("text_link", "x"),
        ("blockquote", "said\n"),
        ("expandable_blockquote", "more"),
    ]


async def test_old_markdown_does_not_nest(bot, sim):
    sent = await bot.send_message(await sim.chat(), "*bold _so_* _x_ [y](https://y.org)", parse_mode="Markdown")

    assert sent.text == "bold _so_ x y"
    assert [entity.type for entity in sent.entities] == ["bold", "italic", "text_link"]


async def test_whom_a_link_to_a_user_means_is_told_and_a_stranger_is_not_mentioned(bot, sim):
    text = '<a href="tg://user?id=1000">you</a> <a href="tg://user?id=77">nobody</a>'
    sent = await bot.send_message(await sim.chat(), text, parse_mode="HTML")

    assert [(entity.type, entity.user.id, entity.user.first_name) for entity in sent.entities] == [
        ("text_mention", 1000, "Вы")
    ]


async def test_entities_that_are_no_list_are_passed_over(sim):
    answer = await sim.call("sendMessage", chat_id=await sim.chat(), text="x", entities="[")

    assert (answer["ok"], "entities" in answer["result"]) == (True, False)


async def test_questions_and_options_keep_nothing_but_custom_emoji(bot, sim):
    option = {"text": "_see_ x\\.org", "text_parse_mode": "MarkdownV2"}
    params = {"chat_id": await sim.chat(), "question": "*q* x.org", "question_parse_mode": "Markdown"}
    poll = (await sim.call("sendPoll", **params, options=[option, "b"]))["result"]["poll"]

    assert (poll["question"], poll["options"][0]["text"]) == ("q x.org", "see x.org")
    assert "question_entities" not in poll
    assert "text_entities" not in poll["options"][0]


async def test_commands_links_and_hashtags_are_found_without_being_marked(bot, sim):
    sent = await bot.send_message(await sim.chat(), "/start see https://x.org/a. #tag </b>")

    assert {e.type: sent.parse_entity(e) for e in sent.entities} == {
        "bot_command": "/start",
        "url": "https://x.org/a",
        "hashtag": "#tag",
    }


async def test_a_reply_carries_the_message_it_answers(bot, sim):
    chat = await sim.chat()
    first = await bot.send_message(chat, "first")

    reply = await bot.send_message(chat, "second", reply_parameters=ReplyParameters(first.message_id))

    assert reply.reply_to_message.text == "first"


async def test_a_reply_to_nothing_is_sent_when_that_was_allowed(bot, sim):
    lenient = ReplyParameters(99, allow_sending_without_reply=True)

    assert (await bot.send_message(await sim.chat(), "hi", reply_parameters=lenient)).reply_to_message is None


async def test_an_album_is_several_messages_with_one_group_id(bot, sim):
    media = [InputMediaPhoto(png(), caption="both"), InputMediaPhoto(png())]

    first, second = await bot.send_media_group(await sim.chat(), media)

    assert first.media_group_id == second.media_group_id
    assert (first.caption, second.caption, second.message_id) == ("both", None, first.message_id + 1)


async def test_an_album_with_one_bad_picture_sends_nothing(bot, sim):
    chat = await sim.chat()

    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_media_group(chat, [InputMediaPhoto(png()), InputMediaPhoto(b"no picture")])

    assert (await sim.get(f"chats/{chat}/messages"))["messages"] == []


async def test_a_photo_is_uploaded_measured_and_downloaded_again(bot, sim):
    sent = await bot.send_photo(await sim.chat(), png(64, 48), caption="cap")

    size = sent.photo[-1]
    file = await size.get_file()

    assert (size.width, size.height, sent.caption) == (64, 48, "cap")
    with Image.open(BytesIO(await file.download_as_bytearray())) as picture:
        assert (picture.format, picture.size) == ("JPEG", (64, 48))


async def test_a_file_already_known_is_sent_by_its_id(bot, sim):
    chat = await sim.chat()
    first = await bot.send_document(chat, b"text", filename="thread.md")

    again = await bot.send_document(chat, first.document.file_id)

    assert again.document.file_unique_id == first.document.file_unique_id
    assert again.document.file_name == "thread.md"


async def test_text_caption_picture_and_keyboard_are_edited_in_place(bot, sim):
    chat = await sim.chat()
    text, photo = await bot.send_message(chat, "old"), await bot.send_photo(chat, png(), caption="old")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ok", callback_data="ok")]])

    edited = await text.edit_text("new")
    keyed = await text.edit_reply_markup(keyboard)
    captioned = await photo.edit_caption("new")
    replaced = await photo.edit_media(InputMediaPhoto(png(10, 10), caption="newer"))

    assert (edited.text, edited.message_id, edited.edit_date is not None) == ("new", text.message_id, True)
    assert keyed.reply_markup == keyboard
    assert (captioned.caption, replaced.caption, replaced.photo[0].width) == ("new", "newer", 10)


async def test_a_deleted_message_leaves_a_gap(bot, sim):
    chat = await sim.chat()
    first = await bot.send_message(chat, "first")
    await first.delete()

    assert (await bot.send_message(chat, "second")).message_id == first.message_id + 1
    assert len((await sim.get(f"chats/{chat}/messages"))["messages"]) == 1


async def test_a_forwarded_poll_is_the_same_poll_and_a_copied_one_is_new(bot, sim):
    channel, log = await sim.chat("channel"), await sim.chat()
    poll = await bot.send_poll(channel, "q", ["a", "b"])

    forwarded = await bot.forward_message(log, channel, poll.message_id)
    copied = await bot.copy_message(log, channel, poll.message_id)

    assert forwarded.poll.id == poll.poll.id
    assert (forwarded.forward_origin.chat.id, forwarded.forward_origin.message_id) == (channel, poll.message_id)
    copies = (await sim.get("polls"))["polls"]
    assert (copied.message_id, len(copies), copies[1]["id"] == poll.poll.id) == (forwarded.message_id + 1, 2, False)


@pytest.mark.parametrize("way", ["query", "form", "json"])
async def test_parameters_come_in_the_query_in_a_form_or_as_json(sim, way):
    fields = {"chat_id": str(await sim.chat()), "text": "hello"}
    given = {{"query": "params", "form": "data", "json": "json"}[way]: fields}

    answer = await sim.client.request("GET" if way == "query" else "POST", f"/bot{TOKEN}/SENDMESSAGE", **given)

    assert answer.json()["result"]["text"] == "hello"
