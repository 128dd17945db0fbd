"""
Telegram's side of a webhook: so many connections, each with one request in flight, until all votes are answered.

Prints how many were answered with 200, and when the first request was sent.

By hand: python -m tests.bench.caller PORT CONNECTIONS POLLS VOTES SECRET
"""

import asyncio
import json
import sys
import time

from tests.bench import canned


class Caller(asyncio.Protocol):
    """One connection: the next request follows the answer."""

    sent = answered = 0
    polls = votes = 1
    secret = ""
    done: asyncio.Event

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport, self.received = transport, b""
        self.next()

    def next(self) -> None:
        if Caller.sent >= Caller.votes:
            return
        body = canned.vote(Caller.sent, Caller.polls)
        Caller.sent += 1
        head = "POST / HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
        head += f"X-Telegram-Bot-Api-Secret-Token: {Caller.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if b"\r\n\r\n" not in self.received:
            return
        Caller.answered += self.received.startswith(b"HTTP/1.1 200")
        if Caller.answered >= Caller.votes:
            Caller.done.set()
        self.received = b""  # an answer to a webhook has no body
        self.next()


async def connect(port: int) -> None:
    for _ in range(200):
        try:
            await asyncio.get_running_loop().create_connection(Caller, "127.0.0.1", port)
        except OSError:  # the bot is not up yet
            await asyncio.sleep(0.05)
        else:
            return


async def main() -> None:
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    Caller.polls, Caller.votes, Caller.secret = int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    Caller.done = asyncio.Event()
    await connect(port)
    began = time.monotonic()
    await asyncio.gather(*(connect(port) for _ in range(connections - 1)))
    async with asyncio.timeout(60):
        await Caller.done.wait()
    print(json.dumps({"began": began, "answered": Caller.answered}))


if __name__ == "__main__":
    asyncio.run(main())
