"""Updates by webhook, delivered by the emulator as Telegram does: one after the other within a poll, until taken."""

import asyncio
import socket
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from sqlalchemy import event, select

from bot.commands import status
from bot.errors import SettingsError
from bot.loops import caller, webhook
from bot.loops.intake import Intake
from bot.store import store
from bot.store.tables import strays
from tests.bot.conftest import KEY, TOKEN
from tests.bot.loops.hands import Hands
from tests.factory import answer, asked, poll
from tests.patience import until
from tests.refusing import refusing

SECRET = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_of(TOKEN)}


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
async def asked_group(stage):
    await stage.publish(asked(poll()))
    await stage.tick()
    return stage


@asynccontextmanager
async def receiving(stage, port, handler=None):
    """The webhook at work; yields a client for those who are not Telegram."""
    taking = Intake(stage.database, KEY, lambda: stage.now, handler)
    url = f"http://127.0.0.1:{port}"
    task = asyncio.create_task(webhook.run(stage.wire, taking, TOKEN, f"{url}/hook", ("127.0.0.1", port)))
    await until(lambda: task.done() or stage.calls("setWebhook"))
    try:
        async with httpx.AsyncClient(base_url=url) as client:
            yield client
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def voters(stage, number=0):
    return status.read(stage.database).publications[number].posts[0].poll.voters


def kept(stage):
    with store.reading(stage.database) as connection:
        return connection.scalars(select(strays.c.content)).all()


async def refused(stage):
    """What Telegram says of the webhook as soon as an update was not taken."""
    found = {}

    async def told():
        found.update(await stage.wire.call("getWebhookInfo"))
        return "last_error_message" in found

    await until(told)
    return found


async def waiting(stage):
    return (await stage.wire.call("getWebhookInfo"))["pending_update_count"]


async def nothing_waits(stage):
    """What came before the webhook was set has been delivered."""

    async def nothing():
        return await waiting(stage) == 0

    await until(nothing)


async def test_votes_are_stored_as_they_are_delivered(asked_group, port):
    people = asked_group.users(50)
    async with receiving(asked_group, port):
        for person in people:
            asked_group.vote(person, 1)
        await until(lambda: voters(asked_group) == 50)

    assert asked_group.get("/polls")["votes_cast"] == 50
    assert await waiting(asked_group) == 0


async def test_a_vote_that_cannot_be_stored_is_not_acknowledged_and_comes_again(asked_group, port):
    (ann,) = asked_group.users(1)
    async with receiving(asked_group, port):
        await nothing_waits(asked_group)
        with refusing(asked_group.database):
            asked_group.vote(ann, 1)
            info = await refused(asked_group)

        await until(lambda: voters(asked_group) == 1)
    assert info["pending_update_count"] == 1
    assert "500" in info["last_error_message"]


async def test_requests_that_come_together_share_one_commit(asked_group, port):
    commits = []
    event.listen(asked_group.database, "commit", commits.append)
    async with receiving(asked_group, port) as client:
        del commits[:]
        posts = [client.post("/", json=answer(i, "unknown", i, 0), headers=SECRET) for i in range(60)]
        answers = await asyncio.gather(*posts)

    assert {done.status_code for done in answers} == {200}
    assert len(kept(asked_group)) == 60
    assert len(commits) < 40


async def test_a_body_that_comes_after_the_commit_of_another_request_is_stored_too(asked_group, port):
    async def slowly():
        yield b'{"update_id": 1, '
        await client.post("/", json=answer(2, "unknown", 2, 0), headers=SECRET)
        yield b'"poll_answer": 5}'

    async with receiving(asked_group, port) as client:
        done = await client.post("/", content=slowly(), headers=SECRET)

    assert done.status_code == 200
    assert len(kept(asked_group)) == 2


async def test_whoever_does_not_know_the_secret_is_sent_away(asked_group, port):
    async with receiving(asked_group, port) as client:
        told = [
            (await client.post("/hook", json=answer(1, "P", 1, 0), headers=headers)).status_code
            for headers in (
                {},
                {"X-Telegram-Bot-Api-Secret-Token": "guess"},
                {"X-Telegram-Bot-Api-Secret-Token": "é".encode()},
            )
        ]
        assert (await client.get("/hook", headers=SECRET)).status_code == 405

    assert told == [401, 401, 401]
    assert kept(asked_group) == []


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[1]", b"[" * 100_000, b"x" * (3 * caller.LARGEST), b"", b'{"update_id": "one"}']
)
async def test_what_cannot_be_read_is_kept_aside_and_not_asked_for_again(asked_group, port, body):
    async with receiving(asked_group, port) as client:
        done = await client.post("/hook", content=body, headers=SECRET)

    assert done.status_code == 200
    assert len(kept(asked_group)) == 1


async def test_a_body_longer_than_any_update_is_answered_before_all_of_it_came(asked_group, port):
    async with receiving(asked_group, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        secret = "".join(f"{name}: {value}\r\n" for name, value in SECRET.items())
        writer.write(f"POST / HTTP/1.1\r\nHost: x\r\n{secret}Content-Length: {100 * caller.LARGEST}\r\n\r\n".encode())
        writer.write(b"x" * (2 * caller.LARGEST))  # and then this one falls silent
        answered = await asyncio.wait_for(reader.readline(), 10)
        writer.close()

    assert answered.split()[1] == b"200"
    assert len(kept(asked_group)) == 1


async def test_what_is_no_vote_goes_to_the_handler(asked_group, port):
    hands = Hands()
    async with receiving(asked_group, port, hands):
        asked_group.post("/chats/@group/bot", {"status": "kicked"})
        await until(lambda: hands.held)

    assert "my_chat_member" in hands.held[0]


async def test_the_list_of_kinds_is_told_again_when_an_anonymous_poll_opens(stage, port):
    (ann,) = stage.users(1)
    async with receiving(stage, port):
        await stage.publish(asked(poll()), chat="@channel")
        await stage.tick()
        await until(lambda: len(stage.calls("setWebhook")) == 2)
        stage.vote(ann, 1, chat="@channel")

        await until(lambda: voters(stage) == 1)


async def test_a_webhook_is_set_when_telegram_can_be_reached_again(asked_group, port, capsys):
    (ann,) = asked_group.users(1)
    asked_group.fault("setWebhook", "reset")
    async with receiving(asked_group, port):
        asked_group.vote(ann, 1)

        await until(lambda: voters(asked_group) == 1)
    assert "webhook not set" in "".join(capsys.readouterr())


async def test_an_address_that_telegram_refuses_is_told_and_tried_again(asked_group, port, capsys):
    taking = Intake(asked_group.database, KEY, lambda: asked_group.now)
    task = asyncio.create_task(webhook.run(asked_group.wire, taking, TOKEN, "http:///", ("127.0.0.1", port)))
    await until(lambda: len(asked_group.calls("setWebhook")) == 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert "POLLBOT_WEBHOOK_URL='http:///'" in capsys.readouterr().out


async def test_a_port_that_is_taken_is_one_sentence(asked_group):
    taking = Intake(asked_group.database, KEY, lambda: asked_group.now)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
        with pytest.raises(SettingsError, match=f"POLLBOT_WEBHOOK_PORT={address[1]}: Address already in use"):
            await webhook.run(asked_group.wire, taking, TOKEN, "http://x/", address)
