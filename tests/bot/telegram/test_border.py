"""Whatever stands in Telegram's place answers, a call ends in one of the outcomes that its caller knows."""

import asyncio
import json
import tracemalloc

import pytest
from hypothesis import example, given, settings

from bot.errors import ChatError, TokenError
from bot.loops import backlog
from bot.store.address import Chat
from bot.store.polls import Tally
from bot.telegram import oracle, peer
from bot.telegram.api import Telegram, Unreachable
from bot.telegram.outcome import Later, Migrated, NotSent, Refused, Unclear
from bot.telegram.outgoing import PhotoMessage, PollMessage, TextMessage
from bot.telegram.result import Sent
from bot.telegram.wire import NoAnswer, Wire
from bot.thread.rich import Rich
from tests.bot.conftest import TOKEN
from tests.bot.telegram import hostile
from tests.bot.telegram.hostile import ME, MESSAGE, http, refusal, serving
from tests.factory import png, poll

GROUP = Chat("@group", -1002, "supergroup")
PHOTO = png()
TEXT = TextMessage(Rich("hello"))
MESSAGES = (TEXT, PhotoMessage((PHOTO,), Rich("")), PhotoMessage((PHOTO, PHOTO), Rich("")), PollMessage(poll()))
ELSEWHERE = http(json.dumps({"ok": False, "error_code": 400, "description": "no"}).encode(), 200)


def told(result):
    return http(json.dumps({"ok": True, "result": result}).encode())


UNCLEAR = [b"", http(b""), http(b"<html>"), http(b"<html>", 502), told(MESSAGE)[:-9], told(7), refusal(500), ELSEWHERE]


async def outcome(call, *expected):
    """What a call returns or raises; anything but `expected` fails the test."""
    (found,) = await asyncio.gather(call, return_exceptions=True)
    if isinstance(found, Exception):
        assert isinstance(found, expected), repr(found)
        assert str(found).isprintable()
        assert len(str(found)) < 500
        assert not isinstance(found, Later) or 0 < found.wait_s <= 3600
    return found


def numbers(found):
    """What of a result goes into rows."""
    if isinstance(found, Tally):
        return (*found.counts, found.turnout)
    return found.message_ids if isinstance(found, Sent) else ()


async def sends(answer):
    """Every call that may leave something in a chat, answered alike."""
    async with serving(answer) as server:
        telegram = Telegram(TOKEN, server.url)
        calls = [telegram.send(GROUP, message) for message in MESSAGES]
        calls += [telegram.stop(-1002, 7), telegram.forward(1, -1002, 7)]
        calls += [oracle.standing(telegram, -1002, 7), oracle.counted(telegram, -1002, [7, 8], 1)]
        found = [await outcome(call, NotSent, Refused, Unclear) for call in calls]
        await telegram.aclose()
        assert all(type(number) is int for one in found for number in numbers(one))
        return found


@settings(max_examples=150, deadline=None)
@given(hostile.answers)
@example(http(b"<html>"))
@example(http(b"[]"))
@example(http(b'{"ok":true}'))
@example(refusal(409))
@example(refusal(429, {"retry_after": 0}))
@example(told([]))
@example(told({**MESSAGE, "message_id": None}))
def test_any_answer_to_a_call_that_sends_is_not_sent_refused_or_unclear(answer):
    asyncio.run(sends(answer))


@settings(max_examples=150, deadline=None)
@given(hostile.answers)
@example(http(b"[]"))
@example(refusal(400, None))
@example(refusal(429, {"retry_after": -1}))
@example(told({"ok": True}))
def test_any_answer_to_a_question_is_an_answer_or_none(answer):
    async def ask():
        async with (
            serving(told(ME)) as server,
            Wire(TOKEN, server.url) as wire,
            Telegram(TOKEN, server.url) as telegram,
        ):
            server.answer = answer
            found = await outcome(wire.updates(0, 0, []), NoAnswer, *_if_refused(answer, TokenError))
            assert isinstance(found, (list, Exception))
            await outcome(backlog._look(wire, None, 0), NoAnswer, *_if_refused(answer, TokenError))
            await outcome(telegram.chat("@group"), ChatError)
            await outcome(Telegram(TOKEN, server.url).connect(), Unreachable, *_if_refused(answer, TokenError))

    asyncio.run(ask())


def _if_refused(answer, error):
    """A token is refused by an answer of the Bot API, and by nobody else."""
    return (error,) if b'"error_code": 401' in answer or b'"error_code": 404' in answer else ()


@pytest.mark.parametrize("status", [401, 404])
def test_a_portal_that_knows_no_such_page_refuses_no_token(status):
    async def ask():
        async with serving() as server:
            server.answer = http(b"<html>not found", status)
            telegram = Telegram(TOKEN, server.url)
            with pytest.raises(Unreachable, match=f"{status} with what the Bot API does not answer: <html>not found"):
                await telegram.connect()

    asyncio.run(ask())


