"""A bot's commands: a list for each scope and language, by the rules of telegram-bot-api and TDLib (`set_commands`)."""

from __future__ import annotations

import re

from emulator.botapi import access
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.wire import ApiError, Json, bad_request

EVERYWHERE = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
IN_A_CHAT = ("chat", "chat_administrators", "chat_member")
MOST, NAME, DESCRIPTION = 100, 32, 256  # commands in a list; characters
Where = tuple[str, int, int, str]  # the scope's type, chat and user, and the language


@method
def set_my_commands(asked: Asked) -> bool:
    given = asked.params.array("commands", "BotCommand")
    if len(given) > MOST:
        raise bad_request("too many commands specified")
    parsed = [_parsed(one) for one in given]
    where = _where(asked)
    asked.bot.commands[where] = [_checked(one) for one in parsed]
    return True


@method
def get_my_commands(asked: Asked) -> list[Json]:
    return asked.bot.commands.get(_where(asked), [])


@method
def delete_my_commands(asked: Asked) -> bool:
    asked.bot.commands.pop(_where(asked), None)
    return True


def _where(asked: Asked) -> Where:
    scope = _scope(asked)
    language = asked.params.text("language_code")
    if not re.fullmatch("([a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return (*scope, language)


def _scope(asked: Asked) -> tuple[str, int, int]:
    given = asked.params.json("scope", "BotCommandScope")
    if given is None or given == "":
        return "default", 0, 0
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    try:
        kind, chat_ref, user_id = _told(given)
    except ValueError as error:
        raise bad_request(f"can't parse BotCommandScope: {error}") from None
    if not chat_ref:
        return kind, 0, 0
    chat = asked.world.find_chat(chat_ref)
    access.check_reading(asked.bot, chat)
    if user_id and user_id not in asked.world.users:
        raise bad_request("user not found")
    if chat.type == "private" and kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    if chat.type == "channel":
        raise bad_request("can't change commands in channel chats")
    return kind, chat.id, user_id


def _told(given: Json) -> tuple[str, str, int]:
    """Type, chat and user of a scope; raises `ValueError` with what is wrong."""
    kind = _field(given, "type")
    if kind in EVERYWHERE:
        return kind, "", 0
    if kind not in IN_A_CHAT:
        raise ValueError("Unsupported type specified")
    chat_ref = _field(given, "chat_id")
    if not chat_ref:
        raise ValueError("Empty chat_id specified")
    if kind != "chat_member":
        return kind, chat_ref, 0
    _field(given, "user_id")
    user_id = Params(given).integer("user_id")
    if user_id <= 0:
        raise ValueError("Invalid user_id specified")
    return kind, chat_ref, user_id


def _field(given: Json, name: str) -> str:
    if given.get(name) is None:
        raise ValueError(f'Can\'t find field "{name}"')
    if type(given[name]) not in (str, int):
        raise ValueError(f'Field "{name}" must be of type String')
    return str(given[name])


def _parsed(given: object) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    try:
        told = {name: _field(given, name).strip() for name in ("command", "description")}
    except ValueError as error:
        raise bad_request(f"can't parse BotCommand: {error}") from None
    return told | ({"is_ephemeral": True} if Params(given).flag("is_ephemeral") else {})


def _checked(told: Json) -> Json:
    name, description = str(told["command"]).removeprefix("/"), told["description"]
    refusal: ApiError | None = None
    if not name:
        refusal = bad_request("command must be non-empty")
    elif len(name) > NAME:
        refusal = bad_request(f"command length must not exceed {NAME}")
    elif not description:
        refusal = bad_request("command description must be non-empty")
    elif len(description) > DESCRIPTION:
        refusal = bad_request(f"command description length must not exceed {DESCRIPTION}")
    elif not re.fullmatch("[a-z0-9_]+", name):
        refusal = bad_request("BOT_COMMAND_INVALID")
    if refusal:
        raise refusal
    return told | {"command": name}
