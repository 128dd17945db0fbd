import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text as sql

from bot import intake, votes
from bot.errors import TokenError
from bot.intake import Intake
from tests.bot.conftest import KEY
from tests.factory import asked, poll


async def until(holds, seconds=10.0):
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 what is awaited stands in a database
            await asyncio.sleep(0.02)


class Running:
    """Intake at work in the background."""

    def __init__(self, stage, handle=None):
        self.stage, self.handle = stage, handle

    async def __aenter__(self):
        taking = Intake(self.stage.engine, KEY, lambda: self.stage.now, self.handle)
        run = intake.run(self.stage.wire, taking)
        self.task = asyncio.create_task(run)
        return self.task

    async def __aexit__(self, *_):
        self.task.cancel()
        with suppress(asyncio.CancelledError, TokenError):
            await self.task


@pytest.fixture
async def asked_group(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    return stage


def voters(stage):
    return stage.status().posts[0].poll.voters


async def test_votes_are_stored_while_they_come(asked_group):
    people = asked_group.users(250)
    async with Running(asked_group):
        for person in people:
            asked_group.vote(person, person % 3)
            await asyncio.sleep(0)
        await until(lambda: voters(asked_group) == 250)

    assert asked_group.get("/polls")["votes_cast"] == 250


async def test_an_update_is_acknowledged_only_after_its_commit(asked_group):
    (ann,) = asked_group.users(1)
    with asked_group.engine.begin() as connection:
        connection.execute(sql("CREATE TRIGGER full BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'full'); END"))
    asked_group.vote(ann, 1)
    waiting = await asked_group.wire.updates(0, 0, intake.ALWAYS)
    with pytest.raises(Exception, match="full"):
        votes.record(asked_group.engine, waiting, KEY, asked_group.now)
    with asked_group.engine.begin() as connection:
        connection.execute(sql("DROP TRIGGER full"))

    assert await asked_group.wire.updates(votes.offset(asked_group.engine), 0, intake.ALWAYS) == waiting


async def test_intake_goes_on_after_an_outage_and_loses_nothing(asked_group):
    (ann,) = asked_group.users(1)
    asked_group.fault("getUpdates", "reset")
    asked_group.fault("getUpdates", "error")
    asked_group.vote(ann, 1)
    async with Running(asked_group):
        await until(lambda: voters(asked_group) == 1)

    assert votes.offset(asked_group.engine) > 0


async def test_a_second_program_with_the_same_token_is_named_as_such(asked_group, capsys):
    async with Running(asked_group) as first, Running(asked_group):
        await asyncio.sleep(0.5)

        assert not first.done()
    assert "another program asks for this bot's updates" in capsys.readouterr().out


async def test_a_revoked_token_ends_intake_with_one_sentence(asked_group):
    async with Running(asked_group) as running:
        await asyncio.sleep(0.1)
        asked_group.sim.request("DELETE", "/tokens", json={"token": "4242:demo"}).raise_for_status()

        with pytest.raises(TokenError, match="does not accept POLLBOT_TOKEN"):
            await asyncio.wait_for(running, 10)
