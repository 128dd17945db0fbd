"""What Telegram really says: updates and answers, as the emulator gives them."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import httpx

from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.factory import png, poll

TOKEN = "4242:demo"
POLL = {"question": poll().question, "options": [{"text": option.text} for option in poll().options]}


@dataclass
class Shapes:
    """`updates` of every kind that is asked for; `answers` by method, whole: results and refusals."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)

    def polls(self) -> list[str]:
        """The ids of the polls that updates speak of: a named one, an anonymous one."""
        named = next(one["poll_answer"]["poll_id"] for one in self.updates if "poll_answer" in one)
        return [named, next(one["poll"]["id"] for one in self.updates if one.get("poll", {}).get("is_anonymous"))]


def real() -> Shapes:
    """A bot's short life at the emulator."""
    shapes = Shapes()
    with serve_in_thread(create_app()) as url, httpx.Client(base_url=url, verify=False) as http:

        def call(method: str, files: dict[str, bytes] | None = None, **given: Any) -> Any:
            data = {
                name: json.dumps(value) if isinstance(value, (list, dict)) else value for name, value in given.items()
            }
            came = http.post(f"/bot{TOKEN}/{method}", data=data, files=files)
            shapes.answers.setdefault(method, []).append((came.status_code, came.json()))
            return came.json().get("result")

        def sim(path: str, **body: Any) -> Any:
            return http.post(f"/sim/{path}", json=body).raise_for_status().json()

        for kind, name in (("channel", "channel"), ("supergroup", "group")):
            sim("chats", type=kind, title=name, username=name)
        user = sim("users", count=1)["users"][0]["id"]
        sim("chats", type="private", user=user)
        kinds = ["poll_answer", "poll", "callback_query", "my_chat_member", "chat_member", "message"]
        call("getUpdates", allowed_updates=kinds)
        _write(call, user)
        for chat, options in (("@group", [1]), ("@channel", [2]), ("@group", [])):
            sim("vote", user=user, chat=chat, message_id=1, options=options)
        button = {"text": "go on", "callback_data": "v1|skip|1|1|post.0"}
        said = call("sendMessage", chat_id=user, text="?", reply_markup={"inline_keyboard": [[button]]})
        sim("tap", user=user, chat=user, message_id=said["message_id"], data=button["callback_data"])
        file = {"name": "a.md", "content": b64encode(b"---\ntitle: T\n---\n\nHello\n").decode()}
        sim("upload", user=user, chat=user, caption="a thread", **file)
        for said in ("https://t.me/group/1", "/start v1_skip_1_1", "/threads", "---\ntitle: T\n---\n\nHello\n"):
            sim("write", user=user, chat=user, text=said)
        sim("chats/@channel", admins=[user])
        sim("chats/@group/bot", status="kicked")
        shapes.updates = call("getUpdates", allowed_updates=kinds)
        call("sendMessage", chat_id="@group", text="refused")
        http.request("DELETE", "/sim/tokens", json={"token": TOKEN})
        call("getMe")
    flood = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 3}}
    moved = {"ok": False, "error_code": 400, "description": "moved", "parameters": {"migrate_to_chat_id": -1003}}
    for answers in shapes.answers.values():
        answers += [(429, flood), (400, moved)]
    return shapes


def _write(call: Any, user: int) -> None:
    """What the bot sends and asks."""
    for method in ("getMe", "getWebhookInfo"):
        call(method)
    for chat in ("@group", "@channel"):
        place = call("getChat", chat_id=chat)["id"]
        call("getChatMember", chat_id=place, user_id=4242)
        call("sendPoll", chat_id=chat, is_anonymous=chat == "@channel", **POLL)
        call("sendMessage", chat_id=chat, text="hello")
    call("sendPhoto", chat_id="@group", caption="c", files={"photo": png()})
    call("forwardMessage", chat_id=user, from_chat_id="@group", message_id=1)
    call("sendPoll", chat_id="@group", **POLL)
    call("stopPoll", chat_id="@group", message_id=4)
