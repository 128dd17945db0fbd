"""The webhook's port while those who do not know the secret do their worst: a delivery is stored all the same."""

import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.loops import webhook
from bot.store import store
from bot.store.tables import strays
from emulator.app import create_app
from emulator.server import serve_in_thread
from tests.bot.conftest import TOKEN
from tests.factory import answer
from tests.patience import eventually, until

FILES = 80  # that the bot may open
CROWD = 300  # connections of a siege
MIB = 1 << 20
FLOOD = 64 * MIB  # what one caller sends, where nobody stops it
SECRET = f"X-Telegram-Bot-Api-Secret-Token: {webhook.secret_of(TOKEN)}".encode()
HEAD = b"POST /hook HTTP/1.1\r\nHost: bot\r\n"
LONG = HEAD + b"Content-Length: 10000000000\r\n\r\n"
BLOCK = 1 << 16


class Besieged:
    """A bot process that listens, with few files that it may open; `memory` is what it holds, in bytes."""

    def __init__(self, folder: Path, api: str, port: int) -> None:
        self.folder, self.port = folder, port
        self.numbers = itertools.count(1)
        env = {name: value for name, value in os.environ.items() if not name.startswith("POLLBOT_")}
        env |= {"POLLBOT_TOKEN": TOKEN, "POLLBOT_API_URL": api, "POLLBOT_WEBHOOK_PORT": str(port)}
        env |= {"POLLBOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook"}
        command = f"ulimit -n {FILES}; exec {sys.executable} -m bot run --no-worker"
        self.log = folder / "log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(["sh", "-c", command], cwd=folder, env=env, stdout=out, stderr=out)

    def memory(self) -> int:
        fields = Path(f"/proc/{self.process.pid}/status").read_text().split()
        return int(fields[fields.index("VmRSS:") + 1]) * 1024

    def stored(self) -> int:
        with store.opened(f"sqlite:///{self.folder / 'pollbot.db'}") as database, store.reading(database) as connection:
            return len(connection.execute(strays.select()).all())


@pytest.fixture(scope="module")
def besieged(tmp_path_factory):
    """One for all sieges: what one leaves behind is there at the next."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serve_in_thread(create_app()) as api:
        bot = Besieged(tmp_path_factory.mktemp("siege"), api, port)
        try:
            assert eventually(lambda: "webhook set" in bot.log.read_text()), bot.log.read_text()
            yield bot
        finally:
            bot.process.kill()
            bot.process.wait()


async def delivered(bot: Besieged) -> bytes:
    """The status of an update that Telegram brings."""
    number = next(bot.numbers)
    body = json.dumps(answer(number, "unknown", number, 0)).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    writer.write(HEAD + SECRET + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    try:
        return (await reader.readline()).split()[1]
    finally:
        writer.close()


@asynccontextmanager
async def siege(port: int, first: bytes, then: bytes = b"", crowd: int = CROWD):
    """Callers who say `first`, then `then` for ever, and never read; yields what is sent, when all are in."""
    sent, begun = [0] * crowd, set()

    async def call(number: int) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as caller, suppress(ConnectionError):
            caller.settimeout(0)
            await loop.sock_connect(caller, ("127.0.0.1", port))
            await loop.sock_sendall(caller, first)
            begun.add(number)
            while then and sent[number] < FLOOD:
                await loop.sock_sendall(caller, then)
                sent[number] += len(then)
            await asyncio.Event().wait()

    callers = [asyncio.create_task(call(number)) for number in range(crowd)]
    try:
        await until(lambda: len(begun) + sum(task.done() for task in callers) >= crowd)
        yield sent
    finally:
        for task in callers:
            task.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


SIEGES = {
    "silence": (b"", b"", CROWD),
    "half a head": (HEAD + b"X-A: ", b"", CROWD),
    "a head of many lines": (HEAD, b"X-A: b\r\n" * (BLOCK // 8), 8),
    "a head of one line": (HEAD + b"X-A: ", b"x" * BLOCK, 8),
    "an address without end": (b"POST /", b"x" * BLOCK, 8),
    "a body without the secret": (LONG, b"x" * BLOCK, 8),
    "a body with a wrong secret": (LONG.replace(b"\r\n\r\n", b"\r\n" + SECRET[:-1] + b"\r\n\r\n"), b"x" * BLOCK, 8),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * (BLOCK // 6), 8),
    "requests one after the other": (b"", b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n" * (BLOCK // 32), 8),
    "no HTTP": (b"\x16\x03\x01\x02\0\x01\0", b"\0" * BLOCK, 8),
    "an upgrade": (HEAD + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", b"\0" * BLOCK, 8),
}


@pytest.mark.parametrize("kind", SIEGES)
async def test_a_delivery_is_stored_memory_is_flat_and_the_log_is_quiet_while_others_send(besieged, kind):
    first, then, crowd = SIEGES[kind]
    memory, stored = besieged.memory(), besieged.stored()
    async with siege(besieged.port, first, then, crowd) as sent:
        told = {await delivered(besieged) for _ in range(30)}

        grown = besieged.memory() - memory
    assert (told, besieged.stored() - stored) == ({b"200"}, 30)
    assert grown < 32 * MIB
    assert max(sent) < FLOOD
    assert besieged.log.stat().st_size < 40_000
    assert besieged.log.read_text().count("webhook takes in no connection") <= 1
