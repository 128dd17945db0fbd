"""
The Bot API as it is: one call, its answer as plain data.

For how updates come, where every microsecond is paid a hundred thousand times and one update that a library cannot
read must not stop the rest. What is sent goes through `bot.telegram`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from bot.errors import PollbotError, TokenError
from bot.updates import Update

NOT_ACCEPTED = "Telegram does not accept POLLBOT_TOKEN: copy it again from @BotFather, digits, colon and all"
ANSWER_S = 10.0  # an answer that is not waited for on purpose takes no longer


class NoAnswer(PollbotError):  # noqa: N818 a state, not an error in the code
    """A call without a result; worth trying again after `wait_s`. `status` is 0 when nothing came back at all."""

    def __init__(self, message: str, wait_s: float, status: int = 0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        self.status = status


class Wire:
    """One kept connection. Use as `async with Wire(token, api_url) as wire`."""

    def __init__(self, token: str, api_url: str) -> None:
        self.api_url = api_url
        self._base = f"{api_url.rstrip('/')}/bot{token}/"
        self._proxy = _proxy(api_url)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(proxy=self._proxy)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def updates(self, offset: int, wait_s: int, kinds: Sequence[str]) -> list[Update]:
        """What waits from `offset` on, at most 100 and after at most `wait_s`; asking acknowledges what is before."""
        asked = {"offset": offset, "limit": 100, "timeout": wait_s, "allowed_updates": list(kinds)}
        found = await self.call("getUpdates", asked, ANSWER_S + wait_s)
        return found if isinstance(found, list) else []

    async def call(self, method: str, parameters: dict[str, Any] | None = None, limit_s: float = ANSWER_S) -> Any:  # noqa: ANN401 plain data
        """The result of a method; raises `NoAnswer`, or `TokenError`."""
        timeout = aiohttp.ClientTimeout(total=limit_s)
        try:
            async with self._session.post(self._base + method, json=parameters or {}, timeout=timeout) as answer:
                status, told = answer.status, json.loads(await answer.read())
        except (aiohttp.ClientError, TimeoutError, RecursionError, ValueError) as error:
            msg = f"no answer from {self.api_url}: {type(error).__name__}"
            raise NoAnswer(msg, 1.0) from None
        if not isinstance(told, dict) or not told.get("ok"):
            raise _refusal(status, told if isinstance(told, dict) else {})
        return told.get("result")


def _refusal(status: int, told: dict[str, Any]) -> PollbotError:
    reason = str(told.get("description", status))
    if status in (401, 404):
        return TokenError(NOT_ACCEPTED)
    if status == 409:
        return NoAnswer(f"another program asks for this bot's updates ({reason}): find it and stop it", 3.0, status)
    return NoAnswer(reason, float(told.get("parameters", {}).get("retry_after", 1.0)), status)


def _proxy(api_url: str) -> str | None:
    """The proxy that the environment names for this address, as for what `bot.telegram` sends."""
    address = urlsplit(api_url)
    if proxy_bypass(address.hostname or ""):
        return None
    return getproxies().get(address.scheme)
