"""How a message is sent, besides what it says: refused where a chat cannot have it (TDLib, MessageSendOptions)."""

from __future__ import annotations

from emulator.botapi.params import Params
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat

MISSING = {
    "ephemeral_message_parameters": "ephemeral messages",
    "receiver_user_id": "ephemeral messages",
    "rich_message": "rich messages",
    "allow_adding_options": "polls to which people add options",
}
PREVIEW = ("prefer_small_media", "prefer_large_media", "show_above_text")


def check_business(params: Params) -> None:
    """Nobody here has connected a bot to a business account."""
    if params.text("business_connection_id"):
        raise bad_request("business connection not found")


def check_missing(params: Params) -> None:
    """What the emulator has not yet; better refused than dropped."""
    for name, words in MISSING.items():
        if params.values.get(name):
            raise bad_request(f"the emulator has no {words}")


def checked_effect(params: Params, chat: Chat) -> str:
    """The id of a message's effect; which ids there are, only Telegram's servers know."""
    effect = params.long("message_effect_id")
    if effect and chat.type != "private":
        raise bad_request("can't use message effects in the chat")
    if params.json("suggested_post_parameters", "suggested post parameters") is not None:
        raise bad_request("suggested posts can be sent only to channel direct messages")
    if params.flag("allow_paid_broadcast"):
        raise bad_request("FLOODSKIP_NOT_ALLOWED")  # no bot here has Stars to pay with
    return str(effect) if effect else ""


def link_preview(params: Params) -> Json:
    """As the message shows it, empty where nothing is asked for."""
    if "link_preview_options" not in params.values:
        return {"is_disabled": True} if params.flag("disable_web_page_preview") else {}
    given = params.json("link_preview_options", "link preview options")
    if given is None or given == "":
        return {}
    if not isinstance(given, dict):
        raise bad_request("object expected as link preview options")
    told = Params(given)
    if told.flag("is_disabled"):
        return {"is_disabled": True}
    url = told.text("url")
    return ({"url": url} if url else {}) | {name: True for name in PREVIEW if told.flag(name)}
