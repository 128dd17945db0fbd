"""Anybody may ask what is kept of their votes, and have it erased: asked once, and nobody else's."""

import sqlite3
from contextlib import closing

import pytest

from bot.commands import export, status
from bot.loops.actions import Kept
from bot.loops.inbox import Inbox
from bot.store import votes
from tests.bot.conftest import KEY
from tests.factory import asked, poll, text


@pytest.fixture
async def voted(stage):
    """A poll in a group, in which two people have voted for option 1; they are who is returned."""
    await stage.publish(asked(poll()), text("later"))
    await stage.tick()
    ann, ben = stage.users(2)
    for user in (ann, ben):
        stage.post("/chats", {"type": "private", "user": user})
        stage.vote(user, 1)
    await stage.take_votes()
    return ann, ben


async def write(stage, user, words):
    stage.post("/write", {"user": user, "chat": user, "text": words})
    return await said(stage, user)


async def said(stage, user):
    await stage.take_votes()
    await heard(stage)
    return stage.messages(user)[-1]


async def heard(stage):
    stage.clock.admins.dispatch.kept = Kept(KEY, None)
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()


async def forget(stage, user):
    asked_ = await write(stage, user, "/forget")
    ((button,),) = asked_["reply_markup"]["inline_keyboard"]
    stage.post(
        "/tap", {"user": user, "chat": user, "message_id": asked_["message_id"], "data": button["callback_data"]}
    )
    return await said(stage, user)


def ballots(stage):
    return len(list(export.ballots(stage.database, 1)))


def tally(stage):
    return [option.votes for option in status.read(stage.database).publications[0].posts[0].poll.options]


async def test_privacy_says_what_is_kept_and_what_that_does_not_hide(stage, voted):
    ann, _ = voted
    told = (await write(stage, ann, "/privacy"))["text"]

    assert "a pseudonym, the choice and the time" in told
    assert "Telegram itself shows who voted" in told
    assert "Votes and questions are kept without a term." in told


async def test_who_asks_to_be_forgotten_is_asked_once_and_nothing_happens_before(stage, voted):
    ann, _ = voted
    await write(stage, ann, "/forget")

    assert ballots(stage) == 2


async def test_whose_votes_are_erased_is_told_and_nobody_elses_are(stage, voted):
    ann, _ = voted
    seen = await forget(stage, ann)

    assert (seen["text"], seen.get("reply_markup")) == ("Erased; polls: 1.", None)
    assert ballots(stage) == 1
    with closing(sqlite3.connect(stage.database.url.database)) as connection:
        assert connection.execute("SELECT count(*) FROM history").fetchone() == (1,)


async def test_an_open_polls_count_stays_true_and_so_does_a_vote_after_it(stage, voted):
    ann, _ = voted
    await forget(stage, ann)
    assert tally(stage) == [0, 2, 0]

    stage.vote(ann, 0)
    await stage.take_votes()

    assert tally(stage) == [1, 1, 0]


async def test_who_has_voted_nowhere_is_told_that_nothing_is_kept(stage, voted):
    (eve,) = stage.users(1)
    stage.post("/chats", {"type": "private", "user": eve})

    assert (await forget(stage, eve))["text"] == "I keep nothing of your votes."
    assert ballots(stage) == 2


async def test_a_button_that_somebody_else_was_shown_erases_ones_own_votes_alone(stage, voted):
    ann, ben = voted
    shown = {"message_id": 1, "chat": {"id": ann, "type": "private"}, "text": "?"}
    query = {"id": "1", "from": {"id": ben, "is_bot": False}, "data": "p1|forget", "message": shown}
    votes.record_pushed(stage.database, [{"update_id": 10**6, "callback_query": query}], KEY, stage.now)
    await heard(stage)

    with closing(sqlite3.connect(stage.database.url.database)) as connection:
        assert connection.execute("SELECT count(*) FROM votes WHERE forgotten").fetchone() == (1,)


@pytest.mark.parametrize(("code", "told"), [("ru", "псевдоним"), ("en", "pseudonym"), ("de", "pseudonym")])
async def test_everybody_is_spoken_to_in_their_own_language(stage, voted, code, told):
    ann, _ = voted
    person = {"id": ann, "is_bot": False, "first_name": "A", "language_code": code}
    chat = {"id": ann, "type": "private"}
    message = {"message_id": 7, "date": 1, "from": person, "chat": chat, "text": "/privacy"}
    votes.record_pushed(stage.database, [{"update_id": 10**6, "message": message}], KEY, stage.now)
    await heard(stage)

    assert told in stage.messages(ann)[-1]["text"]


async def test_in_a_group_the_bot_keeps_silent(stage, voted):
    ann, _ = voted
    before = len(stage.messages())
    stage.post("/write", {"user": ann, "chat": "@group", "text": "/forget@pollbot_4242_bot"})
    await stage.take_votes()
    await heard(stage)

    assert len(stage.messages()) == before + 1
