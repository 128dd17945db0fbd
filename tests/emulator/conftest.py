"""A fresh emulator for each test, spoken to over HTTP: by PTB as a bot, by httpx as everybody else."""

import struct
import zlib
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from telegram import Bot

from emulator.app import create_app
from emulator.server import serve_in_thread

TOKEN = "4242:demo"


class Sim:
    """The control API, with its answers unpacked."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, path: str, **body):
        answer = await self.client.post(f"/sim/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def refused(self, path: str, **body) -> str:
        answer = await self.client.post(f"/sim/{path}", json=body)
        assert answer.status_code in (400, 403, 404, 409), answer.text
        return answer.json()["error"]

    async def get(self, path: str, **query):
        answer = await self.client.get(f"/sim/{path}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def chat(self, kind: str = "supergroup", **fields) -> int:
        return (await self.post("chats", type=kind, title="ML", **fields))["chat"]["id"]

    async def users(self, count: int = 1) -> list[int]:
        return [user["id"] for user in (await self.post("users", count=count))["users"]]

    async def upload(self, user: int, name: str, content: bytes, **more):
        """A file that a person sends to the bot."""
        coded = b64encode(content).decode()
        return await self.post("upload", user=user, chat=user, name=name, content=coded, **more)

    async def waits(self) -> bool:
        """Does a getUpdates wait for something new?"""
        return bool((await self.get("calls", method="getUpdates"))["unanswered"])

    async def call(self, method: str, **params) -> dict:
        """A Bot API method as raw JSON, for what a client library would not send."""
        return (await self.client.post(f"/bot{TOKEN}/{method}", json=params)).json()


@pytest.fixture
def url() -> Iterator[str]:
    with serve_in_thread(create_app((TOKEN,))) as address:
        yield address


def speaking(url: str) -> Bot:
    """A bot of this emulator's, as `async with` opens it."""
    return Bot(TOKEN, f"{url}/bot", f"{url}/file/bot")


@asynccontextmanager
async def controlling(url: str) -> AsyncIterator[Sim]:
    async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=60) as client:
        yield Sim(client)


@pytest.fixture
async def bot(url: str) -> AsyncIterator[Bot]:
    async with speaking(url) as made:
        yield made


@pytest.fixture
async def sim(url: str) -> AsyncIterator[Sim]:
    async with controlling(url) as made:
        yield made


def png(width: int = 40, height: int = 30) -> bytes:
    """A picture, all black."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = (b"\0" + b"\0" * ((width + 7) // 8)) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
