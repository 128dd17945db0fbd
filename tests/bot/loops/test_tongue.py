"""Everybody is spoken to in the language that they chose; whoever chose none, as their Telegram or the settings say."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.loops import tongue_words, words
from bot.loops.actions import Kept
from bot.loops.inbox import Inbox
from bot.store.tables import tongues
from tests.bot.conftest import KEY


async def said(stage, user):
    stage.clock.admins.dispatch.kept = Kept(KEY, None)
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()
    return stage.messages(user)[-1]


async def write(stage, user, text):
    stage.post("/write", {"user": user, "chat": user, "text": text})
    return await said(stage, user)


async def choose(stage, user, label):
    asked = await write(stage, user, "/language")
    buttons = [button for row in asked["reply_markup"]["inline_keyboard"] for button in row]
    data = next(button["callback_data"] for button in buttons if label in button["text"])
    stage.post("/tap", {"user": user, "chat": user, "message_id": asked["message_id"], "data": data})
    return await said(stage, user)


@pytest.fixture
def ann(stage):
    (user,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": user})
    return user


async def test_a_language_is_chosen_by_a_tap_and_taken_back_by_another(stage, ann):
    russian = await choose(stage, ann, "русский")
    privacy = await write(stage, ann, "/privacy")
    await choose(stage, ann, "Telegram")
    again = await write(stage, ann, "/privacy")

    assert russian["text"] == tongue_words.CHOSEN["ru"]
    assert privacy["text"].startswith("В группе я храню")
    assert again["text"].startswith("Of a vote in a group")


async def test_what_is_told_without_being_asked_comes_to_each_admin_in_their_language(stage, admin):
    await choose(stage, admin, "русский")
    stage.clock.admins.language = "en"

    await stage.clock.admins.tell(words.GOES_ON)

    assert stage.messages(admin)[-1]["text"] == words.say(words.GOES_ON, "ru")


async def test_the_file_names_nobody_who_has_chosen_a_language(stage, ann):
    await choose(stage, ann, "русский")

    with stage.database.connect() as connection:
        (row,) = connection.execute(select(tongues)).all()
    with closing(sqlite3.connect(stage.database.url.database)) as file:
        dump = "\n".join(file.iterdump())
    assert row.language == "ru"
    assert str(ann) not in [str(value) for value in row]
    assert f'tongues" VALUES({ann}' not in dump


async def test_who_is_forgotten_has_chosen_nothing(stage, ann):
    await choose(stage, ann, "русский")
    asked = await write(stage, ann, "/forget")
    ((button,),) = asked["reply_markup"]["inline_keyboard"]
    stage.post("/tap", {"user": ann, "chat": ann, "message_id": asked["message_id"], "data": button["callback_data"]})
    await said(stage, ann)

    with stage.database.connect() as connection:
        assert connection.execute(select(tongues)).all() == []
