"""
Telegram's side of a webhook: so many connections, each with one request in flight, until the time is over.

Prints how many votes were answered with 200, and when the first request was sent.

By hand: python -m tests.bench.caller PORT CONNECTIONS POLLS LIMIT_S SECRET
"""

import asyncio
import json
import sys
import time

from tests.bench import canned


class Caller(asyncio.Protocol):
    """One connection: the next request follows the answer."""

    sent = answered = 0
    polls = 1
    secret = ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport, self.received = transport, b""
        self.next()

    def next(self) -> None:
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
    Caller.polls, Caller.secret = int(sys.argv[3]), sys.argv[5]
    await connect(port)
    began = time.monotonic()
    await asyncio.gather(*(connect(port) for _ in range(connections - 1)))
    await asyncio.sleep(float(sys.argv[4]))
    print(json.dumps({"began": began, "answered": Caller.answered}))


if __name__ == "__main__":
    asyncio.run(main())
