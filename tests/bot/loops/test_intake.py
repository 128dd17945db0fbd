import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.commands import status
from bot.errors import TokenError
from bot.loops import backlog, intake, words
from bot.loops.intake import ALWAYS, Intake
from bot.store import store, votes
from bot.telegram.wire import Wire
from emulator.server import serve_in_thread
from emulator.world.world import World
from tests.bot.conftest import KEY
from tests.bot.loops.hands import Hands
from tests.factory import asked, poll
from tests.patience import PATIENCE_S, until
from tests.refusing import refusing


class Running:
    """Intake at work in the background."""

    def __init__(self, stage, handler=None):
        self.stage, self.handler = stage, handler

    async def __aenter__(self):
        taking = Intake(self.stage.database, KEY, lambda: self.stage.now, self.handler)
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
    asked_group.vote(ann, 1)
    waiting = await asked_group.wire.updates(0, 0, intake.ALWAYS)
    with refusing(asked_group.database), pytest.raises(OperationalError, match="readonly"):
        votes.record(asked_group.database, waiting, KEY, asked_group.now)

    assert await asked_group.wire.updates(votes.offset(asked_group.database), 0, intake.ALWAYS) == waiting


async def test_intake_goes_on_after_an_outage_and_loses_nothing(asked_group):
    (ann,) = asked_group.users(1)
    asked_group.fault("getUpdates", "reset")
    asked_group.fault("getUpdates", "error")
    asked_group.vote(ann, 1)
    async with Running(asked_group):
        await until(lambda: voters(asked_group) == 1)

    assert votes.offset(asked_group.database) > 0


async def test_a_second_program_with_the_same_token_is_named_as_such(asked_group, capsys):
    async with Running(asked_group) as first, Running(asked_group):
        await until(lambda: "another program asks for this bot's updates" in "".join(capsys.readouterr()))

        assert not first.done()


async def test_a_revoked_token_ends_intake_with_one_sentence(asked_group):
    async with Running(asked_group) as running:
        await until(lambda: asked_group.unanswered("getUpdates"))
        asked_group.sim.request("DELETE", "/tokens", json={"token": "4242:demo"}).raise_for_status()

        with pytest.raises(TokenError, match="does not accept POLLBOT_TOKEN"):
            await asyncio.wait_for(running, PATIENCE_S)


async def test_a_failed_commit_is_tried_again_and_nothing_is_lost(asked_group, capsys):
    (ann,) = asked_group.users(1)
    async with Running(asked_group):
        with refusing(asked_group.database):
            asked_group.vote(ann, 1)
            await until(lambda: "not acknowledged" in "".join(capsys.readouterr()))

        await until(lambda: voters(asked_group) == 1)


async def test_what_is_no_vote_goes_to_the_handler_whose_failure_stops_nothing(asked_group, capsys):
    (ann,) = asked_group.users(1)
    hands = Hands(fails=lambda _: True)
    async with Running(asked_group, hands):
        for rank in ("kicked", "administrator"):
            asked_group.post("/chats/@group/bot", {"status": rank})
        asked_group.vote(ann, 1)
        await until(lambda: voters(asked_group) == 1 and len(hands.held) >= 2)

    assert all("my_chat_member" in update for update in hands.held)
    assert "a mistake in the handler" in "".join(capsys.readouterr())


async def test_a_slow_handler_does_not_hold_up_votes(asked_group):
    (ann,) = asked_group.users(1)
    async with Running(asked_group, Hands(blocked=lambda _: True)):
        asked_group.post("/chats/@group/bot", {"status": "kicked"})
        asked_group.post("/chats/@group/bot", {"status": "administrator"})
        asked_group.vote(ann, 1)

        await until(lambda: voters(asked_group) == 1)


async def test_snapshots_are_asked_for_only_while_an_anonymous_poll_is_open(stage):
    def kinds():
        return Intake(stage.database, KEY, lambda: stage.now).kinds()

    before = kinds()
    await stage.publish(asked(poll()), chat="@channel")
    await stage.tick()
    during = kinds()
    await stage.tick(hours=2)

    assert (before, during, kinds()) == ([*ALWAYS], [*ALWAYS, "poll"], [*ALWAYS])


