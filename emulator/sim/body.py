"""The JSON body of a control request, read field by field with errors that say what was expected."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from emulator.wire import ApiError, Json, SimError, decoded
from emulator.world.chats import Chat, Message
from emulator.world.files import Upload
from emulator.world.members import User
from emulator.world.polls import Poll
from emulator.world.world import Bot, World

T = TypeVar("T")

MOST_AT_ONCE = 10_000  # of anything that one request asks for
FARTHEST = 10**10  # seconds, some three centuries: beyond it clients cannot tell a date
LARGEST_ID = 2**52  # Telegram's ids have at most 52 significant bits


@dataclass
class Body:
    world: World
    fields: Json

    def text(self, name: str, default: str | None = None) -> str:
        return self._typed(name, str, default)

    def optional(self, name: str, kind: type[T]) -> T | None:
        """None where it is absent or null."""
        return None if self.fields.get(name) is None else self._typed(name, kind, None)

    def integer(self, name: str, default: int | None = None, most: int = LARGEST_ID, least: int = -LARGEST_ID) -> int:
        value = self._typed(name, int, default)
        if not least <= value <= most:
            raise SimError(400, f"{name!r} must be from {least} to {most}, not {value}")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        value = self.fields.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise SimError(400, f"{name!r} must be given as a number")
        if not abs(value) <= FARTHEST:
            raise SimError(400, f"{name!r} must be from {-FARTHEST} to {FARTHEST}, not {value}")
        return float(value)

    def numbers(self, name: str) -> list[int]:
        found: list[int] = self._list(name)
        if not all(isinstance(item, int) and not isinstance(item, bool) for item in found):
            raise SimError(400, f"{name!r} must be a list of integers")
        return found

    def flags(self, name: str) -> dict[str, bool]:
        found: dict[str, bool] = self._typed(name, dict, {})
        return {str(key): bool(value) for key, value in found.items()}

    def items(self, name: str) -> list[Body]:
        found: list[Json] = self._list(name)
        if not all(isinstance(item, dict) for item in found):
            raise SimError(400, f"{name!r} must be a list of objects")
        return [Body(self.world, item) for item in found]

    def chat(self, name: str = "chat") -> Chat:
        return chat_of(self.world, self.fields.get(name, ""))

    def user(self, name: str = "user") -> User:
        return self.world.find_user(self.fields.get(name))

    def owner(self, chat: Chat) -> User:
        """Of the chat; where it has none, whoever looks at the page."""
        owners = (member.user for member in chat.members.values() if member.status == "creator")
        return next(owners, next(iter(self.world.users.values())))

    def bot(self) -> Bot:
        """The bot named by its token; the first one when none is."""
        token = self.text("token", next(iter(self.world.bots), ""))
        if token not in self.world.bots:
            raise SimError(404, f"no bot with the token {token!r}")
        return self.world.bots[token]

    def message(self, name: str = "message_id") -> Message:
        chat, number = self.chat(), self.integer(name)
        if number not in chat.messages:
            raise SimError(404, f"no message {number} in chat {chat.id}")
        return chat.messages[number]

    def reply_to(self) -> Message | None:
        return self.message("reply_to") if self.fields.get("reply_to") else None

    def upload(self) -> Upload:
        """`content` in base64, `name` and `type`."""
        return Upload(self.text("name", "file"), self.content("content"), self.text("type", ""))

    def content(self, name: str) -> bytes:
        try:
            return base64.b64decode(self.text(name), validate=True)
        except ValueError:
            raise SimError(400, f"{name!r} must be base64") from None

    def poll(self) -> Poll:
        """By `poll`, its id, or by `chat` and `message_id`."""
        if "poll" in self.fields:
            found = self.world.polls.get(str(self.fields["poll"]))
            if not found:
                raise SimError(404, f"no poll {self.fields['poll']!r}")
            return found
        message = self.message()
        if not message.poll:
            raise SimError(400, f"message {message.id} is not a poll")
        return message.poll

    def _list(self, name: str) -> list[Any]:
        found: list[Any] = self._typed(name, list, [])
        if len(found) > MOST_AT_ONCE:
            raise SimError(400, f"{name!r} must have at most {MOST_AT_ONCE} items at once, not {len(found)}")
        return found

    def _typed(self, name: str, kind: type[T], default: T | None) -> T:
        value = self.fields.get(name, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise SimError(400, f"{name!r} must be given as {kind.__name__}")
        return value


def chat_of(world: World, ref: object) -> Chat:
    try:
        return world.find_chat(ref)
    except ApiError as error:
        raise SimError(404, f"{error.description.partition(': ')[2]}: {ref!r}") from None


async def read(request: Request) -> Body:
    raw = await request.body()
    try:
        fields = decoded(raw or b"{}")
    except ValueError as error:
        raise SimError(400, f"the body is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise SimError(400, "the body must be a JSON object")
    return Body(request.app.state.world, fields)
