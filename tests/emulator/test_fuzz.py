"""Whatever JSON comes, the emulator answers in its own words: never with a mistake of its own, and it lives on."""

import time

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from emulator.app import create_app
from emulator.botapi.methods import METHODS, MODULES
from emulator.server import serve_in_thread
from emulator.world.world import World
from tests.emulator.conftest import TOKEN, controlling, png
from tests.patience import until

POLL = {"question": "q", "options": ["a", "b"], "type": "quiz", "correct_option_ids": [0], "explanation": "e"}
POLL |= {"media": {"type": "photo", "media": "x"}, "country_codes": ["RU"], "open_period": 60, "reply_markup": None}
HERE = {"chat_id": "@ml", "message_id": 1}
TEXT = {"text": "x", "parse_mode": "", "entities": [{"type": "bold", "offset": 0, "length": 1}], "caption": "x"}
REPLY = {"reply_parameters": {"message_id": 1, "chat_id": "@ml"}, "message_thread_id": 0, "disable_notification": True}
FROM = {"from_chat_id": "@ml", "message_ids": [1], "suggested_post_parameters": None}
HOOK = {"url": "http://127.0.0.1:9/", "secret_token": "x", "max_connections": 3, "allowed_updates": ["message"]}
READ = {"offset": 0, "limit": 1, "allowed_updates": [], "user_id": 1000, "file_id": "x", "callback_query_id": "1"}
CALLED = HERE | TEXT | REPLY | FROM | POLL | HOOK | READ | {"photo": "x", "document": "x", "commands": []}
PLACE = {
    "latitude": 1.5,
    "longitude": 2,
    "live_period": 60,
    "heading": 1,
    "title": "T",
    "address": "A",
    "phone_number": "1",
}
LOOK = {
    "phone_number": "1",
    "rights": {},
    "reaction": [{"type": "emoji", "emoji": "👍"}],
    "permissions": {"can_send_polls": True},
}
LOOK |= {
    "menu_button": {"type": "web_app", "text": "x", "web_app": {"url": "https://a.b"}},
    "rights": {},
    "emoji": "🎲",
}
LOOK |= {"invite_link": "x", "expire_date": 1, "member_limit": 1, "until_date": 1, "subscription_period": 2_592_000}
LOOK |= {
    "custom_title": "x",
    "subscription_price": 1,
    "language_code": "en",
    "action": "typing",
    "first_name": "x",
    "sender_chat_id": -1,
}
LINK = {"link_preview_options": {"url": "a.b"}, "message_effect_id": "0", "menu": {}, "cover": "x", "thumbnail": "x"}
CALLED |= PLACE | LOOK | LINK | dict.fromkeys(("video", "animation", "audio", "voice", "video_note", "sticker"), "x")
PEOPLE = {"first_name": "A", "last_name": "B", "username": "u", "id": 77, "count": 2, "users": [{"id": 78}]}
CHAT = {"type": "group", "title": "T", "username": "u", "description": "d", "members": [1000], "bot": "member"}
CHAT |= {"permissions": {"can_send_polls": True}, "member_count": 3, "language": "ru", "rights": {}, "skip": 2}
VOTE = {"user": 1000, "poll": "1", "options": [0], "chat": "@ml", "message_id": 1, "as_chat": "@ml"}
WRITE = {"user": 1000, "chat": 1000, "text": "x", "entities": [], "reply_to": 1, "service": {"x": 1}, "data": "x"}
WRITE |= {"content": "eA==", "name": "x.png", "caption": "x"}
FILE = {"content": "eA==", "name": "x", "type": "x/y"}
FAULT = {
    "method": "x",
    "kind": "error",
    "times": 1,
    "retry_after": 1,
    "seconds": 0.0,
    "status": 500,
    "description": "x",
}
TOLD = {
    "users": PEOPLE,
    "chats": CHAT,
    "vote": VOTE,
    "votes": {"votes": [VOTE]},
    "write": WRITE,
    "upload": WRITE,
    "tap": WRITE,
}
TOLD |= {"faults": FAULT, "clock": {"offset": 1.0, "fixed": 1.0}, "tokens": {"token": "7:x"}, "chats/@ml": CHAT}
TOLD |= {"chats/@ml/bot": {"status": "kicked", "rights": {}}, "chats/@ml/notes": {"post": 1, "problems": [{}]}}
TOLD |= {"chats/@ml/contents": {"draft": "@ml", "title": "T", "language": "ru", "preview": {"file": "f"}}}
DEED = {"user": 1000, "chat": "@ml", "message_id": 1, "text": "x", "reaction": [], "from_chat": "@ml", "link": "x"}
TOLD |= {"chats/@ml/members": {"user": 1000, "status": "restricted", "rights": {}, "until": 1, "tag": "x", "by": 1000}}
TOLD |= {
    "addresses": {"url": "https://a.b/c", **FILE},
    "files": {"kind": "video", "id": "x", **FILE},
    "dice": {"values": [1]},
}
TOLD |= {"open": {"user": 1000, "url": "https://t.me/pollbot_4242_bot?start=x", "chat": "@ml"}}
TOLD |= dict.fromkeys(("join", "leave", "edit", "delete", "react", "pin", "unpin", "forward"), DEED)
FIELDS = [
    "type",
    "text",
    "offset",
    "length",
    "url",
    "media",
    "message_id",
    "chat_id",
    "inline_keyboard",
    "callback_data",
]
WORDS = [
    "",
    "@ml",
    "ml",
    "channel",
    "private",
    "photo",
    "attach://x",
    "HTML",
    "<b>x",
    "<a href>",
    "MarkdownV2",
    "*_[x](tg://user?id=1000)_*",
    "creator",
    "🎈",
    "+7",
]
WORDS += ["\u202e", "\x00", "x" * 5000, "{", "[[]]", '{"message_id": []}', "[1]", "null", "9" * 5000, "4242:demo", "٣"]
NUMBERS = [0, 1, -1, 2, 3, 1000, 4242, 2**31, 2**63 - 1, -(2**63), 0.5, 1e308, -1e308]
LEAF = st.sampled_from([None, True, False, *NUMBERS, *WORDS]) | st.text(max_size=8)
JSON = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)
NO_JSON = [
    b"\xff",
    b'"\\ud800"',
    b"[" * 100_000,
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"a": -Infinity}',
    b"9" * 9000,
    b"7",
]
NO_JSON += [b'{"\\udfff": 1}', b'{"a":' * 500 + b"1" + b"}" * 500, b"{", b'{"a": 99999999999999999999999}']
PATIENT = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def spoiled(right: dict) -> st.SearchStrategy[dict]:
    """What is right, with anything at all in some places, and some left out."""
    names = sorted(right)
    wrong = st.dictionaries(st.sampled_from(names), JSON, max_size=3)
    left_out = st.sets(st.sampled_from(names), max_size=3)
    return st.builds(
        lambda wrong, left_out: {name: value for name, value in (right | wrong).items() if name not in left_out},
        wrong,
        left_out,
    )


