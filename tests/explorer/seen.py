"""Telegram's side of a world, for comparison: what stands in the chats, what was voted, what waits for the bot."""

from __future__ import annotations

import json
from typing import Any

from emulator.world.chats import Chat, Message
from emulator.world.polls import Poll
from emulator.world.world import World

TIMES = ("date", "edit_date", "id", "chat_instance", "close_date", "open_period", "file_id", "file_unique_id")


def of(world: World) -> list[object]:
    """All that anybody could tell from another world, whatever the time of day."""
    return [
        [_chat(chat) for chat in world.chats.values()],
        [_poll(poll) for poll in world.polls.values()],
        [_waiting(one.id, one.kind, one.content) for bot in world.bots.values() for one in bot.updates.pending],
        [(bot.updates.next_id, bot.updates.allowed) for bot in world.bots.values()],
        [tap.answer is None for tap in world.taps.values()],
    ]  # fmt: skip


def _chat(chat: Chat) -> object:
    """Ids of private chats tell nothing: those of other chats and the bot's own writing make them grow."""
    shared = chat.type == "private"
    return chat.id, chat.migrated_to, 0 if shared else chat.last_message_id, [
        (0 if shared else number, _message(message)) for number, message in chat.messages.items()
    ]  # fmt: skip


def _message(message: Message) -> object:
    poll, reply = message.poll and message.poll.id, message.reply_to and message.reply_to.id
    media = message.media and message.media.file.size
    return message.bot_id, message.text, media, poll, reply, bool(message.origin), json.dumps(message.markup)


def _poll(poll: Poll) -> object:
    return poll.id, poll.closed, sorted(poll.votes.items())


def _waiting(number: int, kind: str, content: dict[str, Any]) -> object:
    if kind == "callback_query":
        return number, kind, content["data"], content["message"]["text"]
    return number, kind, _timeless(content)


def _timeless(value: Any) -> object:
    if isinstance(value, dict):
        return [(name, _timeless(one)) for name, one in value.items() if name not in TIMES or name == "id"]
    return [_timeless(one) for one in value] if isinstance(value, list) else value