@pytest.mark.parametrize("answer", UNCLEAR)
async def test_what_may_stand_in_the_chat_is_unclear(answer):
    assert {type(found) for found in await sends(answer)} == {Unclear}


async def test_what_surely_had_no_effect_is_not_sent():
    telegram = Telegram(TOKEN, "http://127.0.0.1:9")

    with pytest.raises(NotSent, match="no connection: ConnectionRefusedError"):
        await telegram.send(GROUP, TEXT)
    assert {type(found) for found in await sends(refusal(409))} == {NotSent}


@pytest.mark.parametrize(
    ("told", "wait_s"),
    [(3, 3), (0, 5), (-7, 5), (None, 5), ("x", 5), pytest.param(10**400, 3600, id="huge"), (1.5, 1.5)],
)
async def test_how_long_to_wait_is_what_telegram_says_where_that_makes_sense(told, wait_s):
    assert {found.wait_s for found in await sends(refusal(429, {"retry_after": told}))} == {wait_s}


@pytest.mark.parametrize(("told", "kind"), [(-1003, Migrated), (7, Refused), ("x", Refused), (-(10**30), Refused)])
async def test_a_group_has_moved_only_to_an_id_that_a_group_can_have(told, kind):
    async with serving() as server:
        server.answer = refusal(400, {"migrate_to_chat_id": told})
        found = await outcome(Telegram(TOKEN, server.url).send(GROUP, TEXT), Refused)

    assert type(found) is kind


@pytest.mark.parametrize("endless", [b"\r\n" + b"x" * 60_000, b"X: y\r\n" * 9_000, b"\0" * 60_000])
async def test_an_answer_that_never_ends_is_given_up(endless):
    async with serving() as server:
        server.answer, server.endless = b"HTTP/1.1 200 OK\r\n", endless
        with pytest.raises(Unclear, match=r"more than|not HTTP"):
            await Telegram(TOKEN, server.url).send(GROUP, TEXT)


async def test_a_head_is_given_up_long_before_a_body_would_be():
    async with serving(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000) as server:
        server.stays = True
        with pytest.raises(Unclear, match="a head of more than 65,536 bytes"):
            await Telegram(TOKEN, server.url).send(GROUP, TEXT)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n"]
)
async def test_of_an_endless_answer_little_is_held(head):
    tracemalloc.start()
    try:
        async with serving(head) as server:
            server.endless = b"x" * 60_000
            with pytest.raises(Unclear, match="an answer of more than 8,388,608 bytes"):
                await Telegram(TOKEN, server.url).send(GROUP, TEXT)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 4 * peer.MOST


async def test_a_poll_with_other_options_than_ours_is_not_believed():
    answer = told({**MESSAGE, "poll": hostile.POLL})
    async with serving(answer) as server:
        telegram = Telegram(TOKEN, server.url)

        assert type(await outcome(telegram.send(GROUP, PollMessage(poll(options=2))), Unclear)) is Unclear
        assert await telegram.send(GROUP, PollMessage(poll(options=1))) == Sent([7], "77")
        server.answer = told(hostile.POLL)
        assert type(await outcome(telegram.stop(-1002, 7, 2), Unclear)) is Unclear
        assert await telegram.stop(-1002, 7, 1) == Tally((0,), 0)


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_is_refused_only_when_getme_says_so(code):
    """A proxy may know nothing of a method, and answer in the Bot API's own form."""
    async with serving(refusal(code)) as server, Wire(TOKEN, server.url) as wire:
        server.stays, server.me = True, told(ME)
        with pytest.raises(NoAnswer, match="getUpdates does not know the token, and getMe does"):
            await wire.updates(0, 0, [])
        server.me = http(b"<html>", 502)
        with pytest.raises(NoAnswer, match="getMe: 502"):
            await wire.updates(0, 0, [])
        server.me = refusal(code)
        with pytest.raises(TokenError):
            await wire.updates(0, 0, [])


async def test_an_answer_that_comes_too_slowly_is_given_up():
    async with serving() as server:
        server.answer, server.stays = told(MESSAGE)[:-1], True
        telegram = Telegram(TOKEN, server.url)
        telegram.requests.answer_s = 0.05

        assert type(await outcome(telegram.send(GROUP, TEXT), Unclear)) is Unclear


async def test_a_second_answer_that_nobody_asked_for_is_not_believed():
    async with serving() as server:
        server.answer, server.stays = told(MESSAGE) + told({**MESSAGE, "message_id": 8}), True
        telegram = Telegram(TOKEN, server.url)

        assert [await telegram.send(GROUP, TEXT) for _ in range(2)] == [Sent([7])] * 2
        await telegram.aclose()
    assert server.requests == 2


async def test_a_right_answer_is_read():
    async with serving() as server:
        server.answer = told(hostile.POLL)
        telegram = Telegram(TOKEN, server.url)

        assert await telegram.stop(-1002, 7) == Tally((0,), 0)
        await telegram.aclose()