class Emulator:
    """One server, and a world that begins anew."""

    def __init__(self, app: Starlette, client: httpx.Client) -> None:
        self.app, self.client = app, client

    def begin(self) -> None:
        """A chat with a poll and a button in it, and a picture."""
        self.app.state.world = World((TOKEN,))
        self.client.post("/sim/chats", json={"type": "channel", "title": "ML", "username": "ml"})
        keys = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
        self.call("sendPoll", {"chat_id": "@ml", "question": "q", "options": ["a", "b"], "reply_markup": keys})
        self.client.post(f"/bot{TOKEN}/sendPhoto", data={"chat_id": "@ml"}, files={"photo": ("a.png", png())})

    def call(self, method: str, given: dict) -> httpx.Response:
        return self.client.post(f"/bot{TOKEN}/{method}", json=given)

    def whole(self) -> bool:
        """Everything that can be looked at still can be, when nothing is ordered to go wrong."""
        chats = list(self.app.state.world.chats)
        self.client.delete("/sim/faults")
        paths = ("users", "chats", "polls", "calls", "clock", *(f"chats/{chat}/messages" for chat in chats))
        return all(self.client.get(f"/sim/{path}").is_success for path in paths)


@pytest.fixture(scope="module")
def emulator():
    app = create_app((TOKEN,))
    with serve_in_thread(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield Emulator(app, client)


@pytest.mark.parametrize("address", TOLD)
@PATIENT
@given(st.data())
def test_whatever_the_control_api_is_told_it_answers(emulator, address, data):
    body = data.draw(spoiled(TOLD[address])) | {"wait": 0}
    emulator.begin()

    answer = emulator.client.post(f"/sim/{address}", json=body)

    assert answer.is_success or list(answer.json()) == ["error"]
    assert answer.status_code < 500
    assert emulator.whole()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
@PATIENT
@given(st.data())
def test_whatever_a_method_is_given_it_answers_in_telegrams_words(emulator, module, data):
    names = [name for name, one in METHODS.items() if one.__module__ == module.__name__]
    method = data.draw(st.sampled_from(names))
    body = data.draw(spoiled(CALLED)) | {"timeout": 0}
    emulator.begin()

    answer = emulator.call(method, body)

    assert answer.status_code < 500
    assert answer.json()["ok"] is answer.is_success
    assert emulator.whole()


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: body[:12].decode(errors="replace"))
@pytest.mark.parametrize("path", ["/sim/users", "/sim/clock", "/sim/votes", f"/bot{TOKEN}/sendMessage"])
def test_what_is_no_json_is_said_to_be_none(emulator, path, body):
    answer = emulator.client.post(path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert "JSON" in answer.text


@pytest.mark.parametrize("body", ['{"offset": NaN}', '{"offset": 1e400}', '{"fixed": 1e300}', '{"fixed": -1e11}'])
async def test_no_time_that_is_none_stops_polls_from_closing(url, bot, body):
    """After NaN the emulator closed no poll any more, also when its clock had been set right."""
    async with controlling(url) as sim:
        answer = await sim.client.post("/sim/clock", content=body, headers={"Content-Type": "application/json"})
        await bot.send_poll(await sim.chat(), "q", ["a", "b"], close_date=int(time.time()) + 1)

        async def closed() -> bool:
            return (await sim.get("polls"))["polls"][0]["is_closed"]

        await until(closed)
        assert answer.status_code == 400


async def test_whatever_is_wrong_with_a_world_polls_close_when_it_is_mended(caplog):
    app = create_app((TOKEN,))
    with serve_in_thread(app) as url:
        async with controlling(url) as sim:
            app.state.world.clock.offset = float("nan")
            await until(lambda: "what is due cannot be ended" in caplog.text)
            app.state.world.clock.offset = 0.0
            await sim.call("sendPoll", chat_id=await sim.chat(), question="q", options=["a", "b"], open_period=1)

            async def closed() -> bool:
                return (await sim.get("polls"))["polls"][0]["is_closed"]

            await until(closed)
