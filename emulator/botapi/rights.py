"""Rights and permissions in a call, and whether the bot has the right that a deed needs."""

from __future__ import annotations

from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat
from emulator.world.members import PERMISSIONS, rights_of

MEDIA = (
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
)
RICH = ("can_send_other_messages", "can_add_web_page_previews")
OLD = ("can_send_messages", "can_send_media_messages", *RICH)


def has(asked: Asked, chat: Chat, right: str) -> bool:
    """As an administrator, or as a member where members may."""
    member = chat.member(asked.bot.user)
    if member.runs_it:
        return member.may(right)
    return member.inside and chat.type != "channel" and right in PERMISSIONS and chat.allows(right)


def needed(asked: Asked, chat: Chat, right: str, refusal: str) -> None:
    """Only an administrator's right counts: a bot in a group is more than its members only where it was appointed."""
    member = chat.member(asked.bot.user)
    if not (member.runs_it and member.may(right)):
        raise bad_request(refusal)


def permissions(params: Params) -> dict[str, bool]:
    """As telegram-bot-api completes what is given (Client::get_chat_permissions): some permissions bring others."""
    independent = params.flag("use_independent_chat_permissions")
    if "permissions" not in params.values:
        return _old(params, independent=independent)
    given = params.json("permissions", "permissions")
    if not isinstance(given, dict):
        raise bad_request("object expected as permissions")
    told = Params(given)
    for name, value in given.items():
        if name in PERMISSIONS and not isinstance(value, bool):
            raise bad_request(f'can\'t parse chat permissions: Field "{name}" must be of type Boolean')
    found = {name: told.flag(name) for name in PERMISSIONS}
    if not any(name in given for name in MEDIA):
        old = told.flag("can_send_media_messages")
        found |= dict.fromkeys(MEDIA, old)
        found["can_send_messages"] |= old and not independent
    for name, like in (("can_manage_topics", "can_pin_messages"), ("can_edit_tag", "can_pin_messages")):
        found[name] = told.flag(name) if name in given else found[like]
    if "can_react_to_messages" not in given:
        found["can_react_to_messages"] = found["can_send_messages"]
    if not independent and (any(found[name] for name in RICH)):
        found |= dict.fromkeys((*MEDIA, "can_send_messages"), True)
    found["can_send_messages"] |= found["can_send_polls"] and not independent
    return found


def _old(params: Params, *, independent: bool) -> dict[str, bool]:
    """Permissions as parameters of their own, as bots had them before 2020."""
    messages, media, other, previews = (params.flag(name) for name in OLD)
    media = media or (not independent and (other or previews))
    messages = messages or (not independent and media)
    everything = messages and media and other and previews
    found = dict.fromkeys(PERMISSIONS, everything)
    found |= {"can_send_messages": messages, "can_react_to_messages": messages} | dict.fromkeys(MEDIA, media)
    return found | dict(zip(RICH, (other, previews), strict=True))


def administrator(told: Params, chat_type: str) -> Json:
    """The rights that a call gives an administrator of such a chat."""
    given = {right: told.flag(right) for right in rights_of(chat_type)}
    given["can_manage_video_chats"] |= told.flag("can_manage_voice_chats")
    return given
