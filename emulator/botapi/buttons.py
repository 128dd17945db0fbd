"""Buttons of keyboards, one by one: read as telegram-bot-api does and checked as TDLib does."""

from __future__ import annotations

from emulator.botapi.params import Params
from emulator.texts import links
from emulator.texts.entity import TextError
from emulator.wire import Json, bad_request

CALLBACK_BYTES, COPIED_CHARACTERS = 64, 256
STYLES = ("primary", "danger", "success")
TARGETS = ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")
INLINE = {  # and the field that the object there must have; None for those that are strings
    "switch_inline_query": None,
    "switch_inline_query_chosen_chat": "",
    "switch_inline_query_current_chat": None,
    "login_url": "url",
    "web_app": "url",
    "copy_text": "text",
}
REQUESTS = {
    "request_contact": "phone number",
    "request_location": "location",
    "request_poll": "poll",
    "web_app": "",
    "request_users": "users",
    "request_user": "users",
    "request_chat": "chats",
    "request_managed_bot": "managed bots",
}


def _text(told: Json, name: str, what: str) -> str:
    """A field that must be there, of a string's type; a number is taken as it is written."""
    if told.get(name) is None:
        raise bad_request(f"can't parse {what}: Can't find field \"{name}\"")
    value = told[name]
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise bad_request(f'can\'t parse {what}: Field "{name}" must be of type String')
    return str(value)


def _object(told: Json, name: str, what: str) -> Json:
    value = told[name]
    if not isinstance(value, dict):
        raise bad_request(f'can\'t parse {what}: Field "{name}" must be of type Object')
    return value


def _looks(told: Json, what: str) -> Json:
    """Text, colour and icon."""
    style = str(told.get("style", "")).lower()
    if style not in ("", "default", *STYLES):
        raise bad_request(f"can't parse {what}: invalid button style specified")
    icon = {"icon_custom_emoji_id": str(told["icon_custom_emoji_id"])} if told.get("icon_custom_emoji_id") else {}
    return {"text": _text(told, "text", what)} | ({"style": style} if style in STYLES else {}) | icon


def key(button: object) -> Json:
    what = "keyboard button"
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {what}: KeyboardButton must be a String or an Object")
    looks = _looks(button, what)
    for name in REQUESTS:
        if name in ("request_contact", "request_location"):
            if Params(button).flag(name):
                return looks | {name: True}
        elif name in button:
            return looks | {name: _object(button, name, what)}
    return looks


def inline(button: object) -> Json:
    what = "inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {what}: InlineKeyboardButton must be an Object")
    return _looks(button, what) | _use(button, what)


def _use(button: Json, what: str) -> Json:
    """The one thing that it does: the first that is named, in telegram-bot-api's order."""
    for name in ("url", "callback_data"):
        if button.get(name):
            return {name: _text(button, name, what)}
    uses: Json = {"callback_game": {}, "pay": True}
    for name, value in uses.items():
        if name in button:
            return {name: value}
    for name, needed in INLINE.items():
        if name in button:
            return {name: _told(button, name, needed, what)}
    if "disabled" in button:
        return {"disabled": {}}
    raise bad_request(f"can't parse {what}: text buttons are unallowed in the inline keyboard")


def _told(button: Json, name: str, needed: str | None, what: str) -> str | Json:
    if needed is None:
        return _text(button, name, what)
    told = _object(button, name, what)
    return told | ({needed: _text(told, needed, what)} if needed else {})


def checked(button: Json, chat_type: str) -> Json:
    if len(str(button.get("callback_data", "")).encode()) > CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        return button if links.user_id(button["url"]) else button | {"url": _address(button["url"], "")}
    for name, spoken in (("login_url", "login "), ("web_app", "Web App ")):
        if name in button:
            return button | {name: button[name] | {"url": _secure(button[name]["url"], spoken, chat_type)}}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in button and chat_type == "channel":
            reason = "because users will not be able to use the button without knowing bot's username"
            raise bad_request(f"can't use {name} button in a channel chat, {reason}")
    chosen = button.get("switch_inline_query_chosen_chat")
    if chosen is not None and not any(Params(chosen).flag(name) for name in TARGETS):
        raise bad_request("at least one target chat type must be allowed")
    if "copy_text" in button and not 0 < len(button["copy_text"]["text"]) <= COPIED_CHARACTERS:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


def _address(url: str, spoken: str) -> str:
    try:
        return links.checked(url)
    except TextError as reason:
        raise bad_request(f"inline keyboard button {spoken}URL '{url}' is invalid: {reason}") from None


def _secure(url: str, spoken: str, chat_type: str) -> str:
    """Of what opens inside Telegram; Web Apps only where one is alone with the bot."""
    if links.user_id(url):
        raise bad_request(f"link to a user can't be used in {'login' if spoken == 'login ' else 'Web App'} URL buttons")
    address = _address(url, spoken)
    if not address.startswith("https://"):
        raise bad_request(f"inline keyboard button {spoken}URL '{url}' is invalid: Only HTTPS links are allowed")
    if spoken == "Web App " and chat_type != "private":
        raise bad_request("BUTTON_TYPE_INVALID")
    return address


def check_key(button: Json, chat_type: str) -> None:
    for name, noun in REQUESTS.items():
        if name in button and chat_type != "private":
            if name == "web_app":
                raise bad_request("web App buttons can be used in private chats only")
            raise bad_request(f"{noun} can be requested in private chats only")
    if "web_app" in button:
        url = _text(button["web_app"], "url", "keyboard button")
        try:
            address = links.checked(url)
        except TextError as reason:
            raise bad_request(f"keyboard button Web App URL '{url}' is invalid: {reason}") from None
        if not address.startswith("https://"):
            raise bad_request(f"keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
