"""Publications go to a topic of a forum: chosen in the dialogue or in the shell, and refused where it takes nothing."""

from dataclasses import replace

import pytest

from bot.loops.actions import Kept
from bot.loops.inbox import Inbox
from bot.store import schedule, store, topics
from bot.telegram.named import topic
from tests.bot.conftest import KEY
from tests.bot.loops.test_drafts import GOOD, drafting, send
from tests.factory import asked, png, poll, text, thread


@pytest.fixture
def forum(stage, admin):
    """A forum that an admin has brought the bot into; returns the numbers of its topics."""
    chat = stage.post("/chats", {"type": "supergroup", "title": "Forum", "username": "forum", "forum": True})["chat"]
    stage.admins = (admin, 1000)  # who has brought it
    stage.restart()
    return {"chat": chat["id"], **{name: begun(stage, name) for name in ("News", "Threads")}}


def begun(stage, name):
    made = stage.post("/chats/@forum/topics", {"user": 1000, "name": name})
    return made["topic"]["message_thread_id"]


async def settle(stage):
    stage.clock.admins.dispatch.kept = Kept(KEY, None)
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()
    await drafting(stage).quiet()


async def say(stage, admin, words):
    stage.post("/write", {"user": admin, "chat": admin, "text": words})
    await settle(stage)
    return stage.messages(admin)[-1]


def shown(message):
    return [key["text"] for row in message["reply_markup"]["inline_keyboard"] for key in row]


async def tap(stage, admin, words):
    message = stage.messages(admin)[-1]
    keys = [key for row in message["reply_markup"]["inline_keyboard"] for key in row]
    data = next(key["callback_data"] for key in keys if words in key["text"])
    stage.post("/tap", {"user": admin, "chat": admin, "message_id": message["message_id"], "data": data})
    await settle(stage)
    return stage.messages(admin)[-1]


async def standing(stage, forum):
    """Publish a text and a poll to the topic Threads of the forum."""
    place = await stage.telegram.chat("@forum")
    into = replace(place, topic=forum["Threads"])
    return schedule.schedule(
        stage.database, thread(text("Hello"), asked(poll())), into, start=stage.now, now=stage.now, files=[[], []]
    )


def in_topic(stage, number):
    return [one for one in stage.messages("@forum") if one.get("message_thread_id") == number]


async def test_the_dialogue_asks_for_the_topic_of_a_forum_and_names_those_it_has_heard_of(stage, admin, forum):
    await settle(stage)
    await send(stage, admin, GOOD)
    await settle(stage)
    await tap(stage, admin, "Schedule")
    listed = await tap(stage, admin, "Forum")
    assert "into which topic?" in listed["text"]
    assert shown(listed) == ["The general topic", "Threads", "News", "← Another chat"]

    assert "Forum # News: when?" in (await tap(stage, admin, "News"))["text"]
    await say(stage, admin, "now")
    assert "→ @forum # News" in (await tap(stage, admin, "Yes"))["text"]
    await stage.tick()

    assert [one["text"] for one in in_topic(stage, forum["News"]) if "text" in one] == ["Hello there"]


async def test_a_topics_link_spares_the_choice_and_a_chat_without_topics_is_not_asked_for_one(stage, admin, forum):
    await settle(stage)
    await send(stage, admin, GOOD)
    await tap(stage, admin, "Schedule")
    assert "# Threads: when?" in (await say(stage, admin, f"https://t.me/forum/{forum['Threads']}"))["text"]
    await tap(stage, admin, "Another chat")
    assert "group: when?" in (await say(stage, admin, "https://t.me/group/5"))["text"]


async def test_all_of_a_thread_and_its_reveal_stands_in_the_topic(stage, admin, forum):
    await standing(stage, forum)
    await stage.tick()
    await stage.tick(minutes=1)
    await stage.tick(hours=1)
    stage.compute("draw", png())
    await stage.tick()

    ours = [one for one in stage.messages("@forum") if one["from"]["is_bot"]]
    assert len(ours) >= 3
    assert {one.get("message_thread_id") for one in ours} == {forum["Threads"]}
    assert stage.status().topic == str(forum["Threads"])


