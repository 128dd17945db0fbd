"""What python-telegram-bot sends goes out here, by our road, and what comes back is judged before it sees it."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

import httpx
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.telegram import answer
from bot.telegram.answer import GarbledError, RefusalError
from bot.telegram.http import Transport

ANSWER_S = 20.0
SLOWEST = 50_000  # bytes a second: a picture takes its time on top

answered: ContextVar[bool] = ContextVar("answered", default=False)


class Requests(BaseRequest):
    """Raises `TelegramError` with what went wrong as its cause; sets `answered` before it returns a result."""

    def __init__(self, http: Transport) -> None:
        self.http = http
        self.answer_s = ANSWER_S

    @property
    def read_timeout(self) -> float:
        return self.answer_s

    async def initialize(self) -> None:
        """Connections are opened when they are needed."""

    async def shutdown(self) -> None:
        await self.http.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: Any,  # noqa: ANN401 times that nobody sets
    ) -> tuple[int, bytes]:
        data, files = (request_data.json_parameters, request_data.multipart_data) if request_data else ({}, None)
        request = httpx.Request(method, url, data=data, files=files)
        body = request.read()
        path, kind = request.url.raw_path.decode(), request.headers.get("content-type", "text/plain")
        try:
            async with asyncio.timeout(self.answer_s + len(body) / SLOWEST):
                status, came = await self.http.post(path, body, kind)
            answer.result(status, came)
        except (OSError, RefusalError, GarbledError) as error:
            raise TelegramError(str(error)) from error
        answered.set(True)
        return status, came