async def test_votes_in_a_poll_that_was_opened_while_a_request_waits_are_not_filtered_away(stage):
    people = stage.users(3)
    async with Running(stage):
        await until(lambda: stage.unanswered("getUpdates"))  # it was made before there was a poll
        await stage.publish(asked(poll()))
        await stage.publish(asked(poll()), chat="@channel")
        await stage.tick()
        for person in people:
            stage.vote(person, 1)
        await until(lambda: stage.status().posts[0].poll.voters == 3)
        await until(lambda: "'poll'" in str(stage.unanswered("getUpdates")))  # now the anonymous poll is asked about
        stage.vote(people[0], 1, chat="@channel")

        await until(lambda: status.read(stage.database).publications[1].posts[0].poll.voters == 1)


async def test_a_webhook_left_from_the_time_before_is_deleted(asked_group):
    (ann,) = asked_group.users(1)
    await asked_group.wire.call("setWebhook", {"url": "http://127.0.0.1:9/nobody-listens"})
    asked_group.vote(ann, 1)
    async with Running(asked_group):
        await until(lambda: voters(asked_group) == 1)


async def test_after_telegram_numbered_anew_votes_go_on_and_the_log_says_so(asked_group, capsys):
    ann, bob = asked_group.users(2)
    asked_group.vote(ann, 1)
    await asked_group.take_votes()
    with asked_group.database.begin() as connection:  # as if all that was before had had far higher numbers
        connection.execute(sql("UPDATE facts SET value = value + 1000000000 WHERE name = 'offset'"))
        connection.execute(sql("UPDATE history SET update_id = update_id + 1000000000"))
        connection.execute(sql("UPDATE votes SET update_id = update_id + 1000000000"))
    asked_group.vote(ann, 2)
    asked_group.vote(bob, 2)
    async with Running(asked_group):
        await until(lambda: voters(asked_group) == 2)

    assert "Telegram numbers updates anew" in "".join(capsys.readouterr())
    with store.reading(asked_group.database) as connection:
        assert votes.counts(connection, 1, 3) == [0, 0, 2]


async def test_a_growing_backlog_is_told_once_for_each_alarm():
    said = []

    async def warn(text, **fields):
        said.append(words.say(text, "en", **fields))

    counts = [
        10,
        9_000,
        12_000,
        20_000,
        11_000,
        60_000,
        70_000,
        100,
        15_000,
        0,
    ]  # the last is answered when all before it were heard
    async with pending(counts) as wire:
        watching = asyncio.create_task(backlog.watch(wire, warn, every_s=0.001))
        await until(lambda: not counts and len(said) >= 3)
        watching.cancel()

    assert [text.split(" updates")[0] for text in said] == ["12,000", "60,000", "15,000"]


async def test_a_backlog_that_goes_up_and_down_around_an_alarm_is_told_once_until_there_was_calm():
    said = []

    async def warn(text, **fields):
        said.append(words.say(text, "en", **fields))

    counts = [
        10_000,
        9_999,
        10_001,
        5_000,
        10_002,
        50_000,
        49_999,
        50_001,
        5_000,
        50_002,
        4_999,
        10_003,
        0,
    ]  # the last is answered when all before it were heard
    async with pending(counts) as wire:
        watching = asyncio.create_task(backlog.watch(wire, warn, every_s=0.001))
        await until(lambda: not counts)
        watching.cancel()

    assert [text.split(" updates")[0] for text in said] == ["10,000", "50,000", "10,003"]


@asynccontextmanager
async def pending(counts):
    """A Telegram at which first this many updates wait, then that many; it ends with an outage."""

    async def answer(request):
        if not counts:
            return JSONResponse({"ok": False, "description": "Bad Gateway"}, 502)
        return JSONResponse({"ok": True, "result": {"pending_update_count": counts.pop(0)}})

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    app.state.world = World(())  # the server ends a world's waiting when it stops; this one is empty
    with serve_in_thread(app) as url:
        async with Wire("4242:demo", url) as wire:
            yield wire