async def test_a_closed_topic_is_shown_as_closed_and_refused_in_words(stage, admin, forum):
    stage.post("/chats/@forum/topics", {"user": 1000, "topic": forum["News"], "closed": True})
    await settle(stage)
    await send(stage, admin, GOOD)
    await tap(stage, admin, "Schedule")
    assert "🔒 News" in shown(await tap(stage, admin, "Forum"))
    await tap(stage, admin, "News")
    told = [call["params"].get("text") for call in stage.calls("answerCallbackQuery")]
    assert told[-1] == "The topic «News» is closed: open it again, or choose another."

    assert "is closed" in (await say(stage, admin, f"https://t.me/forum/{forum['News']}"))["text"]


@pytest.mark.parametrize(("change", "words"), [({"closed": True}, "is closed"), ({"deleted": True}, "is gone")])
async def test_a_topic_that_is_closed_or_deleted_meanwhile_is_told_in_the_admins_words(
    stage, admin, forum, change, words
):
    await standing(stage, forum)
    stage.post("/chats/@forum/topics", {"user": 1000, "topic": forum["Threads"], **change})
    await stage.tick()

    asked_ = next(one for one in reversed(stage.messages(admin)) if one.get("reply_markup"))
    assert f"the topic {forum['Threads']} {words}" in asked_["text"]


async def test_topics_of_chats_that_no_admin_knows_are_not_kept_and_those_of_others_are_bounded(stage, admin, forum):
    stage.post("/chats", {"type": "supergroup", "title": "x", "username": "other", "forum": True})
    for number in range(3):
        stage.post("/chats/@other/topics", {"user": 1000, "name": f"t{number}"})
    stage.admins = (admin,)
    stage.restart()
    await stage.take_votes()
    with stage.database.begin() as connection:
        topics.learn(connection, {"chat": {"id": -5}, "thread": 7, "name": "x", "closed": None}, stage.now)
        assert topics.known(connection, -5) == []


async def test_a_renamed_topic_goes_by_its_new_name_and_stays_closed(stage, admin, forum):
    for change in ({"closed": True}, {"name": "Old news"}):
        stage.post("/chats/@forum/topics", {"user": 1000, "topic": forum["News"], **change})
    await settle(stage)
    with store.reading(stage.database) as connection:
        found = topics.one(connection, forum["chat"], forum["News"])

    assert found == (forum["News"], "Old news", True)


TOLD = [
    (["--topic", "threads"], "topic "),
    (["--topic", "Nowhere"], "the bot has heard of 'Threads', 'News'"),
    (["--topic", "1"], "posts to @forum from"),
]


@pytest.mark.parametrize(("more", "words"), TOLD)
async def test_the_shell_takes_a_topics_name_or_number(stage, forum, forked, tmp_path, more, words):
    await settle(stage)
    (tmp_path / "t.md").write_text(GOOD)
    given = {"TOKEN": "4242:demo", "API_URL": stage.telegram.api_url, "DATABASE_URL": str(stage.database.url)}
    command = ("schedule", "t.md", "--chat", "@forum", "--start", "+1h", *more)
    done = forked.run(command, tmp_path, **{f"POLLBOT_{name}": value for name, value in given.items()})

    assert words in done.stdout + done.stderr


def test_a_link_names_the_topic_and_anything_else_none():
    links = ("c/123/45", "c/123/45/67", "forum/45", "forum/45/67")
    others = ("@forum", "https://t.me/forum", "-100123", "t.me/c/123", "t.me/+abc")

    assert [topic(f"https://t.me/{path}") for path in links] == [45] * 4
    assert [topic(words) for words in others] == [None] * 5
