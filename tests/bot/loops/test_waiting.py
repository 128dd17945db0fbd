"""What waits waits alone: it holds no other up, is seen while it does, and costs nothing meanwhile."""

import pytest

from bot.store import questions
from tests.bot.loops.test_contained import spoil, texts
from tests.factory import text


@pytest.mark.parametrize("answer", ["wait", "skip"])
async def test_a_held_post_with_a_message_in_doubt_blocks_no_other_thread_of_its_chat(stage, admin, answer):
    stage.fault("sendMessage", "lost")
    await stage.publish(text("one"))
    await stage.publish(text("another"))
    await stage.tick()
    stage.restart()
    spoil(stage, 1, "$.mood", "sunny")
    await stage.tick(seconds=10)
    if answer == "skip":
        questions.decide(stage.database, publication=1, position=1, answer="skip", now=stage.now)
    for _ in range(3):
        await stage.tick(seconds=10)

    assert "another" in texts(stage)
