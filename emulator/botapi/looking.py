"""Methods that only look: the bot itself, chats, members, files."""

from __future__ import annotations

from emulator.botapi import access, ids, media
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.files import LARGEST_DOWNLOAD

FLAGS = [
    "can_read_all_group_messages",
    "supports_guest_queries",
    "supports_inline_queries",
    "can_connect_to_business",
    "has_main_web_app",
    "has_topics_enabled",
    "allows_users_to_create_topics",
    "can_manage_bots",
    "supports_join_request_queries",
]


@method
def get_me(asked: Asked) -> Json:
    return asked.bot.user.json() | {"can_join_groups": True} | dict.fromkeys(FLAGS, False) | asked.bot.flags


@method
def get_chat(asked: Asked) -> Json:
    chat = asked.chat()
    access.check_reading(asked.bot, chat)
    return chat.full_json(asked.bot.user)


@method
def get_chat_member(asked: Asked) -> Json:
    chat = asked.chat()
    access.check_reading(asked.bot, chat)
    user = ids.user(asked)
    return chat.member(user).json(chat.type, asked.bot.user.id)


@method
def get_chat_administrators(asked: Asked) -> list[Json]:
    """Other bots are left out unless they are asked for; this one is shown."""
    chat = asked.chat()
    access.check_reading(asked.bot, chat)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    bots = asked.params.flag("return_bots")
    shown = [m for m in chat.members.values() if m.runs_it and (bots or not m.user.is_bot or m.user == asked.bot.user)]
    return [member.json(chat.type, asked.bot.user.id) for member in shown]


@method
def get_chat_member_count(asked: Asked) -> int:
    chat = asked.chat()
    access.check_reading(asked.bot, chat)
    return chat.member_count()


@method
def get_file(asked: Asked) -> Json:
    file_id = asked.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = asked.world.files.get(file_id)
    if not file:
        readable = media.unknown(file_id) == media.UNAVAILABLE
        raise bad_request("wrong file_id or the file is temporarily unavailable" if readable else "invalid file_id")
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return file.json()
