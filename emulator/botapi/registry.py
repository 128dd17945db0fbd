"""The Bot API's methods by name, and what each is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from emulator.botapi import access
from emulator.botapi.params import Params
from emulator.wire import bad_request
from emulator.world.chats import Chat, Message
from emulator.world.world import Bot, World

METHODS: dict[str, Method] = {}


@dataclass
class Asked:
    """One call of a method by a bot."""

    world: World
    bot: Bot
    params: Params

    def chat(self, name: str = "chat_id") -> Chat:
        return self.world.find_chat(self.params.text(name))

    def message(self, chat: Chat, to_do: str, name: str = "message_id") -> Message:
        """The message named, or Telegram's refusal, in which `to_do` says what it was wanted for."""
        found = self.seen(chat, self.params.integer(name))
        if not found:
            raise bad_request(f"message {to_do} not found")
        return found

    def seen(self, chat: Chat, number: int) -> Message | None:
        """The message with this id, if there is one for this bot."""
        found = chat.messages.get(number)
        return found if found and access.sees(self.bot, found) else None


Method = Callable[[Asked], object | Awaitable[object]]


F = TypeVar("F", bound=Method)


def method(function: F) -> F:
    """Serve this function: `send_poll` answers sendPoll, in any case of letters."""
    METHODS[function.__name__.replace("_", "")] = function
    return function
