"""The road to Telegram: the emulator's own application, called in this process; each call is numbered, and may fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from starlette.applications import Starlette

from bot.telegram.http import Answer

# What may go wrong with a call: (has it its effect?), and what comes back. Those in one row nobody can tell apart.
FAULTS = (("flood",), ("error", "reset"), ("lost", "cut"), ("late",))
HARMLESS = (("flood",), ("lost",))  # for a call that changes nothing: the others look the same
WORDS = {
    "flood": "is answered with 429, without effect",
    "error": "is answered with 500, without effect",
    "reset": "meets a reset before its effect",
    "lost": "takes effect, and its answer is lost",
    "cut": "takes effect, and half of its answer comes",
    "late": "is given up, and takes effect later",
}
FLOOD = Answer(429, b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":1}}')
ERROR = Answer(500, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}')


# Calls that change nothing; the last two are made by the oracle alone, so that they are refused.
ONLY_ASK = (
    "getMe",
    "getFile",
    "getChat",
    "getChatMember",
    "getWebhookInfo",
    "editMessageReplyMarkup",
    "forwardMessages",
)


DRAWN = re.compile(rb"attached[0-9a-f]{32}")
MANY = 10_000  # answers that are kept


class Asked(NamedTuple):
    """One call as it went over the road."""

    path: str
    body: bytes
    kind: str

    @property
    def method(self) -> str:
        return self.path.rpartition("/")[2]


class Road:
    """
    Stands in for `bot.telegram.http.Http`.

    `faults` says which call fails how; `asked` are the calls so far; `late` those that still take effect; `answered`
    is called when one has had its effect and nobody knows yet.
    """

    path = ""

    def __init__(self, app: Starlette, answered: Callable[[Asked], None], tell: Callable[[str], None]) -> None:
        self.tell = tell
        self.app = app
        self.answered = answered
        self.faults: dict[int, str] = {}
        self.asked: list[Asked] = []
        self.late: list[Asked] = []
        self.stands = b""
        self.known: dict[tuple[bytes, Asked], Answer] = {}

    def begin(self, stands: bytes, faults: dict[int, str]) -> None:
        """A step begins, where Telegram stands so: who asks the same again there is answered the same."""
        self.asked, self.faults = [], faults
        self.stands = stands
        if len(self.known) > MANY:
            self.known.clear()

    async def post(self, path: str, body: bytes, kind: str = "application/json") -> Answer:
        call = _undrawn(Asked(path, body, kind))
        self.asked.append(call)
        fault = self.faults.get(len(self.asked) - 1)
        self.tell(f"{call.method} {WORDS[fault]}" if fault else f"{call.method} {_said(call)}".rstrip())
        if fault in ("flood", "error"):
            return FLOOD if fault == "flood" else ERROR
        if fault == "late":
            self.late.append(call)
            self.answered(call)
            raise TimeoutError
        if fault == "reset":
            raise ConnectionResetError
        answer = await self.ask(call)
        if fault == "lost":
            raise ConnectionResetError
        if fault == "cut":
            return Answer(200, answer.body[: len(answer.body) // 2])
        self.answered(call)
        return answer

    async def get(self, path: str) -> Answer:
        return await self.post(path, b"", "text/plain")

    async def arrive(self) -> None:
        """What was given up takes effect, and time goes by."""
        self.stands += b"later"
        while self.late:
            await self.ask(self.late.pop(0))

    async def ask(self, call: Asked) -> Answer:
        if changes(call):
            self.stands = blake2b(self.stands + repr(call).encode(), digest_size=16).digest()
            return await self._ask(call)
        if (self.stands, call) not in self.known:
            self.known[self.stands, call] = await self._ask(call)
        return self.known[self.stands, call]

    async def _ask(self, call: Asked) -> Answer:
        """One request to the application, as a server would hand it over."""
        scope = {
            "type": "http",
            "method": "GET" if call.path.startswith("/file/") else "POST",
            "path": call.path,
            "raw_path": call.path.encode(),
            "query_string": b"",
            "headers": [
                (b"host", b"localhost"),
                (b"content-type", call.kind.encode()),
                (b"content-length", b"%d" % len(call.body)),
            ],
        }
        came: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            came.append(message)

        await self.app(scope, receive, send)
        return Answer(came[0]["status"], b"".join(message.get("body", b"") for message in came))

    async def close(self) -> None:
        """Nothing is kept open."""


def changes(call: Asked) -> bool:
    """May this call change anything?"""
    return call.method not in ONLY_ASK and not call.path.startswith("/file/")


def _undrawn(call: Asked) -> Asked:
    """A boundary is drawn by httpx, names of files by python-telegram-bot: numbers do as well."""
    if not call.kind.startswith("multipart"):
        return call
    drawn = [call.kind.partition("boundary=")[2].encode(), *dict.fromkeys(DRAWN.findall(call.body))]
    body, kind = call.body, call.kind
    for number, one in enumerate(drawn):
        body = body.replace(one, b"drawn%d" % number)
    return Asked(call.path, body, kind.replace(drawn[0].decode(), "drawn0"))


def _said(call: Asked) -> str:
    """What a call is about, in a few words."""
    given = parse_qs(call.body.decode(errors="replace")) if "urlencoded" in call.kind else {}
    return next((f"“{given[name][0][:40]}”" for name in ("text", "question", "message_id") if name in given), "")
