"""
A Bot API server for one bot, in a process of its own: canned votes, and a round trip of a chosen length.

Half of the round trip passes before a request is served, half before its answer is sent; asking acknowledges. With a
rate, vote number i arrives i / rate seconds after the first getUpdates. Blocking sockets, because their sleep is exact
to 0.1 ms and an event loop's to 1 ms. What else is called is answered at once. Prints its port; when its standard input
ends, what it has seen.

By hand: python -m tests.bench.telegram VOTES RTT_S RATE
"""

import json
import re
import socket
import sys
import threading
import time
from dataclasses import dataclass, field

from tests.bench import canned
from tests.bench.chat import Chat, http

ME = {"id": 4242, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
OFFSET = re.compile(rb'offset"?[:=]\s*"?(-?\d+)')
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
NEVER_ASKED = 0.0
SILENCE_S = 0.5  # an empty answer is held back this long


@dataclass
class Queue:
    """The bot's updates; `began` is the first getUpdates, `acked` how many were acknowledged."""

    votes: list[bytes]
    rtt: float
    rate: float
    began: float = NEVER_ASKED
    acked: int = 0
    acks: list[tuple[float, int]] = field(default_factory=list)
    batches: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for start in range(0, len(self.votes), 100):
            self.batches[start] = canned.batch(self.votes[start : start + 100])

    def answer(self, offset: int) -> bytes:
        self.began = self.began or time.monotonic()
        start = max(offset - canned.FIRST, 0)
        if start > self.acked:
            self.acked = start
            self.acks.append((time.monotonic(), start))
        if start >= self.arrived():
            self.wait(start)
        end = min(start + 100, self.arrived())
        if end - start == 100 and start in self.batches:
            return self.batches[start]
        return canned.batch(self.votes[start:end])

    def arrived(self) -> int:
        return min(len(self.votes), int((time.monotonic() - self.began) * self.rate)) if self.rate else len(self.votes)

    def wait(self, start: int) -> None:
        """Until the vote at `start` is there; Telegram answers within 2 ms of it."""
        due = self.began + (start + 1) / self.rate + 0.001 if self.rate and start < len(self.votes) else float("inf")
        time.sleep(max(0.0, min(due - time.monotonic(), SILENCE_S)))


def serve(connection: socket.socket, queue: Queue, chat: Chat) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    while True:
        while b"\r\n\r\n" not in waiting:
            came = connection.recv(65536)
            if not came:
                return
            waiting += came
        head, _, body = waiting.partition(b"\r\n\r\n")
        length = int(found[1]) if (found := LENGTH.search(head)) else 0
        while len(body) < length:
            body += connection.recv(65536)
        waiting = body[length:]
        try:
            connection.sendall(reply(head.split(b" ", 2)[1], body[:length], queue, chat))
        except OSError:  # the bot has been stopped
            return


def reply(path: bytes, body: bytes, queue: Queue, chat: Chat) -> bytes:
    method = path.rpartition(b"/")[2].lower()
    if method != b"getupdates":
        return http(ME if method == b"getme" else chat.answer(method, body))
    time.sleep(queue.rtt / 2)
    offset = OFFSET.search(body)
    answer = queue.answer(int(offset[1]) if offset else 0)
    time.sleep(queue.rtt / 2)
    return answer


def listen(listener: socket.socket, queue: Queue, chat: Chat) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, queue, chat), daemon=True).start()


def main() -> None:
    votes, rtt, rate = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    queue = Queue([canned.vote(i) for i in range(votes)], rtt, rate)
    chat = Chat()
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=listen, args=(listener, queue, chat), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
    print(json.dumps({"began": queue.began, "acked": queue.acked, "acks": queue.acks, **chat.told()}), flush=True)


if __name__ == "__main__":
    main()
