"""An order holds from the moment it is told, also for a post that the clock has looked at already."""

import asyncio
from datetime import timedelta

import pytest

from bot.store import replacing, schedule, steering
from bot.store.replacing import New
from bot.store.steering import Order
from tests.conftest import NOON
from tests.factory import text

HOUR = timedelta(hours=1)
ORDERS = {
    "skip": Order("skip", 1, 1),
    "cancel": Order("cancel", 1),
    "pause": Order("pause", 1),
    "move": Order("move", 1, by=HOUR),
}


def give(stage, order):
    with stage.database.begin() as connection:
        if order == "replace":
            assert replacing.replace(connection, 1, New(1, text("mended"), []), stage.now)
        else:
            assert steering.steer(connection, ORDERS[order], stage.now).refusal is None


def said(stage):
    return [message["text"] for message in stage.messages()]


@pytest.mark.parametrize("order", [*ORDERS, "replace"])
@pytest.mark.parametrize("when", ["after it was looked at", "while it is rendered"])
async def test_an_order_between_the_look_at_a_post_and_its_sending_is_obeyed(stage, order, when):
    await stage.publish(text("first"), text("second"))
    due = schedule.due_posts(stage.database, NOON)[0]
    if when == "after it was looked at":
        give(stage, order)
        await stage.clock._post(due, NOON)
    else:
        posting = asyncio.create_task(stage.clock._post(due, NOON))
        await asyncio.sleep(0)  # it is being rendered, in a thread
        give(stage, order)
        await posting
    assert said(stage) == []

    for _ in range(3):
        await stage.tick(minutes=1)
    assert said(stage) == {"skip": ["second"], "replace": ["mended", "second"]}.get(order, [])


async def test_what_turns_out_not_to_be_sent_stays_unsent_once_its_thread_is_cancelled(stage, admin):
    await stage.publish(text("first"), text("second"))
    stage.fault("sendMessage", "reset")
    await stage.tick()
    assert stage.status().posts[0].state == "sending"
    give(stage, "cancel")
    for _ in range(3):
        await stage.tick(minutes=1)

    assert said(stage) == []
    assert [post.state for post in stage.status().posts] == ["skipped", "skipped"]


@pytest.mark.parametrize("rule", ["skip", "ask"])
async def test_what_is_skipped_meanwhile_is_neither_late_nor_asked_about(stage, admin, rule):
    await stage.publish(text("first"), rule=rule)
    stage.now = NOON + timedelta(days=1)
    due = schedule.due_posts(stage.database, stage.now)[0]
    give(stage, "skip")
    await stage.clock._post(due, stage.now)
    await stage.tick()

    assert [(post.state, post.error) for post in stage.status().posts] == [("skipped", None)]
    assert stage.messages(str(admin)) == []
