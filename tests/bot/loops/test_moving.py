"""The card that an admin has opened last moves while people vote: edited in place, seldom enough, and not for ever."""

from datetime import timedelta

import pytest

from bot.loops import moving
from bot.store import cards
from tests.bot.loops.test_desk import tap, write
from tests.bot.loops.test_drafts import GOOD, drafting, say, send
from tests.bot.loops.test_drafts import tap as tap_draft
from tests.factory import asked, poll, text


def edits(stage):
    return len(stage.calls("editMessageText"))


@pytest.fixture
async def open_card(stage, admin):
    """An admin looks at the card of a poll that is open."""
    await stage.publish(asked(poll()), text("last"))
    await stage.tick()
    await write(stage, admin, "/threads")
    await tap(stage, admin, "Тред")
    return stage


async def vote(stage, count, option=1):
    for user in stage.users(count):
        stage.vote(user, option)
    await stage.take_votes()


async def test_the_card_shows_votes_without_a_tap_in_its_own_message(open_card, admin):
    before = open_card.messages(admin)
    await vote(open_card, 3)
    await open_card.look(seconds=4)

    after = open_card.messages(admin)
    assert [m["message_id"] for m in after] == [m["message_id"] for m in before]
    assert "voters: 3" in after[-1]["text"]
    assert "▓▓▓▓▓▓▓▓▓▓ 3 · option 1" in after[-1]["text"]
    assert after[-1]["reply_markup"] == before[-1]["reply_markup"]


async def test_nothing_is_edited_where_nothing_has_changed_and_never_more_often_than_every_few_seconds(open_card):
    counts = [edits(open_card)]
    for seconds in (4, 4, 4):
        await open_card.look(seconds=seconds)
    counts.append(edits(open_card))
    for _ in range(8):
        await vote(open_card, 1)
        await open_card.look(seconds=1)
    counts.append(edits(open_card))

    assert (counts[1] - counts[0], counts[2] - counts[1]) == (0, 2)


async def test_a_new_process_goes_on_and_after_an_hour_it_stands_still(open_card, admin):
    open_card.restart()
    await vote(open_card, 1)
    await open_card.look(seconds=5)
    assert "voters: 1" in open_card.messages(admin)[-1]["text"]

    await vote(open_card, 1)
    await open_card.look(minutes=59, seconds=56)

    assert "voters: 1" in open_card.messages(admin)[-1]["text"]
    assert cards.every(open_card.database) == []


@pytest.mark.parametrize(("button", "shown"), [("All threads", "under way"), ("Close poll", "Nobody can vote")])
async def test_what_else_stands_in_that_message_is_not_overwritten(open_card, admin, button, shown):
    await tap(open_card, admin, button)
    await vote(open_card, 2)
    await open_card.look(seconds=10)

    assert shown in open_card.messages(admin)[-1]["text"]


async def test_only_the_card_that_was_opened_last_moves(open_card, admin):
    first = open_card.messages(admin)[-1]["message_id"]
    await write(open_card, admin, "/threads")
    await tap(open_card, admin, "Тред")
    await vote(open_card, 2)
    await open_card.look(seconds=4)

    texts = {m["message_id"]: m["text"] for m in open_card.messages(admin)}
    assert "voters: 0" in texts[first]
    assert "voters: 2" in texts[max(texts)]


async def test_a_card_whose_message_is_gone_or_whose_admin_is_none_any_more_moves_no_more(open_card, admin):
    await vote(open_card, 1)
    open_card.fault("editMessageText", "error", status=400, description="Bad Request: message to edit not found")
    await open_card.look(seconds=4)
    assert cards.every(open_card.database) == []

    await write(open_card, admin, "/threads")
    await tap(open_card, admin, "Тред")
    open_card.admins = ()
    open_card.restart()
    count = edits(open_card)
    await vote(open_card, 1)
    await open_card.look(seconds=4)

    assert (edits(open_card), cards.every(open_card.database)) == (count, [])


async def test_posts_have_the_limits_first(open_card, admin):
    await vote(open_card, 1)
    open_card.now += timedelta(seconds=4)
    for _ in range(int(open_card.clock.pace.room()) - moving.RESERVE):
        open_card.clock.pace.take(1)
    count = edits(open_card)
    open_card.clock.moving.step(open_card.now)
    await open_card.clock.quiet()

    assert edits(open_card) == count


async def test_the_card_of_a_thread_that_was_just_scheduled_moves_as_well(stage, admin):
    await send(stage, admin, GOOD)
    await tap_draft(stage, admin, "Schedule")
    await say(stage, admin, "@group")
    await say(stage, admin, "now")
    message = stage.messages(admin)[-1]
    await tap_draft(stage, admin, "Yes", message)
    await drafting(stage).quiet()
    await stage.tick()
    await stage.look(seconds=4)

    seen = next(m for m in stage.messages(admin) if m["message_id"] == message["message_id"])
    assert "1 of 2 are out." in seen["text"]
