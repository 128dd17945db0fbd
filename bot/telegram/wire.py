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
from urllib.parse import quote

from bot.errors import PollbotError, TokenError
from bot.store.updates import Update
from bot.telegram import answer
from bot.telegram.answer import GarbledError, RefusalError
from bot.telegram.http import Http, Transport, reason

NOT_ACCEPTED = "Telegram does not accept POLLBOT_TOKEN: copy it again from @BotFather, digits, colon and all"
AGAIN_S = 1.0
ANSWER_S = 10.0  # an answer that is not waited for on purpose takes no longer


class NoAnswer(PollbotError):  # noqa: N818 a state, not an error in the code
    """A call without a result; worth trying again after `wait_s`. `status` is 0 when nothing came back at all."""

    def __init__(self, message: str, wait_s: float = AGAIN_S, status: int = 0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        self.status = status


class Wire:
    """Use as `async with Wire(token, api_url) as wire`."""

    def __init__(self, token: str, api_url: str, http: Transport | None = None) -> None:
        self.api_url = api_url
        self.http = http or Http(api_url)
        self._path = f"{self.http.path}/bot{quote(token, safe=':')}/"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def updates(self, offset: int, wait_s: int, kinds: Sequence[str]) -> list[Update]:
        """What waits from `offset` on, at most 100 and after at most `wait_s`; asking acknowledges what is before."""
        asked = {"offset": offset, "limit": 100, "timeout": wait_s, "allowed_updates": list(kinds)}
        found = await self.call("getUpdates", asked, ANSWER_S + wait_s)
        if not isinstance(found, list):
            raise NoAnswer(f"getUpdates answers no list, but {answer.line(found)}")
        return found

    async def call(self, method: str, parameters: dict[str, Any] | None = None, limit_s: float = ANSWER_S) -> Any:  # noqa: ANN401 plain data
        """The result of a method; raises `NoAnswer`, or `TokenError` where getMe says the same."""
        try:
            return await self._call(method, parameters, limit_s)
        except TokenError:
            if method != "getMe":
                await self._call("getMe", None, ANSWER_S)
                raise NoAnswer(f"{method} does not know the token, and getMe does: is a proxy between?") from None
            raise

    async def _call(self, method: str, parameters: dict[str, Any] | None, limit_s: float) -> Any:  # noqa: ANN401 plain data
        try:
            async with asyncio.timeout(limit_s):
                status, body = await self.http.post(self._path + method, json.dumps(parameters or {}).encode())
            return answer.result(status, body)
        except RefusalError as error:
            raise _refusal(error) from None
        except GarbledError as error:
            raise NoAnswer(f"{method}: {error}") from None
        except OSError as error:  # also TimeoutError
            raise NoAnswer(f"no answer from {self.api_url}: {reason(error)}") from None


def _refusal(error: RefusalError) -> PollbotError:
    if error.token_unknown:
        return TokenError(NOT_ACCEPTED)
    if error.code == 409:
        return NoAnswer(f"another program asks for this bot's updates ({error}): find it and stop it", 3.0, error.code)
    return NoAnswer(str(error), error.wait_s or AGAIN_S, error.code)
