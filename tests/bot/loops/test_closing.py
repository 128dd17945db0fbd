"""The tally of a poll is what Telegram told, or what the votes tell once all of them have come."""

from datetime import timedelta

import pytest

from bot.loops.backlog import Backlog
from tests.factory import asked, poll, text

CHATS = ("@channel", "@group")


async def close_without_an_answer(stage, chat):
    """stopPoll takes effect, its answer is lost, and nobody can read the poll."""
    stage.fault("stopPoll", "lost")
    await stage.tick(hours=1)
    for _ in range(4):
        await stage.tick(seconds=5)


def told(stage):
    found = stage.status().posts[0].poll
    return found.state, found.voters, [option.votes for option in found.options]


@pytest.mark.parametrize("chat", CHATS)
async def test_the_turnout_is_that_of_the_final_tally_whatever_waits_or_comes_later(stage, chat):
    people = stage.users(9)
    await stage.publish(asked(poll().model_copy(update={"multiple": True})), chat=chat)
    await stage.tick()
    for person in people[:2]:
        stage.vote(person, 0, 1, chat=chat)
    await stage.take_votes()
    for person in people[2:]:
        stage.vote(person, 1, 2, chat=chat)
    await stage.tick(hours=1)
    drawn = stage.compute("draw", None)["ballot"]

    assert told(stage) == ("closed", 9, [2, 9, 7])
    assert (drawn["voters"], [option["votes"] for option in drawn["options"]]) == (9, [2, 9, 7])
    await stage.take_votes()
    assert told(stage) == ("closed", 9, [2, 9, 7])


@pytest.mark.parametrize("chat", CHATS)
async def test_a_poll_that_nobody_can_read_is_not_closed_before_the_votes_that_wait_have_come(stage, chat):
    people = stage.users(7)
    await stage.publish(asked(poll()), chat=chat)
    await stage.tick()
    for person in people[:2]:
        stage.vote(person, 0, chat=chat)
    await stage.take_votes()
    for person in people[2:]:
        stage.vote(person, 1, chat=chat)
    await close_without_an_answer(stage, chat)

    assert told(stage)[0] == "closing"
    await stage.catch_up()
    assert told(stage) == ("closed", 7, [2, 5, 0])


@pytest.mark.parametrize("chat", CHATS)
async def test_of_a_poll_that_was_deleted_all_votes_count_also_those_that_waited(stage, admin, chat):
    people = stage.users(8)
    stage.post(f"/chats/{chat}/bot", {"status": "administrator"})
    await stage.publish(asked(poll()), chat=chat)
    await stage.tick()
    for person in people:
        stage.vote(person, 2, chat=chat)
    await stage.telegram.bot.delete_message(chat, 1)
    await stage.tick(hours=1)
    await stage.tick(seconds=5)

    assert told(stage)[0] == "closing"
    await stage.catch_up()
    assert told(stage) == ("closed", 8, [0, 0, 8])
    assert stage.status().posts[0].poll.stopped


async def test_where_the_votes_never_come_an_admin_is_asked_instead_of_a_wrong_tally_told(stage, admin):
    (ann,) = stage.users(1)
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    stage.vote(ann, 1, chat="@channel")
    for _ in range(3):
        stage.fault("forwardMessage", "error", status=400, description="Bad Request: message can't be forwarded")
    await close_without_an_answer(stage, "@channel")
    for _ in range(3):
        stage.fault("forwardMessage", "error", status=400, description="Bad Request: message can't be forwarded")
    await stage.tick(minutes=10)

    found = stage.status().posts[0].poll
    assert (found.state, found.stopped) == ("closed", True)
    assert "not all are known" in stage.messages(str(admin))[-1]["text"]


async def test_votes_that_go_on_coming_hold_up_no_poll_whose_own_are_stored(stage):
    """Nothing waits is a moment that a busy chat may not have: what waited at first is what counts."""
    people, backlog = stage.users(30), Backlog(stage.wire, stage.intake)
    await stage.publish(asked(poll()))
    await stage.tick()
    await stage.take_votes()
    behind = []
    for person in people:
        stage.vote(person, 0)
        behind.append(await backlog.behind(1))
        waiting = await stage.wire.updates(0, 0, ["poll_answer"])
        await stage.intake.polled(waiting, 0)

    assert behind[0] == 2  # the vote, and what the poll looks like with it
    assert set(behind[1:]) == {0}


@pytest.mark.parametrize(("chat", "kind"), [("@channel", True), ("@group", False)])
async def test_telegram_is_asked_for_snapshots_before_an_anonymous_poll_can_stand(stage, chat, kind):
    await stage.publish(text("first"), asked(poll()), chat=chat)
    stage.now -= timedelta(hours=2)
    assert "poll" not in stage.intake.kinds()
    stage.now += timedelta(hours=2, seconds=-30)
    stage.restart()

    assert ("poll" in stage.intake.kinds()) is kind
