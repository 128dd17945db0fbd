"""Adopted is only one's own: what others wrote in the very same words stays theirs."""

import httpx
import pytest

from bot.store import votes
from tests.bot.conftest import KEY
from tests.factory import asked, poll, snapshot, text

OTHER = "777:other"
POSTS = {"bot": "administrator", "rights": {"can_edit_messages": False}}
PLACES = {"group": ("group", {}), "supergroup": ("supergroup", {}), "channel": ("channel", POSTS)}


@pytest.fixture(params=PLACES)
def place(stage, admin, request):
    """A chat in which somebody else may write, and another bot."""
    kind, fields = PLACES[request.param]
    stage.post("/chats", {"type": kind, "title": "t", "username": "place", "admins": [1000], **fields})
    stage.post("/tokens", {"token": OTHER})
    stage.post("/chats/@place/bot", {"token": OTHER, "status": "administrator"})
    return "@place"


def by_another_bot(stage):
    """The same poll, word for word; returns its id."""
    options = [{"text": option.text} for option in poll().options]
    given = {"chat_id": chat_id(stage), "question": poll().question, "options": options}
    answer = httpx.post(f"{stage.telegram.api_url}/bot{OTHER}/sendPoll", json=given)
    return answer.raise_for_status().json()["result"]["poll"]["id"]


def chat_id(stage):
    return next(chat["id"] for chat in stage.get("/chats")["chats"] if chat.get("username") == "place")


def standing(stage, key):
    """The ids of the messages that have this, and of ours as they are recorded."""
    found = [message["message_id"] for message in stage.messages("@place") if key in message]
    return found, stage.status().posts[0].message_ids


async def looked(stage):
    for _ in range(14):
        await stage.tick(seconds=6)


@pytest.mark.parametrize("first", [True, False])
async def test_somebody_s_words_are_not_adopted_and_ours_are_sent(stage, place, first):
    words = {"user": 1000, "chat": place, "text": "hello"}
    await stage.publish(text("hello"), chat=place)
    stage.fault("sendMessage", "reset")
    if first:
        stage.post("/write", words)
    await stage.tick()
    if not first:
        stage.post("/write", words)
    await looked(stage)
    (theirs, ours), recorded = standing(stage, "text")

    assert theirs < ours
    assert recorded == [ours]


@pytest.mark.parametrize("first", [True, False])
async def test_another_bot_s_poll_is_not_adopted_and_ours_is_sent(stage, place, first):
    await stage.publish(asked(poll()), chat=place)
    if first:
        by_another_bot(stage)
    stage.fault("sendPoll", "reset")
    await stage.tick()
    if not first:
        by_another_bot(stage)
    await looked(stage)
    (_, ours), recorded = standing(stage, "poll")

    assert recorded == [ours]


async def test_a_poll_that_somebody_else_has_stopped_does_not_prove_that_ours_arrived(stage, place):
    """Of others' polls a bot hears when they are stopped by hand, and only then."""
    await stage.publish(asked(poll()), chat=place)
    stage.fault("sendPoll", "reset")
    await stage.tick()
    theirs = snapshot(1, by_another_bot(stage), 5, 0, 0)
    theirs["poll"] |= {"question": poll().question, "is_closed": True}
    for shown, option in zip(theirs["poll"]["options"], poll().options, strict=True):
        shown["text"] = option.text
    votes.record_pushed(stage.database, [theirs], KEY, stage.now)
    await looked(stage)
    (_, ours), recorded = standing(stage, "poll")

    assert recorded == [ours]
    assert stage.status().posts[0].poll.voters == 0
