"""What each bot hears of what happens: messages, and who stands how in a chat."""

from __future__ import annotations

from emulator.botapi import access
from emulator.wire import Json, filled
from emulator.world.chats import Chat, Message
from emulator.world.members import Member, User
from emulator.world.world import World

# A bot is told of its own deeds only where they are these (telegram-bot-api, Client::need_skip_update_message).
OWN_DEEDS = ("new_chat_title", "new_chat_photo", "delete_chat_photo", "left_chat_member", "pinned_message")


def message(world: World, told: Message, *, edited: bool = False) -> None:
    """A message that is new, or changed, to every bot that hears it."""
    kind = "channel_post" if told.chat.type == "channel" else "message"
    own_deed = any(name in (told.service or {}) for name in OWN_DEEDS)
    for bot in world.bots.values():
        own = told.bot_id == bot.user.id and not own_deed
        if not own and access.hears(bot, told):
            bot.updates.add(f"edited_{kind}" if edited else kind, told.json(), str(told.chat.id))


def happened(world: World, chat: Chat, actor: User, bot_id: int | None, service: Json) -> Message:
    """A service message: in a channel it is the channel's."""
    sender = None if chat.type == "channel" else actor
    made = world.post(Message(chat, 0, world.clock.now(), sender, bot_id, service=service))
    message(world, made)
    return made


def member(  # noqa: PLR0913 what an update of a member tells
    world: World,
    chat: Chat,
    actor: User,
    before: Member,
    after: Member,
    *,
    link: Json | None = None,
    by_request: bool = False,
) -> None:
    """To the bot whom it concerns, and to the administrators among bots who asked for it."""
    changed: Json = {"chat": chat.json(), "from": actor.json(), "date": world.clock.now()}
    more = filled({"invite_link": link, "via_join_request": by_request or None})
    for bot in world.bots.values():
        stands = {
            "old_chat_member": before.json(chat.type, bot.user.id),
            "new_chat_member": after.json(chat.type, bot.user.id),
        }
        if bot.user.id == after.user.id:
            bot.updates.add("my_chat_member", changed | stands | more, str(chat.id))
        elif chat.member(bot.user).runs_it:
            bot.updates.add("chat_member", changed | stands | more, str(chat.id))
