"""Methods for invite links and requests to join."""

from __future__ import annotations

from emulator.botapi import access, ids, telling
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat
from emulator.world.joining import InviteLink
from emulator.world.members import Member, User

NAME_LIMIT, MEMBERS_LIMIT = 32, 100_000
MONTH_S, DEAREST = 2_592_000, 10_000  # of a subscription; Stars


@method
def export_chat_invite_link(asked: Asked) -> str:
    """A new primary link; the one before is revoked."""
    chat = _chat(asked)
    _revoke_primary(asked, chat)
    return asked.world.invite(chat, InviteLink(asked.bot.user.id, primary=True)).url


@method
def create_chat_invite_link(asked: Asked) -> Json:
    chat = _chat(asked)
    link = asked.world.invite(chat, InviteLink(asked.bot.user.id))
    return _changed(asked, chat, link)


@method
def edit_chat_invite_link(asked: Asked) -> Json:
    """All that is not told anew is taken away."""
    chat = _chat(asked)
    link = _own(asked, chat)
    if link.primary:
        raise bad_request("CHAT_INVITE_PERMANENT")
    return _changed(asked, chat, link)


def _changed(asked: Asked, chat: Chat, link: InviteLink) -> Json:
    params = asked.params
    limit, by_request = params.clamped("member_limit", MEMBERS_LIMIT), params.flag("creates_join_request")
    expires = max(params.integer("expire_date"), 0)
    if limit and by_request:
        raise _drop(chat, link, "member limit can't be specified for links requiring administrator approval")
    if expires and expires <= asked.world.clock.now():
        raise _drop(chat, link, "EXPIRE_DATE_INVALID")
    link.name, link.expires, link.limit, link.by_request = params.text("name")[:NAME_LIMIT], expires, limit, by_request
    return asked.world.link_json(chat, link)


def _drop(chat: Chat, link: InviteLink, reason: str) -> Exception:
    """The refusal of a link; one that was only begun is there no more."""
    if not link.name and not link.joined:
        chat.links.pop(link.url, None)
    return bad_request(reason)


@method
def revoke_chat_invite_link(asked: Asked) -> Json:
    chat = _chat(asked)
    link = _own(asked, chat)
    link.revoked = True
    if link.primary:
        asked.world.invite(chat, InviteLink(asked.bot.user.id, primary=True))
    return asked.world.link_json(chat, link)


@method
def create_chat_subscription_invite_link(asked: Asked) -> Json:
    """To a channel whose members pay Stars every month; nobody here can."""
    chat, params = _chat(asked), asked.params
    period, price = params.integer("subscription_period"), params.integer("subscription_price")
    if period <= 0 or price <= 0:
        raise bad_request("invalid subscription pricing specified")
    if chat.type != "channel":
        raise bad_request("CHANNEL_INVALID")
    if period != MONTH_S:
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    if price > DEAREST:
        raise bad_request("SUBSCRIPTION_PRICE_INVALID")
    link = InviteLink(asked.bot.user.id, name=params.text("name")[:NAME_LIMIT], period=period, price=price)
    return asked.world.link_json(chat, asked.world.invite(chat, link))


@method
def edit_chat_subscription_invite_link(asked: Asked) -> Json:
    chat = _chat(asked)
    link = _own(asked, chat)
    if not link.period:
        raise bad_request("CHAT_INVITE_PERMANENT" if link.primary else "SUBSCRIPTION_PERIOD_INVALID")
    link.name = asked.params.text("name")[:NAME_LIMIT]
    return asked.world.link_json(chat, link)


@method
def approve_chat_join_request(asked: Asked) -> bool:
    chat, user = _asked_for(asked)
    request = chat.requests.pop(user.id)
    link = chat.links.get(request.link or "")
    if link:
        link.joined += 1
    before = chat.member(user)
    after = asked.world.seat(chat, Member(user, "member"))
    shown = asked.world.link_json(chat, link) if link else None
    telling.member(asked.world, chat, asked.bot.user, before, after, link=shown, by_request=True)
    if chat.type != "channel":
        telling.happened(asked.world, chat, user, None, {"new_chat_members": [user.json()]})
    return True


@method
def decline_chat_join_request(asked: Asked) -> bool:
    chat, user = _asked_for(asked)
    del chat.requests[user.id]
    return True


def _asked_for(asked: Asked) -> tuple[Chat, User]:
    user, chat = ids.user(asked, unknown="HIDE_REQUESTER_MISSING"), asked.chat()
    access.check_inside(asked.bot, chat)
    if chat.type == "private":
        raise bad_request("the chat can't have join requests")
    member = chat.member(asked.bot.user)
    if not (member.runs_it and member.may("can_invite_users")):
        raise bad_request("not enough rights to manage chat join requests")
    if user.id not in chat.requests:
        raise bad_request("USER_ALREADY_PARTICIPANT" if chat.member(user).inside else "HIDE_REQUESTER_MISSING")
    return chat, user


def _chat(asked: Asked) -> Chat:
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    if chat.type == "private":
        raise bad_request("can't invite members to a private chat")
    member = chat.member(asked.bot.user)
    if not (member.runs_it and member.may("can_invite_users")):
        raise bad_request("not enough rights to manage chat invite link")
    return chat


def _own(asked: Asked, chat: Chat) -> InviteLink:
    """Each administrator has links of their own."""
    url = asked.params.text("invite_link")
    if not url:
        raise bad_request("invite link must be non-empty")
    link = chat.links.get(url)
    if not link or link.creator != asked.bot.user.id:
        raise bad_request("INVITE_HASH_EXPIRED")
    return link


def _revoke_primary(asked: Asked, chat: Chat) -> None:
    for link in chat.links.values():
        if link.primary and link.creator == asked.bot.user.id:
            link.revoked = True
