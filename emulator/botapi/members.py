"""Methods that change who stands how in a chat; as TDLib's DialogParticipantManager refuses them."""

from __future__ import annotations

import re
from dataclasses import replace

from emulator.botapi import access, ids, rights, telling
from emulator.botapi.registry import Asked, method
from emulator.wire import bad_request
from emulator.world.chats import Chat
from emulator.world.members import PERMISSIONS, Member, User

SHORTEST_S, LONGEST_S = 30, 366 * 24 * 3600  # whose ban is shorter or longer is banned for ever
LARGE = ("supergroup", "channel")
TITLE_LIMIT = 16
NO_RIGHTS = "not enough rights to restrict/unrestrict chat member"
EMOJI = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")


@method
def ban_chat_member(asked: Asked) -> bool:
    """From a basic group somebody is only taken out; elsewhere the ban lasts until its date."""
    user, chat = ids.user(asked), _chat(asked)
    if chat.type == "private":
        raise bad_request("can't ban members in private chats")
    before = _restrictable(asked, chat, user)
    until = 0 if chat.type == "group" else _until(asked)
    _seat(asked, chat, before, Member(user, "kicked", until=until))
    if asked.params.flag("revoke_messages"):
        for message in [one for one in chat.messages.values() if one.sender == user]:
            asked.world.remove(message)
    if before.inside and chat.type != "channel":
        telling.happened(asked.world, chat, asked.bot.user, asked.bot.user.id, {"left_chat_member": user.json()})
    return True


@method
def unban_chat_member(asked: Asked) -> bool:
    """Whoever is in the chat is taken out of it, unless only a ban shall end."""
    user, chat = ids.user(asked), _chat(asked)
    _check_large(chat)
    before = chat.member(user)
    if before.status == "left" or (asked.params.flag("only_if_banned") and before.status != "kicked"):
        return True
    _restrictable(asked, chat, user)
    _seat(asked, chat, before, Member(user, "left"))
    return True


@method
def restrict_chat_member(asked: Asked) -> bool:
    """Who is given everything is restricted no more."""
    user, given, chat = ids.user(asked), rights.permissions(asked.params), _chat(asked)
    if chat.type != "supergroup":
        raise bad_request("method is available only for supergroups")
    before = _restrictable(asked, chat, user)
    if all(given[name] for name in PERMISSIONS):
        after = Member(user, "member" if before.inside else "left", tag=before.tag)
    else:
        after = Member(user, "restricted", given, _until(asked), outside=not before.inside, tag=before.tag)
    _seat(asked, chat, before, after)
    return True


@method
def promote_chat_member(asked: Asked) -> bool:
    """Without any right an administrator becomes a member again."""
    user, chat = ids.user(asked), _chat(asked)
    _check_large(chat)
    given, anonymous = rights.administrator(asked.params, chat.type), asked.params.flag("is_anonymous")
    wanted = any(given.values()) or anonymous
    before, mine = chat.member(user), chat.member(asked.bot.user)
    _check_not_owner(before)
    if user == asked.bot.user and wanted:
        raise bad_request("can't promote self")
    if not (wanted or before.runs_it):
        return True
    if user != asked.bot.user and not (mine.runs_it and mine.may("can_promote_members")):
        raise bad_request("not enough rights")
    if not before.inside and wanted:
        raise bad_request("USER_NOT_PARTICIPANT")
    if before.runs_it and before.by != asked.bot.user.id and user != asked.bot.user:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if any(value and not mine.may(right) for right, value in given.items()):
        raise bad_request("RIGHT_FORBIDDEN")
    if chat.type == "channel" and wanted and "can_restrict_members" not in asked.params.values:
        given["can_restrict_members"] = True
    given |= {"can_manage_chat": True} if wanted else {}
    appointed = Member(user, "administrator", given, tag=before.tag, anonymous=anonymous, by=asked.bot.user.id)
    _seat(asked, chat, before, appointed if wanted else Member(user, "member"))
    return True


@method
def set_chat_administrator_custom_title(asked: Asked) -> bool:
    user, chat = ids.user(asked), _chat(asked)
    _check_group(chat)
    member = chat.member(user)
    if member.status == "creator":
        raise bad_request("only the owner can edit their custom title")
    if member.status != "administrator":
        raise bad_request("user is not an administrator")
    if member.by != asked.bot.user.id:
        raise bad_request("not enough rights to change custom title of the user")
    _seat(asked, chat, member, replace(member, tag=_tag(asked, "custom_title")))
    return True


