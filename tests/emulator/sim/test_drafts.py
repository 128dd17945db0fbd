"""A chat that shows a file: it becomes what a draft holds, and what is the same there is left alone."""

import json
import secrets

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.world.chats import Chat, Message
from emulator.world.polls import Option, Poll
from emulator.world.renewal import renew
from emulator.world.world import VIEWER, World
from tests.emulator.conftest import png

# A post is a text, an album, or a poll with an answer to it; letters make them differ.
POSTS = st.lists(st.tuples(st.sampled_from(["text", "album", "poll"]), st.sampled_from("abcd")), max_size=7)


def fill(world: World, chat: Chat, posts) -> list[tuple]:
    """Send these posts; returns what one should see then."""
    for kind, letter in posts:
        album = secrets.token_hex(8) if kind == "album" else None
        for part in range(2 if album else 1):
            message = Message(chat, 0, 0, None, text=f"{kind} {letter} {part}", album=album)
            if kind == "poll":
                message.poll = world.add_poll(Poll(world.new_poll_id(), 1, letter, [Option("x"), Option("y")]))
            asked = world.post(message)
        if kind == "poll":
            world.post(Message(chat, 0, 0, None, text="answer", reply_to=asked))
    return seen(chat)


def seen(chat: Chat) -> list[tuple]:
    """What stands in a chat, which messages are an album, and what each answers: as places, not as numbers."""
    shown = list(chat.messages.values())
    albums = [message.album for message in shown]
    replies = [shown.index(message.reply_to) if message.reply_to else None for message in shown]
    polls = [message.poll and message.poll.question for message in shown]
    firsts = [album and albums.index(album) for album in albums]
    return list(zip([message.text for message in shown], polls, replies, firsts, strict=True))


@settings(max_examples=60)
@given(st.lists(POSTS, min_size=2, max_size=4))
def test_whatever_was_there_a_chat_becomes_what_the_draft_holds(versions):
    world = World(["1:a"])
    chat, draft = Chat(-1, "channel", "shown"), Chat(-2, "channel", "draft")
    for posts in versions:
        meant = fill(world, draft, posts)
        renew(world, chat, draft)

        assert seen(chat) == meant
        assert draft.messages == {}
        assert all((message.id, message.chat) == (number, chat) for number, message in chat.messages.items())
        assert set(world.polls) == {message.poll.id for message in chat.messages.values() if message.poll}


@settings(max_examples=60)
@given(POSTS, POSTS)
def test_a_poll_that_is_the_same_keeps_its_votes_whatever_comes_before_and_after_it(before, after):
    world = World(["1:a"])
    chat, draft = Chat(-1, "channel", "shown"), Chat(-2, "channel", "draft")
    fill(world, draft, [("poll", "mine")])
    renew(world, chat, draft)
    chat.messages[1].poll.vote(VIEWER.id, [1])
    fill(world, draft, [*before, ("poll", "mine"), *after])
    renew(world, chat, draft)

    assert chat.messages[1].poll.question == "mine"
    assert chat.messages[1].poll.votes == {VIEWER.id: [1]}


async def test_only_what_has_changed_is_told_to_the_page(bot, sim, url):
    await sim.chat("channel", username="shown")
    draft = await sim.chat("channel", username="draft", draft=True)

    async def show(*texts: str) -> None:
        for text in texts:
            await bot.send_photo(draft, png(), caption=text)
        await sim.post("chats/@shown/contents", draft="@draft", preview={"file": "t.md"}, language="en")

    await show("one", "two", "three")
    async with sim.client.stream("GET", "/sim/events") as stream:
        news = (json.loads(line[6:]) async for line in stream.aiter_lines() if line.startswith("data: "))
        first = await anext(news)
        await show("one", "zero", "two", "3")
        told = await anext(news)

    assert [chat["username"] for chat in first["chats"]] == ["shown"]
    assert sorted(message["caption"] for message in told["messages"]) == ["3", "zero"]
    assert told["chats"][0]["preview"]["order"] == [1, 4, 2, 3]


async def test_messages_are_signed_anew_when_their_chat_has_another_title(bot, sim):
    await sim.chat("channel", username="shown")
    draft = await sim.chat("channel", username="draft", draft=True)
    await bot.send_message(draft, "one")
    await sim.post("chats/@shown/contents", draft="@draft", title="Канал")
    async with sim.client.stream("GET", "/sim/events") as stream:
        news = (json.loads(line[6:]) async for line in stream.aiter_lines() if line.startswith("data: "))
        await anext(news)
        await bot.send_message(draft, "one")
        await sim.post("chats/@shown/contents", draft="@draft", title="Channel", language="en")
        told = await anext(news)

    assert [message["seen"]["name"] for message in told["messages"]] == ["Channel"]


async def test_a_language_that_the_page_does_not_speak_is_refused(sim):
    assert await sim.refused("chats", type="channel", title="t", language="fr") == "no language 'fr'; there are en, ru"
