import asyncio
import re
from pathlib import Path

import httpx
import pytest
from telegram.error import Conflict

import emulator
from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.emulator.conftest import TOKEN, png
from tests.patience import until


async def test_a_chat_shows_its_full_face_to_the_bot(bot, sim):
    (ann,) = await sim.users()
    chat = await sim.chat(username="ml_chat", description="about", admins=[ann], permissions={"can_send_polls": False})

    full = await bot.get_chat("@ml_chat")
    admins = await bot.get_chat_administrators(chat)

    assert (full.id, full.description, full.permissions.can_send_polls) == (chat, "about", False)
    assert [(admin.user.id, admin.status) for admin in admins] == [(ann, "administrator")]
    assert await bot.get_chat_member_count(chat) == 3


async def test_a_bot_sees_its_own_rights(bot, sim):
    chat = await sim.chat("channel", rights={"can_edit_messages": False})

    me = await bot.get_chat_member(chat, bot.id)

    assert (me.status, me.can_post_messages, me.can_edit_messages) == ("administrator", True, False)


async def test_somebody_who_never_came_has_left(bot, sim):
    (ann,) = await sim.users()

    assert (await bot.get_chat_member(await sim.chat(), ann)).status == "left"


async def test_a_person_uploads_a_picture_and_a_file(bot, sim):
    (ann,) = await sim.users()
    await sim.post("chats", type="private", user=ann)

    for name, content in (("a.png", png()), ("thread.md", b"# text")):
        await sim.upload(ann, name, content, caption="look")

    picture, document = [update.message for update in await bot.get_updates()]
    assert (picture.caption, picture.photo[-1].width) == ("look", 40)
    assert bytes(await (await document.document.get_file()).download_as_bytearray()) == b"# text"


async def test_nothing_uploaded_opens_as_a_page(sim):
    (ann,) = await sim.users()
    await sim.post("chats", type="private", user=ann)
    await sim.upload(ann, "evil.html", b"<script>alert(1)</script>")
    (message,) = (await sim.get(f"chats/{ann}/messages"))["messages"]

    answer = await sim.client.get(f"/sim/files/{message['document']['file_id']}")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


async def test_the_clock_stands_still_or_is_shifted(bot, sim):
    chat = await sim.chat()

    await sim.post("clock", fixed=1_800_000_000)
    still = await bot.send_message(chat, "x")
    await sim.post("clock", offset=3600)
    shifted = await sim.get("clock")

    assert still.date.timestamp() == 1_800_000_000
    assert (shifted["offset"], shifted["fixed"]) == (3600, None)


async def test_calls_are_recorded_with_what_was_asked_and_answered(bot, sim):
    chat = await sim.chat()
    await bot.send_photo(chat, png(), caption="cap", filename="a.png")

    (call,) = (await sim.get("calls", method="sendPhoto"))["calls"]

    assert (call["method"], call["params"]["caption"], call["params"]["photo"]) == (
        "sendPhoto",
        "cap",
        f"<a.png: {len(png())} bytes>",
    )
    assert call["answer"]["result"]["caption"] == "cap"


async def test_a_call_is_unanswered_while_it_waits(bot, sim):
    waiting = asyncio.create_task(bot.get_updates(timeout=50))
    await until(sim.waits)
    (call,) = (await sim.get("calls"))["unanswered"]
    await sim.call("getUpdates")
    with pytest.raises(Conflict):
        await waiting

    assert (call["method"], call["params"]) == ("getUpdates", {"timeout": "50"})
    assert not await sim.waits()


async def test_a_token_is_added_and_revoked(sim):
    await sim.post("tokens", token="777:more")
    added = await sim.client.get("/bot777:more/getMe")
    await sim.client.request("DELETE", "/sim/tokens", json={"token": "777:more"})
    revoked = await sim.client.get("/bot777:more/getMe")

    assert (added.json()["result"]["id"], revoked.status_code) == (777, 401)


BAD = [
    ("chats", {"type": "forum"}, "no chat type 'forum'; there are channel, supergroup, group, private"),
    ("chats", {"type": "channel"}, "'title' must be given as str"),
    ("vote", {"user": 5, "poll": "1", "options": [0]}, "no user 5; make one with POST /sim/users"),
    ("vote", {"user": 1000, "poll": "1", "options": [0]}, "no poll '1'"),
    ("vote", {"user": 1000, "chat": 9, "message_id": 1}, "chat not found: 9"),
    ("write", {"user": 1000, "chat": "@none", "text": "x"}, "chat not found: '@none'"),
    ("tokens", {"token": "x"}, "a token is digits, a colon, and letters"),
    ("clock", {"offset": "soon"}, "'offset' must be given as a number"),
]


@pytest.mark.parametrize(("path", "body", "error"), BAD)
async def test_a_wrong_control_request_is_told_what_is_wrong(sim, path, body, error):
    assert await sim.refused(path, **body) == error


async def test_a_reader_of_a_channel_cannot_write_there(sim):
    chat, (ann,) = await sim.chat("channel"), await sim.users()

    assert await sim.refused("write", user=ann, chat=chat, text="x") == "CHAT_WRITE_FORBIDDEN"


async def test_a_user_sees_results_after_voting_and_hidden_ones_after_closing(bot, sim):
    chat, (ann, bob) = await sim.chat(), await sim.users(2)
    open_ = await bot.send_poll(chat, "q", ["a", "b"])
    hidden = await bot.send_poll(chat, "q", ["a", "b"], hide_results_until_closes=True)
    for poll in (open_, hidden):
        await sim.post("vote", user=ann, poll=poll.poll.id, options=[0])

    async def counts(user: int) -> list:
        return [m["seen"]["poll"]["counts"] for m in (await sim.get(f"chats/{chat}/messages", user=user))["messages"]]

    assert (await counts(ann), await counts(bob)) == ([[1, 0], None], [None, None])
    await bot.stop_poll(chat, hidden.message_id)
    assert await counts(bob) == [None, [1, 0]]


async def test_shuffled_options_keep_their_order_for_each_user(bot, sim):
    chat, users = await sim.chat(), await sim.users(10)
    await bot.send_poll(chat, "q", list("abcdefgh"), shuffle_options=True)

    async def order(user: int) -> tuple:
        return tuple((await sim.get(f"chats/{chat}/messages", user=user))["messages"][0]["seen"]["poll"]["order"])

    first, again = [await order(user) for user in users], [await order(user) for user in users]
    assert first == again
    assert len(set(first)) > 1


def test_two_emulators_know_nothing_of_each_other():
    with serve_in_thread(create_app(("1:one",))) as one, serve_in_thread(create_app(("2:two",))) as two:
        assert httpx.get(f"{one}/bot1:one/getMe").status_code == 200
        assert httpx.get(f"{two}/bot1:one/getMe").status_code == 401
        assert httpx.get(f"{one}/bot{TOKEN}/getMe").status_code == 401


def test_the_readme_tells_of_every_control_address_and_of_no_other():
    readme = (Path(emulator.__file__).parent / "README.md").read_text()
    routes = [route for route in create_app((TOKEN,)).routes if route.path.startswith("/sim")]

    told = set(re.findall(r"`(GET|POST|DELETE) (/sim/[^` ?]*)", readme))

    assert told == {(method, route.path) for route in routes for method in route.methods - {"HEAD"}}
