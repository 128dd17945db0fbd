"""
What became of a call, for who has to decide how to go on:

* PollbotError
  x Later             worth trying again after a while
    x NotSent         surely without effect
      x UnknownToken  the token is not known
    x Unclear         nobody knows, and there is no way to ask again
  x Refused           surely without effect, and it will never work
    x Migrated        but it would at another id
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram.error import TelegramError

from bot.errors import PollbotError
from bot.telegram.answer import RefusalError, line
from bot.telegram.http import NotConnected, reason
from bot.telegram.requests import answered

T = TypeVar("T")
R = TypeVar("R")
UNREACHABLE_S = 5.0
EFFECT_S = 5.0  # a call that was given up may still take effect: so long nothing is looked for


class Later(PollbotError):  # noqa: N818 a state, not an error in the code
    """Worth trying again after `wait_s` seconds."""

    def __init__(self, message: str, wait_s: float = 1.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class NotSent(Later):
    """Telegram surely did nothing."""


class UnknownToken(NotSent):
    """Telegram does not know the token; who takes updates hears the same, and ends the bot."""


class Refused(PollbotError):  # noqa: N818
    """Telegram said no, and would say so again."""


class Migrated(Refused):
    """The group has become a supergroup with another id."""

    def __init__(self, message: str, chat_id: int) -> None:
        super().__init__(message)
        self.chat_id = chat_id


class Unclear(Later):
    """The answer is lost: the message may or may not stand in the chat."""


async def judged(read: Callable[[T], R], call: Callable[..., Awaitable[T]], /, *args: Any, **given: Any) -> R:  # noqa: ANN401 passed through
    """What `read` finds in the answer; it raises `ValueError` where that cannot be one."""
    answered.set(False)
    try:
        return read(await call(*args, **given))
    except TelegramError as error:
        raise _of(error.__cause__ or error) from None
    except Exception as error:
        if not answered.get():
            raise  # our own mistake, and nothing has been sent
        raise Unclear(line(f"{call.__name__}: a result of another shape ({error!r})")) from None


def _of(error: BaseException) -> Later | Refused:
    match error:
        case NotConnected():
            return NotSent(f"no connection: {error}", UNREACHABLE_S)
        case OSError():  # also TimeoutError
            return Unclear(f"no answer: {reason(error)}")
        case RefusalError():
            return _refused(error)
    return Unclear(str(error))


def _refused(error: RefusalError) -> Later | Refused:
    if error.chat_id is not None:
        return Migrated(str(error), error.chat_id)
    if error.token_unknown:
        return UnknownToken(str(error), UNREACHABLE_S)
    if error.code in (409, 429):
        return NotSent(str(error), error.wait_s or UNREACHABLE_S)
    return Refused(str(error)) if error.code < 500 else Unclear(str(error))
