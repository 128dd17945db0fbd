"""Answers made wrong go through the bot's own parts: each call ends in an outcome that its caller knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from telegram import Message

from bot.errors import ChatError, TokenError
from bot.loops import backlog
from bot.store.address import Chat
from bot.store.polls import Tally
from bot.telegram import oracle
from bot.telegram.api import Telegram, Unreachable
from bot.telegram.http import Answer
from bot.telegram.outcome import Later, NotSent, Refused, Unclear
from bot.telegram.outgoing import PhotoMessage, PollMessage, TextMessage
from bot.telegram.peer import Reply
from bot.telegram.result import Sent
from bot.telegram.wire import NoAnswer, Wire
from bot.thread.rich import Rich
from tests.factory import png, poll
from tests.fuzz.mutation import garbled, mutated, written
from tests.fuzz.shapes import TOKEN, Shapes

GROUP = Chat("@group", -1002, "supergroup")
OPTIONS = len(poll().options)
ROW = 2**63  # what is less fits into a row
Call = Callable[[], Awaitable[object]]


class Garbling:
    """Stands in Telegram's place: answers as it does, a part of them made wrong."""

    path = ""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.random = Random()
        self.said = b""

    async def post(self, path: str, body: bytes, kind: str = "application/json") -> Answer:  # noqa: ARG002 whatever is asked
        method = path.rpartition("/")[2].partition("?")[0]
        self.said = data = self._answer(self.random.choice(self.shapes.answers.get(method) or self._any()))
        reply = Reply()
        while data and not reply.whole:
            some = self.random.choice((1, 17, 1000, 100_000))
            reply.feed(data[:some])
            data = data[some:]
        if not reply.whole:
            reply.end()
        return Answer(reply.status, bytes(reply.body))

    async def close(self) -> None:
        """Nothing is open."""

    def _any(self) -> list[tuple[int, Any]]:
        return self.random.choice(list(self.shapes.answers.values()))

    def _answer(self, told: tuple[int, Any]) -> bytes:
        status, whole = told
        body = written(self.random, mutated(self.random, whole))
        if self.random.random() < 0.2:
            body = garbled(self.random, body)
        head = (
            f"HTTP/1.1 {status} Words\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        return garbled(self.random, head + body) if self.random.random() < 0.2 else head + body


class Calls:
    """Everything that the bot asks Telegram."""

    def __init__(self, shapes: Shapes) -> None:
        self.road = Garbling(shapes)
        telegram = Telegram(TOKEN, "http://telegram", self.road)
        wire = Wire(TOKEN, "http://telegram", self.road)
        telegram.bot._bot_user = _me(shapes)  # connected, as every call but the first finds it
        photo = png()
        messages = (
            TextMessage(Rich("hello")),
            PhotoMessage((photo,), Rich("")),
            PhotoMessage((photo, photo), Rich("")),
            PollMessage(poll()),
        )
        sends: list[Call] = [lambda message=message: telegram.send(GROUP, message) for message in messages]
        sends += [
            lambda: telegram.stop(-1002, 7, OPTIONS),
            lambda: telegram.forward(1, -1002, 7),
            lambda: telegram.tell(1, "?", [("yes", "v1")], "?"),
            lambda: oracle.standing(telegram, -1002, 7),
            lambda: oracle.counted(telegram, -1002, [7, 8], 1),
        ]
        self.calls: list[tuple[Call, tuple[type[Exception], ...]]] = [
            *((call, (NotSent, Refused, Unclear)) for call in sends),
            (lambda: telegram.chat("@group"), (ChatError,)),
            (lambda: Telegram(TOKEN, "http://telegram", self.road).connect(), (Unreachable, TokenError)),
            (lambda: wire.updates(0, 0, []), (NoAnswer, TokenError)),
            (lambda: backlog._look(wire, None, 0), (NoAnswer, TokenError)),
        ]

    async def run(self, random: Random) -> None:
        """One call; raises `AssertionError`, or whatever its caller would not know."""
        self.road.random = random
        call, expected = random.choice(self.calls)
        try:
            found = await call()
        except expected as error:
            found = error
        if isinstance(found, Exception):
            assert str(found).isprintable(), "what is said of an answer would be obeyed by a terminal"
            assert len(str(found)) < 500, "what is said of an answer is long"
            assert not isinstance(found, Later) or 0 < found.wait_s <= 3600, "a wait that makes no sense"
        assert all(type(number) is int and 0 <= number < ROW for number in _numbers(found)), "no row takes this"


def _numbers(found: object) -> tuple[object, ...]:
    """What of a result goes into rows."""
    match found:
        case Tally(counts, turnout):
            assert len(counts) == OPTIONS, "a tally of another poll"
            return (*counts, turnout)
        case Sent(numbers, poll_id):
            assert poll_id is None or (isinstance(poll_id, str) and 0 < len(poll_id) <= 32), "no id of a poll"
            return tuple(numbers)
        case Message():
            return (found.message_id,)
    return ()


def _me(shapes: Shapes) -> Any:
    from telegram import User

    return User.de_json(shapes.answers["getMe"][0][1]["result"])
