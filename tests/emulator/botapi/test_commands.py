"""Commands: one list for each scope and language, with Telegram's own refusals."""

import pytest
from telegram import BotCommandScopeAllGroupChats, BotCommandScopeChat

ONE = [{"command": "one", "description": "1"}]
TWO = [{"command": "two", "description": "2"}]


async def test_each_scope_and_each_language_has_a_list_of_its_own(bot, sim):
    await bot.set_my_commands([("one", "1")])
    await bot.set_my_commands([("two", "2")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([("odin", "один")], language_code="ru")

    found = [
        await bot.get_my_commands(),
        await bot.get_my_commands(BotCommandScopeAllGroupChats()),
        await bot.get_my_commands(language_code="ru"),
        await bot.get_my_commands(language_code="en"),
    ]
    assert [[one.command for one in commands] for commands in found] == [["one"], ["two"], ["odin"], []]


async def test_what_is_deleted_is_that_list_alone(bot, sim):
    (user,) = await sim.users()
    await sim.post("chats", type="private", user=user)
    for scope in (None, BotCommandScopeChat(user)):
        await bot.set_my_commands([("one", "1")], scope=scope)
    await bot.delete_my_commands(BotCommandScopeChat(user))

    assert (len(await bot.get_my_commands()), await bot.get_my_commands(BotCommandScopeChat(user))) == (1, ())


async def test_a_command_is_kept_without_its_slash_and_without_blanks(sim):
    await sim.call("setMyCommands", commands=[{"command": " /one ", "description": " what it does "}])

    assert (await sim.call("getMyCommands"))["result"] == [{"command": "one", "description": "what it does"}]


def command(name="one", description="1"):
    return {"commands": [{"command": name, "description": description}]}


SCOPE = "can't parse BotCommandScope: "
REFUSED = [
    (command("BAD"), "BOT_COMMAND_INVALID"),
    (command("bad name"), "BOT_COMMAND_INVALID"),
    (command(""), "command must be non-empty"),
    (command("a" * 33), "command length must not exceed 32"),
    (command(description=" "), "command description must be non-empty"),
    (command(description="a" * 257), "command description length must not exceed 256"),
    ({"commands": ONE * 101}, "too many commands specified"),
    ({"commands": [{"command": "one"}]}, "can't parse BotCommand: Can't find field \"description\""),
    ({"commands": ["one"]}, "can't parse BotCommand: expected an Object"),
    ({"commands": ONE, "language_code": "rus"}, "invalid language code specified"),
    ({"commands": ONE, "scope": {"type": "everyone"}}, f"{SCOPE}Unsupported type specified"),
    ({"commands": ONE, "scope": {"type": "chat"}}, f'{SCOPE}Can\'t find field "chat_id"'),
    ({"commands": ONE, "scope": {"type": "chat", "chat_id": ""}}, f"{SCOPE}Empty chat_id specified"),
    ({"commands": ONE, "scope": {"type": "chat_member", "chat_id": 1}}, f'{SCOPE}Can\'t find field "user_id"'),
    (
        {"commands": ONE, "scope": {"type": "chat_member", "chat_id": 1, "user_id": 0}},
        f"{SCOPE}Invalid user_id specified",
    ),
    ({"commands": ONE, "scope": []}, f"{SCOPE}BotCommandScope must be an Object"),
    ({"commands": ONE, "scope": {"type": "chat", "chat_id": 31337}}, "chat not found"),
    ({"commands": ONE, "scope": {"type": "chat", "chat_id": "@channel"}}, "can't change commands in channel chats"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
async def test_what_telegram_refuses_is_refused_in_its_words_and_changes_nothing(sim, given, reason):
    await sim.chat("channel", username="channel")
    await sim.call("setMyCommands", commands=TWO)
    refused = await sim.call("setMyCommands", **given)

    assert refused["description"] == f"Bad Request: {reason}"
    assert (await sim.call("getMyCommands"))["result"] == TWO


async def test_a_private_chat_has_no_administrators_scope(sim):
    (user,) = await sim.users()
    await sim.post("chats", type="private", user=user)
    refused = await sim.call("getMyCommands", scope={"type": "chat_administrators", "chat_id": user})

    assert refused["description"] == "Bad Request: can't use specified scope in private chats"
