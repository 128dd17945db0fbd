"""
The Bot API as it is: one call, its answer as plain data.

For how updates come, where every microsecond is paid a hundred thousand times and one update that a library cannot
read must not stop the rest. What is sent goes through `bot.telegram.api`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from bot.errors import PollbotError, TokenError
from bot.store.updates import Update
from bot.telegram.http import Answer, Connection, HttpError

NOT_ACCEPTED = "Telegram does not accept POLLBOT_TOKEN: copy it again from @BotFather, digits, colon and all"
ANSWER_S = 10.0  # an answer that is not waited for on purpose takes no longer


class NoAnswer(PollbotError):  # noqa: N818 a state, not an error in the code
    """A call without a result; worth trying again after `wait_s`. `status` is 0 when nothing came back at all."""

    def __init__(self, message: str, wait_s: float, status: int = 0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        self.status = status


class Wire:
    """Use as `async with Wire(token, api_url) as wire`; connections are kept, one for each call at a time."""

    def __init__(self, token: str, api_url: str) -> None:
        self.api_url = api_url
        self._path = f"{urlsplit(api_url).path.rstrip('/')}/bot{token}/"
        self._idle: list[Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._idle:
            await connection.end()

    async def updates(self, offset: int, wait_s: int, kinds: Sequence[str]) -> list[Update]:
        """What waits from `offset` on, at most 100 and after at most `wait_s`; asking acknowledges what is before."""
        asked = {"offset": offset, "limit": 100, "timeout": wait_s, "allowed_updates": list(kinds)}
        found = await self.call("getUpdates", asked, ANSWER_S + wait_s)
        return found if isinstance(found, list) else []

    async def call(self, method: str, parameters: dict[str, Any] | None = None, limit_s: float = ANSWER_S) -> Any:  # noqa: ANN401 plain data
        """The result of a method; raises `NoAnswer`, or `TokenError`."""
        try:
            async with asyncio.timeout(limit_s):
                status, body = await self._post(self._path + method, json.dumps(parameters or {}).encode())
            told = json.loads(body)
        except (EOFError, OSError, RecursionError, ValueError) as error:  # OSError has TimeoutError and ssl.SSLError
            msg = f"no answer from {self.api_url}: {_reason(error)}"
            raise NoAnswer(msg, 1.0) from None
        if not isinstance(told, dict) or not told.get("ok"):
            raise _refusal(status, told if isinstance(told, dict) else {})
        return told.get("result")

    async def _post(self, path: str, body: bytes) -> Answer:
        connection = self._idle.pop() if self._idle else Connection(self.api_url)
        answer = await connection.post(path, body)
        self._idle.append(connection)
        return answer


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, HttpError) else type(error).__name__


def _refusal(status: int, told: dict[str, Any]) -> PollbotError:
    reason = str(told.get("description", status))
    if status in (401, 404):
        return TokenError(NOT_ACCEPTED)
    if status == 409:
        return NoAnswer(f"another program asks for this bot's updates ({reason}): find it and stop it", 3.0, status)
    return NoAnswer(reason, float(told.get("parameters", {}).get("retry_after", 1.0)), status)
