"""A server that answers with whatever bytes it is told, and what proxies, portals and servers in trouble might say."""

import asyncio
import json
from contextlib import asynccontextmanager

from hypothesis import strategies as st

MESSAGE = {"message_id": 7, "date": 0, "chat": {"id": -1002, "type": "supergroup"}}
OPTIONS = [{"text": "a", "voter_count": 0, "persistent_id": "0"}]
POLL = {"id": "77", "question": "?", "options": OPTIONS, "total_voter_count": 0, "is_closed": True, "type": "regular"}
POLL |= {"is_anonymous": False, "allows_multiple_answers": False, "allows_revoting": True, "members_only": False}
ME = {"id": 4242, "is_bot": True, "first_name": "bot", "username": "bot"}


def http(body: bytes, status: int = 200, *fields: bytes) -> bytes:
    head = b"HTTP/1.1 %d Some Words\r\n" % status + b"".join(field + b"\r\n" for field in fields)
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def refusal(code: int, parameters: object = None, description: object = "no") -> bytes:
    told = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return http(json.dumps(told).encode(), code)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
waits = st.none() | values | st.sampled_from([0, -1, 1e308, 10**400, True, "5", float("nan"), float("inf")])
statuses = st.integers(100, 999) | st.sampled_from([200, 302, 400, 401, 403, 404, 407, 409, 413, 429, 500, 502, 504])
shapes = st.sampled_from([MESSAGE, POLL, ME, [MESSAGE], {**MESSAGE, "poll": POLL}]) | values
spoilt = st.builds(
    lambda shape, key, value: {**shape, key: value},
    st.sampled_from([MESSAGE, POLL, ME]),
    st.sampled_from(["id", "message_id", "chat", "options", "total_voter_count", "type", "status"]),
    values,
)
results = (shapes | spoilt).map(lambda found: http(json.dumps({"ok": True, "result": found}).encode()))
refusals = st.builds(
    refusal,
    st.sampled_from([400, 403, 401, 404, 409, 413, 420, 429, 500, 502]),
    st.builds(dict, retry_after=waits, migrate_to_chat_id=values) | values,
    values,
)
pages = st.sampled_from(
    [
        b"",
        b"[]",
        b"null",
        b'{"ok":true}',
        b'{"ok":false}',
        b"<html>\r\n<h1>502</h1>",
        b"[" * 99_999,
        b"\x1f\x8b\0",
        b"9" * 9_999,
    ]
)
bodies = pages | st.binary(max_size=50) | values.map(lambda found: json.dumps(found).encode())
fields = [b"Location: http://127.0.0.1:9/", b"Content-Encoding: gzip", b"Connection: close", b"X: \xff\xfe", b"\0: :"]
strange = st.builds(http, bodies, statuses, st.sampled_from(fields))
no_http = st.binary(max_size=80) | st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\0",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\0\x02\x02\x46",
    ]
)
whole = results | refusals | strange
cut = st.builds(lambda data, at: data[: at % (len(data) + 1)], whole, st.integers(0, 9_999))
doubled = st.builds(lambda first, second: first + second, whole, whole | no_http)
answers = whole | no_http | cut | doubled


class Server:
    """
    Answers each request with `answer`, then with `endless` for ever, and hangs up unless it `stays`.

    Where there is a `me`, that is what getMe is answered.
    """

    def __init__(self) -> None:
        self.answer = self.endless = self.me = b""
        self.stays = False
        self.requests = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
                self.requests += 1
                writer.write(self.me if b"/getMe" in head and self.me else self.answer)
                while self.endless:
                    writer.write(self.endless)
                    await writer.drain()
                if not self.stays:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: bytes = b""):
    server = Server()
    server.answer = answer
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        await asyncio.gather(*server.tasks, return_exceptions=True)
