import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from emulator.server import serve_in_thread
from emulator.world.world import World
from tests.patience import until


class Receiver:
    """A bot's own server: keeps what it gets, and answers as told."""

    def __init__(self) -> None:
        self.got: list[dict] = []
        self.headers: list[dict] = []
        self.refusals = 0
        self.reply: dict | None = None
        self.redirect = ""

    async def take(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        if self.redirect:
            there, self.redirect = self.redirect, ""
            return RedirectResponse(there)
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=502)
        self.got.append(json.loads(await request.body()))
        reply, self.reply = self.reply, None
        return JSONResponse(reply) if reply else Response()

    async def wait(self, count: int) -> list[dict]:
        await until(lambda: len(self.got) >= count)
        return self.got


async def none_waits(bot) -> bool:
    return (await bot.get_webhook_info()).pending_update_count == 0


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def hook(receiver):
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    app.state.world = World(())  # the server ends a world's waiting when it stops; this one is empty
    with serve_in_thread(app) as address:
        yield f"{address}/hook"


async def test_updates_are_delivered_with_the_secret_and_not_kept(bot, sim, hook, receiver):
    (ann,) = await sim.users()
    await bot.set_webhook(hook, secret_token="s3cret")

    await sim.post("write", user=ann, chat=ann, text="hello")

    assert (await receiver.wait(1))[0]["message"]["text"] == "hello"
    assert receiver.headers[0]["x-telegram-bot-api-secret-token"] == "s3cret"
    await until(lambda: none_waits(bot))


async def test_what_waited_before_is_delivered_too(bot, sim, hook, receiver):
    (ann,) = await sim.users()
    await sim.post("write", user=ann, chat=ann, text="early")

    await bot.set_webhook(hook)

    assert (await receiver.wait(1))[0]["message"]["text"] == "early"


async def test_what_was_not_taken_comes_again_in_order(bot, sim, hook, receiver):
    """Within one poll updates never overtake each other."""
    chat, users = await sim.chat(), await sim.users(5)
    poll = (await bot.send_poll(chat, "q", ["a"], is_anonymous=False)).poll.id
    await bot.set_webhook(hook, allowed_updates=["poll_answer"], drop_pending_updates=True)
    receiver.refusals = 1

    await sim.post("votes", votes=[{"user": user, "poll": poll, "options": [0]} for user in users])

    assert [update["poll_answer"]["user"]["id"] for update in await receiver.wait(5)] == users
    info = await bot.get_webhook_info()
    assert (info.url, info.last_error_message) == (hook, "Wrong response from the webhook: 502 Bad Gateway")


async def test_an_answer_may_call_a_method(bot, sim, hook, receiver):
    (ann,) = await sim.users()
    receiver.reply = {"method": "sendMessage", "chat_id": ann, "text": "answered"}
    await bot.set_webhook(hook)

    await sim.post("write", user=ann, chat=ann, text="hello")
    await receiver.wait(1)

    async def answered() -> bool:
        messages = (await sim.get(f"chats/{ann}/messages"))["messages"]
        return [message["text"] for message in messages] == ["hello", "answered"]

    await until(answered)


async def test_after_deleting_the_webhook_updates_wait_to_be_asked_for(bot, sim, hook, receiver):
    (ann,) = await sim.users()
    await bot.set_webhook(hook)
    await bot.delete_webhook()

    await sim.post("write", user=ann, chat=ann, text="hello")

    assert [update.message.text for update in await bot.get_updates()] == ["hello"]
    assert receiver.got == []


ELSEWHERE = [
    "http://evil.example/",
    "https://10.0.0.1/",
    "http://169.254.169.254/latest",
    "http://127.0.0.1@evil.example/",
    "http://127.1/",
    "http://127.0.0.1.evil.example/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[2001:db8::1]/",
    "http://localhost.evil.example/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.0.0.1\\@evil.example/",
    "http://evil.example#@127.0.0.1/",
    "http://[::1/",
]


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_a_webhook_off_this_machine_is_kept_and_never_called(sim, address):
    (ann,) = await sim.users()
    assert (await sim.call("setWebhook", url=address))["ok"]

    await sim.post("write", user=ann, chat=ann, text="hello")

    async def told() -> bool:
        return "last_error_message" in (await sim.call("getWebhookInfo"))["result"]

    await until(told)
    info = (await sim.call("getWebhookInfo"))["result"]
    said = "Connection failed: the emulator delivers to 127.0.0.1, localhost and [::1] only"
    assert (info["url"], info["last_error_message"], info["pending_update_count"]) == (address, said, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.9.1"])
async def test_a_webhook_may_be_any_port_of_this_machine(sim, host):
    assert (await sim.call("setWebhook", url=f"http://{host}:9/hook"))["ok"]
    await sim.call("deleteWebhook")


async def test_a_delivery_follows_no_redirect(bot, sim, hook, receiver):
    """An address that was good when it was set may point elsewhere later."""
    (ann,) = await sim.users()
    receiver.redirect = hook
    await bot.set_webhook(hook)

    await sim.post("write", user=ann, chat=ann, text="hello")

    assert (await receiver.wait(1))[0]["message"]["text"] == "hello"
    assert (
        await bot.get_webhook_info()
    ).last_error_message == "Wrong response from the webhook: 307 Temporary Redirect"
    assert len(receiver.headers) == 2
