"""The connection on which updates come: whatever the other side does is an answer or a `NoAnswer`."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import pytest

from bot.errors import TokenError
from bot.telegram.wire import NoAnswer, Wire
from tests.patience import until

OK = b'{"ok": true, "result": 7}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OK) + OK


class Server:
    """Answers each request with the next of `answers`, the last one for ever; None hangs up."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.connections = 0
        self.tasks = []
        self.answered = asyncio.Event()

    async def serve(self, reader, writer):
        self.connections += 1
        self.tasks.append(asyncio.current_task())
        self.writer = writer
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append((head.decode().splitlines()[0], json.loads(await reader.readexactly(length))))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    break
                writer.write(answer)
                self.answered.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def wire_to(server, *, path=""):
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with Wire("4242:x", f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}{path}") as wire:
        yield wire
    await asyncio.gather(*server.tasks)
    listening.close()


async def test_calls_share_one_connection():
    server = Server(WHOLE)
    async with wire_to(server, path="/api/") as wire:
        results = [await wire.call("getMe"), await wire.call("getUpdates", {"offset": 5})]

    assert results == [7, 7]
    assert server.connections == 1
    assert server.requests == [
        ("POST /api/bot4242:x/getMe HTTP/1.1", {}),
        ("POST /api/bot4242:x/getUpdates HTTP/1.1", {"offset": 5}),
    ]


async def test_calls_at_the_same_time_have_connections_of_their_own():
    server = Server(WHOLE)
    async with wire_to(server) as wire:
        await asyncio.gather(wire.call("getMe"), wire.call("getMe"))

    assert server.connections == 2


async def test_an_answer_in_chunks_is_put_together():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + OK[:5] + b"\r\n%x;a=b\r\n" % len(OK[5:])
    async with wire_to(Server(chunked + OK[5:] + b"\r\n0\r\n\r\n")) as wire:
        assert [await wire.call("getMe"), await wire.call("getMe")] == [7, 7]


async def test_a_server_that_closes_after_its_answer_is_called_again_on_a_new_connection():
    server = Server(WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    async with wire_to(server) as wire:
        assert [await wire.call("getMe"), await wire.call("getMe")] == [7, 7]

    assert server.connections == 2


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again():
    server = Server(WHOLE)
    async with wire_to(server) as wire:
        await wire.call("getMe")
        server.writer.close()
        await until(lambda: not wire.http._idle[0][0].quiet)

        assert await wire.call("getMe") == 7


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"[" * 99999,
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>",
    ],
)
async def test_after_nonsense_the_next_call_works(answer):
    async with wire_to(Server(answer, WHOLE)) as wire:
        with pytest.raises(NoAnswer):
            await wire.call("getMe")

        assert await wire.call("getMe") == 7


async def test_an_answer_that_tells_no_length_ends_with_the_connection():
    server = Server(b"HTTP/1.0 200 OK\r\n\r\n" + OK, None)
    async with wire_to(server) as wire:
        asking = asyncio.create_task(wire.call("getMe"))
        await server.answered.wait()
        server.writer.close()

        assert await asking == 7


async def test_silence_ends_at_the_limit():
    async with wire_to(Server(b"")) as wire:
        with pytest.raises(NoAnswer, match="TimeoutError"):
            await wire.call("getMe", limit_s=0.05)


async def test_nobody_listens():
    async with Wire("4242:x", "http://127.0.0.1:9") as wire:
        with pytest.raises(NoAnswer, match=r"no answer from http://127.0.0.1:9: ConnectionRefusedError"):
            await wire.call("getMe")


async def test_a_refused_token_is_no_outage():
    refusal = b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
    head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n" % len(refusal)
    async with wire_to(Server(head + refusal)) as wire:
        with pytest.raises(TokenError):
            await wire.call("getMe")
