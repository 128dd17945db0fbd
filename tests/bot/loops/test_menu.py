"""Telegram's menu of commands: each sees what they may do, in their language; told once, and it stops nothing."""

from datetime import timedelta

import pytest
from telegram import BotCommandScopeChat

from bot.loops import actions, menu, rights
from bot.loops.inbox import Inbox
from bot.loops.menu import Menu
from bot.telegram.outcome import Later
from tests.conftest import NOON
from tests.factory import publish, text

ANYBODY = ["language", "score", "privacy", "forget", "help"]


def of(stage):
    """As a new process has it."""
    return Menu(stage.database, stage.telegram, stage.clock.admins.rights, stage.language, stage.monotonic)


async def seen(stage, person=None, language=""):
    """The commands in a menu, by name."""
    scope = BotCommandScopeChat(person) if person else None
    found = await stage.telegram.bot.get_my_commands(scope, language or None)
    return {one.command: one.description for one in found}


def told(stage):
    return len(stage.calls("setMyCommands")), len(stage.calls("deleteMyCommands"))


@pytest.mark.parametrize(
    ("language", "forget"), [("ru", "стереть, что я храню о вас"), ("en", "erase what I keep of you")]
)
async def test_everybody_sees_what_is_for_anybody_and_an_admin_all_of_it(stage, admin, language, forget):
    await of(stage).step()

    assert list(await seen(stage, language=language)) == ANYBODY
    theirs = await seen(stage, admin, language)
    assert set(theirs) == {name for name, _ in actions.menu(admin=True)} > {*ANYBODY}
    assert theirs["forget"] == forget


async def test_whose_language_the_bot_does_not_speak_has_the_one_of_the_settings(stage, admin):
    stage.language = "ru"
    await of(stage).step()

    assert await seen(stage) == await seen(stage, language="ru")


async def test_telegram_is_told_once_also_by_a_bot_that_is_started_anew(stage, admin):
    for _ in range(2):
        await of(stage).step()

    assert told(stage) == (6, 0)


async def test_only_what_differs_is_told(stage, admin, monkeypatch):
    await of(stage).step()
    monkeypatch.setattr(actions, "ACTIONS", [one for one in actions.ACTIONS if one.name != "/log"])
    await of(stage).step()

    assert told(stage) == (9, 0)
    assert "log" not in await seen(stage, admin, "en")


async def test_who_is_an_admin_no_more_has_everybodys_menu(stage, admin):
    await of(stage).step()
    stage.admins = ()
    stage.restart()
    await of(stage).step()

    assert await seen(stage, admin, "ru") == {}
    assert told(stage) == (6, 3)


async def test_an_admin_who_has_never_written_to_the_bot_stops_nobody_and_has_it_when_they_do(stage, admin):
    (silent,) = stage.users(1)
    stage.admins = (silent, admin)
    stage.restart()
    one = of(stage)
    await one.step()
    await one.step()
    assert await seen(stage, admin, "en")
    stage.post("/write", {"user": silent, "chat": silent, "text": "/start"})
    await hear(stage)
    await one.step()

    assert await seen(stage, silent, "en")


async def hear(stage):
    await stage.take_votes()
    await Inbox(stage.database, stage.clock.admins, lambda: stage.now).quiet()


async def test_a_telegram_in_trouble_is_told_later(stage, admin):
    stage.fault("setMyCommands", "error", status=500)
    one = of(stage)
    with pytest.raises(Later):
        await one.step()
    await one.step()

    assert list(await seen(stage)) == ANYBODY


async def test_who_runs_the_chat_has_the_admins_menu_when_they_ask_for_help_and_as_long_as_they_run_it(stage, admin):
    publish(stage.database, NOON, text("First"), chat=await stage.telegram.chat("@channel"))
    ann, stranger = stage.users(2)
    stage.post("/chats/@channel", {"admins": [ann]})
    one = of(stage)
    await one.step()
    for user in (ann, stranger):
        stage.post("/write", {"user": user, "chat": user, "text": "/start"})
    await hear(stage)
    await one.step()
    assert (len(await seen(stage, ann, "en")) > len(ANYBODY), await seen(stage, stranger, "en")) == (True, {})

    stage.post("/chats/@channel", {"members": [ann]})
    stage.now += timedelta(seconds=max(menu.AGAIN_S, rights.KNOWN_S))
    await one.step()

    assert await seen(stage, ann, "en") == {}


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_help_fits_on_one_screen_and_tells_what_the_asker_may_do(stage, admin, language):
    stage.language = language
    stage.restart()
    stage.post("/write", {"user": admin, "chat": admin, "text": "/help"})
    await hear(stage)
    said = stage.messages(admin)[-1]["text"]

    assert all(f"/{name} — {what[language]}" in said for name, what in actions.menu(admin=True))
    assert len(said.splitlines()) + len(said) // 45 <= 30  # a phone's screen


def test_every_command_fits_telegram():
    """32 characters of its name, 256 of what it does, and 100 commands."""
    names = [one.command for one in actions.ACTIONS if one.command]

    assert all(len(name) <= 32 and name.isascii() and name.islower() for name in names)
    assert all(1 <= len(what) <= 256 for _, told_ in actions.menu(admin=True) for what in told_.values())
    assert len(names) <= 100
