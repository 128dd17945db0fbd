"""One caller at the webhook's port: what it may send, how long it may take, and who makes room."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.loops import caller, port, webhook
from bot.loops.caller import Callers
from bot.loops.port import Port
from tests.patience import PATIENCE_S, until

SECRET = b"X-Telegram-Bot-Api-Secret-Token: right\r\n"
HEAD = b"POST / HTTP/1.1\r\nHost: bot\r\n" + SECRET
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
GOODBYE = OK.replace(b"0\r\n\r\n", b"0\r\nConnection: close\r\n\r\n")
UNAUTHORIZED = GOODBYE.replace(b"200 OK", b"401 Unauthorized")


def request(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


@dataclass
class Store:
    """Answers at once, or `later`."""

    later: bool = False
    bodies: list[bytes] = field(default_factory=list)
    answers: list[caller.Answer] = field(default_factory=list)

    def take(self, body: bytes, answer: caller.Answer) -> None:
        self.bodies.append(body)
        if self.later:
            self.answers.append(answer)
        else:
            answer(caller.OK)


@asynccontextmanager
async def listening(store: Store, most: int = 10):
    """Yields everybody who is connected, and where to connect."""
    with webhook._listening("127.0.0.1", 0) as listener:
        callers = Callers(b"right", store.take)
        serving = asyncio.create_task(Port(listener, callers, most).serve())
        try:
            yield callers, listener.getsockname()
        finally:
            serving.cancel()
            await asyncio.wait({serving})


async def say(address, said: bytes):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(said)
    return reader, writer


async def heard(address, said: bytes) -> bytes:
    """All that one hears who says this, and hangs up when the other side has."""
    reader, writer = await say(address, said)
    try:
        return await asyncio.wait_for(reader.read(), PATIENCE_S)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "said",
    [HEAD, HEAD + b"\r\n" + b"Content-Length: 9\r\n\r\nhalf", HEAD + b"Content-Length: 9\r\n\r\nhalf", b"", b"POST"],
    ids=["half a head", "no body", "half a body", "nothing", "a word"],
)
async def test_who_takes_too_long_is_given_up(monkeypatch, said):
    monkeypatch.setattr(caller, "REQUEST_S", 0.05)
    monkeypatch.setattr(port, "LOOK_S", 0.01)
    async with listening(Store()) as (callers, address):
        heard_ = await heard(address, said)
        await until(lambda: len(callers) == 0)

    assert heard_ == b"" or b"\r\n\r\n" in said


async def test_a_trickle_gives_nobody_more_time(monkeypatch):
    monkeypatch.setattr(caller, "REQUEST_S", 0.2)
    monkeypatch.setattr(port, "LOOK_S", 0.01)
    async with listening(Store()) as (_, address):
        reader, writer = await say(address, HEAD)
        reading = asyncio.create_task(reader.read())

        def gone():
            writer.write(b"X")
            return reading.done()

        await until(gone)
        await asyncio.wait({reading})
        writer.close()

    assert isinstance(reading.exception(), ConnectionError) or reading.result() == b""


async def test_who_waits_for_the_commit_is_given_up_by_nobody_and_idle_ones_are(monkeypatch):
    monkeypatch.setattr(caller, "IDLE_S", 0.01)
    monkeypatch.setattr(port, "LOOK_S", 0.01)
    store = Store(later=True)
    async with listening(store) as (callers, address):
        reader, writer = await say(address, request(b"1"))
        await until(lambda: store.answers)
        monkeypatch.setattr(caller, "REQUEST_S", 0.01)
        assert await heard(address, b"") == b""
        store.answers[0](caller.OK)

        assert await reader.read() == OK
        assert len(callers) == 0
        writer.close()


async def test_one_connection_brings_one_update_after_the_other_in_whatever_pieces():
    store = Store()
    async with listening(store) as (_, address):
        reader, writer = await say(address, b"")
        for number in range(3):
            for byte in request(b"%d" % number):
                writer.write(bytes([byte]))
                await asyncio.sleep(0)
            assert await reader.readexactly(len(OK)) == OK
        writer.close()

    assert store.bodies == [b"0", b"1", b"2"]


async def test_who_does_not_wait_for_an_answer_gets_that_one_and_no_other():
    store = Store(later=True)
    async with listening(store) as (_, address):
        hearing = asyncio.create_task(heard(address, request(b"1") + request(b"2") + request(b"3")))
        await until(lambda: store.answers)
        store.answers[0](caller.OK)

        assert await hearing == GOODBYE
    assert store.bodies == [b"1"]


async def test_an_update_in_chunks_is_put_together():
    store = Store()
    said = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    async with listening(store) as (_, address):
        assert await heard(address, said) == GOODBYE
    assert store.bodies == [b"abcde"]


@pytest.mark.parametrize(
    "said",
    [
        HEAD.replace(SECRET, b""),
        HEAD.replace(b"right", b"wrong"),
        HEAD.replace(b"right", b""),
        HEAD.replace(b"right", b"right2"),
        HEAD.replace(b"right", b"wrong") + SECRET,
    ],
)
async def test_nothing_is_taken_of_who_does_not_show_the_secret(said):
    store = Store()
    async with listening(store) as (_, address):
        assert await heard(address, said + b"Content-Length: 4\r\n\r\nbody" + request(b"x")) == UNAUTHORIZED
    assert store.bodies == []


async def test_each_request_has_to_show_the_secret():
    store = Store()
    async with listening(store) as (_, address):
        reader, writer = await say(address, request(b"1"))
        await reader.readexactly(len(OK))
        writer.write(request(b"2").replace(SECRET, b""))

        assert await asyncio.wait_for(reader.read(), PATIENCE_S) == UNAUTHORIZED
        writer.close()
    assert store.bodies == [b"1"]


async def test_the_oldest_stranger_makes_room_and_nobody_who_is_known():
    store = Store()
    async with listening(store, most=4) as (callers, address):
        reader, known = await say(address, request(b"1"))
        await reader.readexactly(len(OK))
        strangers = []
        for number in range(6):
            strangers.append(await say(address, b"POST"))
            await until(lambda number=number: len(callers.strangers) == min(number + 1, 3))
        gone = [await stranger.read() for stranger, _ in strangers[:3]]
        known.write(request(b"2"))

        assert await reader.readexactly(len(OK)) == OK
        assert (gone, len(callers.strangers)) == ([b""] * 3, 3)
        for _, writer in (*strangers, (reader, known)):
            writer.close()


async def test_where_all_places_are_taken_by_who_knows_the_secret_the_next_is_refused():
    store = Store(later=True)
    async with listening(store, most=2) as (callers, address):
        taken = [await say(address, request(b"1")) for _ in range(2)]
        await until(lambda: len(callers.known) == 2)

        assert await heard(address, request(b"2")) == b""
        for _, writer in taken:
            writer.close()


@pytest.mark.parametrize("size", [caller.HEAD + 1, caller.HEAD * 20])
async def test_a_head_that_is_too_long_is_told_so_or_cut_off(size):
    async with listening(Store()) as (_, address):
        told = await heard(address, HEAD + b"X: " + b"x" * size)

    assert told.split(b"\r\n")[0] in (b"HTTP/1.1 431 Request Header Fields Too Large", b"")
