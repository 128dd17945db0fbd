"""Methods for what a bot is: its name, what it says of itself, its photo, its menu; and people's photos."""

from __future__ import annotations

import re

from emulator.botapi import ids, looks, rights
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.texts import links
from emulator.texts.entity import TextError
from emulator.wire import Json, bad_request
from emulator.world.members import rights_of
from emulator.world.world import Bot

LIMITS = {"name": 64, "description": 512, "short_description": 120}
PHOTOS_LIMIT = 100


@method
def get_my_name(asked: Asked) -> Json:
    return _told(asked, "name")


@method
def set_my_name(asked: Asked) -> bool:
    return _tell(asked, "name")


@method
def get_my_description(asked: Asked) -> Json:
    return _told(asked, "description")


@method
def set_my_description(asked: Asked) -> bool:
    return _tell(asked, "description")


@method
def get_my_short_description(asked: Asked) -> Json:
    return _told(asked, "short_description")


@method
def set_my_short_description(asked: Asked) -> bool:
    return _tell(asked, "short_description")


def _told(asked: Asked, what: str) -> Json:
    """In the language, where there is one of its own; else as for everybody."""
    said = asked.bot.said[what]
    return {what: said.get(_language(asked.params)) or said.get("", "")}


def _tell(asked: Asked, what: str) -> bool:
    """Nothing for a language takes its own away; a bot cannot be without a name."""
    text, language = asked.params.text(what), _language(asked.params)
    if len(text) > LIMITS[what]:
        raise bad_request(f"{what} is too long")
    said = asked.bot.said[what]
    if text:
        said[language] = text
    elif what != "name" or language:
        said.pop(language, None)
    if what == "name" and text and not language:
        asked.world.rename_bot(asked.bot, text)
    return True


def _language(params: Params) -> str:
    code = params.text("language_code")
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise bad_request("invalid language code specified")
    return code


@method
def set_my_default_administrator_rights(asked: Asked) -> bool:
    """What it suggests when somebody makes it an administrator."""
    params, kind = asked.params, _kind(asked)
    given = params.json("rights", "ChatAdministratorRights")
    if given is not None and not isinstance(given, dict):
        raise bad_request("can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object")
    told = Params(given or {})
    suggested = rights.administrator(told, kind)
    suggested["is_anonymous"] = kind != "channel" and told.flag("is_anonymous")
    if any(suggested.values()):
        suggested["can_manage_chat"] = True
    asked.bot.suggested[kind] = suggested
    return True


@method
def get_my_default_administrator_rights(asked: Asked) -> Json:
    kind = _kind(asked)
    return asked.bot.suggested.get(kind) or dict.fromkeys([*rights_of(kind), "is_anonymous"], False)


def _kind(asked: Asked) -> str:
    return "channel" if asked.params.flag("for_channels") else "supergroup"


@method
def set_chat_menu_button(asked: Asked) -> bool:
    """In one private chat, or in all that have none of their own."""
    button = _button(asked.params)
    asked.bot.menus[_private(asked)] = button
    return True


@method
def get_chat_menu_button(asked: Asked) -> Json:
    """A chat that has none of its own says so; the default of the default are the commands."""
    where = _private(asked)
    return asked.bot.menus.get(where, {"type": "default" if where else "commands"})


def _private(asked: Asked) -> int:
    if not asked.params.text("chat_id"):
        return 0
    return ids.user(asked, "chat_id").id


def _button(params: Params) -> Json:
    given = params.json("menu_button", "menu button")
    if given is None or given == "":
        return {"type": "default"}
    wrong = "can't parse menu button"
    if not isinstance(given, dict):
        raise bad_request(f"{wrong}: MenuButton must be an Object")
    if "type" not in given:
        raise bad_request(f'{wrong}: Can\'t find field "type"')
    if given["type"] in ("default", "commands"):
        return {"type": given["type"]}
    if given["type"] != "web_app":
        raise bad_request(f"{wrong}: MenuButton has unsupported type")
    app = given.get("web_app")
    if not isinstance(given.get("text"), str) or not isinstance(app, dict) or not isinstance(app.get("url"), str):
        missing = "text" if not isinstance(given.get("text"), str) else "web_app"
        raise bad_request(f'{wrong}: Can\'t find field "{missing}"')
    try:
        address = links.checked(app["url"])
    except TextError as reason:
        raise bad_request(f"menu button Web App URL '{app['url']}' is invalid: {reason}") from None
    if not address.startswith("https://"):
        raise bad_request(f"menu button Web App URL '{app['url']}' is invalid: Only HTTPS links are allowed")
    return {"type": "web_app", "text": given["text"], "web_app": {"url": address}}


@method
def get_user_profile_photos(asked: Asked) -> Json:
    """The newest first."""
    user, offset = ids.user(asked), max(asked.params.integer("offset"), 0)
    limit = asked.params.integer("limit", PHOTOS_LIMIT)
    photos = asked.world.portraits.get(user.id, [])
    shown = photos[offset : offset + (limit if 1 <= limit <= PHOTOS_LIMIT else PHOTOS_LIMIT)]
    return {"total_count": len(photos), "photos": [one.shown() for one in shown]}


@method
def get_user_profile_audios(asked: Asked) -> Json:
    """Nobody here has music on their page."""
    ids.user(asked)
    return {"total_count": 0, "audios": []}


@method
def set_my_profile_photo(asked: Asked) -> bool:
    given = asked.params.json("photo", "photo")
    if given is None:
        raise bad_request("photo isn't specified")
    if not isinstance(given, dict):
        raise bad_request("object expected as profile photo")
    kind = str(given.get("type", ""))
    if kind not in ("static", "animated"):
        raise bad_request("invalid profile photo type specified")
    if kind == "animated":
        raise bad_request("the emulator has no moving profile photos")
    upload = asked.params.files.get(str(given.get("photo", "")).removeprefix("attach://"))
    if not upload:
        raise bad_request("photo must be uploaded as a file")
    shown, _ = looks.portrait(asked.world, upload.content)
    asked.world.portraits.setdefault(asked.bot.user.id, []).insert(0, shown)
    return True


@method
def remove_my_profile_photo(asked: Asked) -> bool:
    """The newest; the one before shows again. That there is none is no error."""
    photos = asked.world.portraits.get(asked.bot.user.id)
    if photos:
        del photos[0]
    return True


@method
def log_out(asked: Asked) -> bool:
    """From now on the bot is "Logged out", until POST /sim/tokens lets it in again."""
    return _end(asked.bot, logged_out=True)


@method
def close(asked: Asked) -> bool:
    """Ends what waits; the next call begins anew, as another server would."""
    return _end(asked.bot, logged_out=False)


def _end(bot: Bot, *, logged_out: bool) -> bool:
    bot.logged_out = logged_out
    bot.updates.wake("terminated by other getUpdates request")
    return True
