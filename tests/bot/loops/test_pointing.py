"""An admin can always point: by a link, by forwarding the message, by `pollbot mend --at`; the bot checks it."""

import httpx
import pytest
from telegram import Bot

from bot.commands import mend
from bot.errors import SettingsError
from bot.store import pointing
from bot.store.pointing import Place
from tests.bot.loops.test_doubt import told
from tests.bot.loops.test_looking import POST_ONLY, place
from tests.factory import asked, poll, text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("https://t.me/c/1234567890/7", Place(-1001234567890, 7)),
        ("it is t.me/Some_Name/8?single there", Place("some_name", 8)),
        ("https://t.me/c/1234567890/3/9", Place(-1001234567890, 9)),
        ("https://t.me/s/place/10", Place("place", 10)),
        ("https://t.me/place", None),
        ("https://example.org/place/7", None),
    ],
)
def test_a_link_to_a_message_tells_its_chat_and_number(words, found):
    assert pointing.linked(words) == found


async def hear(stage):
    """Take in what waits, as intake does."""
    async with httpx.AsyncClient(base_url=f"{stage.telegram.api_url}/bot4242:demo/") as http:
        waiting = (await http.post("getUpdates", json={"limit": 100, "allowed_updates": ["message"]})).json()["result"]
        await stage.hear(*waiting)
        if waiting:
            await http.post("getUpdates", json={"offset": waiting[-1]["update_id"] + 1, "limit": 1})


async def say(stage, admin, words):
    await hear(stage)  # which tells Telegram what is wanted from now on
    stage.post("/write", {"user": admin, "chat": admin, "text": words})
    await hear(stage)
    await stage.tick(seconds=6)
    await stage.tick(seconds=6)


async def lost(stage, chat, *posts):
    """The first of these arrives behind more ids than anybody looks through, and was voted in: an admin is asked."""
    await stage.publish(text("known"), *posts, chat=chat)
    await stage.tick()
    stage.post("/chats/@place", {"skip": 3_000})
    stage.fault("sendPoll", "lost")
    await stage.tick(minutes=1)
    number = next(message["message_id"] for message in stage.messages(chat) if "poll" in message)
    (ann,) = stage.users(1)
    stage.vote(ann, 2, chat=chat, message=number)
    await stage.take_votes()
    await stage.tick(seconds=6)
    await stage.tick(seconds=61)
    assert stage.status().posts[1].state == "unknown"
    return number


def votes_of(stage):
    found = stage.status().posts[1]
    return found.state, found.poll and [option.votes for option in found.poll.options]


@pytest.mark.parametrize("kind", ["supergroup", "channel"])
async def test_a_link_adopts_what_stands_there_with_the_votes_that_it_has(stage, admin, kind):
    chat = place(stage, kind)
    number = await lost(stage, chat, asked(poll()))
    await say(stage, admin, f"here: https://t.me/place/{number}")

    assert "send me its link, or forward it to me" in told(stage, admin)[0]["text"]
    assert told(stage, admin)[-1]["text"] == "I will look there."
    assert votes_of(stage) == ("sent", [0, 0, 1])


@pytest.mark.parametrize("link", ["https://t.me/place/1", "https://t.me/place/77"])
async def test_a_link_to_something_else_is_not_believed_and_asked_about_again(stage, admin, link):
    await lost(stage, place(stage, "supergroup"), asked(poll()))
    await say(stage, admin, link)

    assert votes_of(stage) == ("unknown", None)
    assert "is another message, or not the bot's" in told(stage, admin)[-1]["text"]


async def test_a_link_into_another_chat_is_told(stage, admin):
    await lost(stage, place(stage, "supergroup"), asked(poll()))
    await say(stage, admin, "https://t.me/elsewhere/3")

    assert told(stage, admin)[-1]["text"] == "I look for nothing in that chat."


async def forward(stage, admin, chat, number):
    """An admin forwards a message to the bot: an update with where it comes from."""
    async with Bot("4242:demo", f"{stage.telegram.api_url}/bot") as bot:
        copy = await bot.forward_message(admin, chat, number)
        await bot.delete_message(admin, copy.message_id)
    message = copy.to_dict() | {"from": {"id": admin, "is_bot": False, "first_name": "A"}}
    await stage.hear({"update_id": 1, "message": message})
    await stage.tick(seconds=6)
    await stage.tick(seconds=6)


@pytest.mark.parametrize("kind", ["group", "channel"])
async def test_a_forwarded_message_is_found_and_adopted(stage, admin, kind):
    chat = place(stage, kind, **(POST_ONLY if kind == "channel" else {}))
    number = await lost(stage, chat, asked(poll()))
    await forward(stage, admin, chat, number)

    assert votes_of(stage) == ("sent", [0, 0, 1])


async def test_what_is_forwarded_from_a_supergroup_does_not_tell_where_it_stands(stage, admin):
    chat = place(stage, "supergroup")
    number = await lost(stage, chat, asked(poll()))
    await forward(stage, admin, chat, number)

    assert "send me its link" in told(stage, admin)[-1]["text"]
    assert votes_of(stage) == ("unknown", None)


async def test_a_stranger_points_at_nothing(stage, admin):
    number = await lost(stage, place(stage, "supergroup"), asked(poll()))
    (ann,) = stage.users(1)
    await say(stage, ann, f"https://t.me/place/{number}")

    assert votes_of(stage) == ("unknown", None)


async def test_mend_takes_a_link(stage, admin):
    number = await lost(stage, place(stage, "supergroup"), asked(poll()))
    done = mend.mend(stage.database, 1, 2, stage.now, at=f"https://t.me/place/{number}")
    await stage.tick(seconds=6)

    assert done == f"post 2 of publication 1: the bot reads no. {number}, and goes on if that is it"
    assert votes_of(stage) == ("sent", [0, 0, 1])


@pytest.mark.parametrize(
    ("position", "link", "reason"),
    [
        (2, "place", "is no link to a message"),
        (1, "https://t.me/place/3", "post 1 of publication 1 is not in doubt"),
        (2, "https://t.me/elsewhere/3", "leads into another chat: post 2 of publication 1 went to @place"),
    ],
)
async def test_mend_tells_what_is_wrong_with_a_link(stage, admin, position, link, reason):
    await lost(stage, place(stage, "supergroup"), asked(poll()))

    with pytest.raises(SettingsError, match=reason):
        mend.mend(stage.database, 1, position, stage.now, at=link)