@method
def set_chat_member_tag(asked: Asked) -> bool:
    user, chat = ids.user(asked), _chat(asked)
    _check_group(chat)
    member = chat.member(user)
    if not rights.has(asked, chat, "can_manage_tags"):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if not member.inside:
        raise bad_request("USER_NOT_PARTICIPANT")
    _seat(asked, chat, member, replace(member, tag=_tag(asked, "tag")))
    return True


def _tag(asked: Asked, name: str) -> str:
    tag = asked.params.text(name).strip()
    if EMOJI.search(tag):
        raise bad_request(f"{name.upper()}_EMOJI_NOT_ALLOWED")
    if len(tag) > TITLE_LIMIT:
        raise bad_request(f"{name.upper()}_INVALID")
    return tag


@method
def ban_chat_sender_chat(asked: Asked) -> bool:
    chat, number = _sender_chat(asked)
    chat.banned_chats.add(number)
    return True


@method
def unban_chat_sender_chat(asked: Asked) -> bool:
    chat, number = _sender_chat(asked)
    chat.banned_chats.discard(number)
    return True


def _sender_chat(asked: Asked) -> tuple[Chat, int]:
    """A person is no chat to be banned, whoever it is."""
    chat = _chat(asked)
    number = asked.params.long("sender_chat_id") or asked.chat("sender_chat_id").id
    if chat.type not in LARGE:
        raise bad_request("can't ban chats in basic groups")
    if number > 0:
        _restrictable(asked, chat, ids.user(asked, "sender_chat_id"))
        raise bad_request("can't restrict the chat")
    rights.needed(asked, chat, "can_restrict_members", NO_RIGHTS)
    return chat, number


@method
def set_chat_permissions(asked: Asked) -> bool:
    """What members may who are neither administrators nor restricted."""
    given, chat = rights.permissions(asked.params), _chat(asked)
    if chat.type == "private":
        raise bad_request("can't change private chat permissions")
    if chat.type == "channel":
        raise bad_request("can't change channel chat permissions")
    rights.needed(asked, chat, "can_restrict_members", "not enough rights to change chat permissions")
    chat.permissions = given
    asked.world.feed.touch(chat.id)
    return True


@method
def leave_chat(asked: Asked) -> bool:
    chat = asked.chat()
    access.check_reading(asked.bot, chat)
    if chat.type == "private":
        raise bad_request("can't leave private chats")
    before, bot = chat.member(asked.bot.user), asked.bot.user
    if not before.inside:
        return True
    if chat.type != "channel":
        telling.happened(asked.world, chat, bot, bot.id, {"left_chat_member": bot.json()})
    _seat(asked, chat, before, Member(bot, "left"))
    return True


def _chat(asked: Asked) -> Chat:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    return chat


def _seat(asked: Asked, chat: Chat, before: Member, after: Member) -> None:
    if before == after:
        return
    asked.world.seat(chat, after)
    telling.member(asked.world, chat, asked.bot.user, before, after)


def _restrictable(asked: Asked, chat: Chat, user: User) -> Member:
    """How the user stands; refused is what TDLib or, for other administrators, Telegram's servers refuse."""
    before = chat.member(user)
    _check_not_owner(before)
    if user == asked.bot.user:
        raise bad_request("can't restrict self")
    rights.needed(asked, chat, "can_restrict_members", NO_RIGHTS)
    if before.status == "administrator" and before.by != asked.bot.user.id:
        raise bad_request("user is an administrator of the chat")
    return before


def _check_not_owner(member: Member) -> None:
    if member.status == "creator":
        raise bad_request("can't remove chat owner")


def _check_large(chat: Chat) -> None:
    if chat.type not in LARGE:
        raise bad_request("method is available for supergroup and channel chats only")


def _check_group(chat: Chat) -> None:
    if chat.type not in ("group", "supergroup"):
        raise bad_request("method is available only for groups and supergroups")


def _until(asked: Asked) -> int:
    until, now = asked.params.integer("until_date"), asked.world.clock.now()
    return until if now + SHORTEST_S <= until <= now + LONGEST_S else 0
