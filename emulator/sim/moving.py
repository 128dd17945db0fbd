"""What people do with chats and messages besides writing: come and go, change, react, pin; and what bots hear of it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from emulator.botapi import reactions, telling
from emulator.sim import acting
from emulator.wire import ApiError, Json, SimError, filled
from emulator.world.chats import Chat, Message
from emulator.world.joining import InviteLink, JoinRequest
from emulator.world.members import Member, User
from emulator.world.world import World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


def join(world: World, user: User, chat: Chat, link: InviteLink | None = None, bio: str = "") -> str:
    """Come in, or ask to be let in; "joined" or "requested"."""
    before = chat.member(user)
    if before.status == "kicked":
        raise SimError(403, "USER_BANNED_IN_CHANNEL" if chat.type == "channel" else "USER_KICKED")
    if before.inside:
        raise SimError(400, "USER_ALREADY_PARTICIPANT")
    if link and not link.opens(world.clock.now()):
        raise SimError(400, "INVITE_HASH_EXPIRED")
    if link and link.by_request:
        _request(world, user, chat, JoinRequest(user.id, world.clock.now(), link.url, bio))
        return "requested"
    if link:
        link.joined += 1
    after = world.seat(chat, Member(user, "member"))
    shown = world.link_json(chat, link) if link else None
    telling.member(world, chat, user, before, after, link=shown)
    if chat.type != "channel":
        telling.happened(world, chat, user, None, {"new_chat_members": [user.json()]})
    return "joined"


def _request(world: World, user: User, chat: Chat, request: JoinRequest) -> None:
    """To the bots that may let people in; the bot may write to who asks, for five minutes and until it has answered."""
    chat.requests[user.id] = request
    link = chat.links[request.link] if request.link else None
    told: Json = {"chat": chat.json(), "from": user.json(), "user_chat_id": user.id, "date": request.date}
    told |= filled({"bio": request.bio, "invite_link": link and world.link_json(chat, link)})
    if user.id not in world.chats:
        world.add_chat(private(user))
    for bot in world.bots.values():
        member = chat.member(bot.user)
        if member.runs_it and member.may("can_invite_users"):
            bot.updates.add("chat_join_request", told, str(chat.id))


def private(user: User) -> Chat:
    chat = Chat(user.id, "private", user.first_name, user.username, last_name=user.last_name)
    chat.put(user, "member")
    return chat


def leave(world: World, user: User, chat: Chat) -> None:
    before = chat.member(user)
    if not before.inside:
        raise SimError(400, "USER_NOT_PARTICIPANT")
    telling.member(world, chat, user, before, world.seat(chat, Member(user, "left")))
    if chat.type != "channel":
        telling.happened(world, chat, user, None, {"left_chat_member": user.json()})


def seat(world: World, actor: User, chat: Chat, after: Member) -> Member:
    """Somebody who may makes it so that a user stands in a chat in this way."""
    before = chat.member(after.user)
    if before != after:
        telling.member(world, chat, actor, before, world.seat(chat, after))
    return after


def open_link(world: World, user: User, url: str, chat: Chat | None) -> Json:
    """As a phone follows it: into a chat, or to a bot with what the link hands it."""
    split = urlsplit(url)
    if (split.hostname or "") not in ("t.me", "telegram.me"):
        raise SimError(400, f"no link of Telegram: {url!r}")
    for found in world.chats.values():
        if url in found.links:
            return {"chat": found.id, "done": join(world, user, found, found.links[url])}
    name, query = split.path.strip("/").lower(), parse_qs(split.query, keep_blank_values=True)
    bot = next((one for one in world.bots.values() if (one.user.username or "").lower() == name), None)
    if not bot:
        raise SimError(404, f"nothing here has the link {url!r}")
    kind = "startgroup" if "startgroup" in query else "start"
    payload = query.get(kind, [""])[0]
    if not PAYLOAD.fullmatch(payload):
        raise SimError(400, f"a payload has at most 64 letters A-Z a-z 0-9 _ -, not {payload!r}")
    if kind == "start":
        chat = world.chats.get(user.id) or world.add_chat(private(user))
    if not chat:
        raise SimError(400, "'chat' must say into which group the bot is taken")
    if kind == "startgroup" and not chat.member(bot.user).inside:
        acting.set_bot(world, chat, bot, "member", {})
    command = "/start" if kind == "start" else f"/start@{bot.user.username}"
    message = acting.write(world, user, chat, f"{command} {payload}".strip())
    return {"chat": chat.id, "done": "started", "message": message.json()}


def edit(world: World, user: User, message: Message, text: str) -> Message:
    """Change one's own words."""
    if message.sender != user and not (message.chat.type == "channel" and message.chat.member(user).runs_it):
        raise SimError(403, "MESSAGE_AUTHOR_REQUIRED")
    if message.poll or message.special or message.service:
        raise SimError(400, "MESSAGE_ID_INVALID")
    body, marks = acting.spoken(world, text, [], may_be_empty=message.media is not None)
    if (body, marks) == (message.text, message.entities):
        raise SimError(400, "MESSAGE_NOT_MODIFIED")
    message.text, message.entities, message.edited = body, marks, world.clock.now()
    world.feed.touch(message.chat.id, message.id)
    telling.message(world, message, edited=True)
    return message


def react(world: World, user: User, message: Message, given: list[Json]) -> None:
    """Told by name, except in channels: there only how many there are of each."""
    chat, before = message.chat, message.reactions.get(user.id, [])
    try:
        reactions.check(chat, given)
    except ApiError as error:
        raise SimError(400, error.description.removeprefix("Bad Request: ")) from None
    if before == given:
        return
    message.reactions.pop(user.id, None)
    if given:
        message.reactions[user.id] = given
    world.feed.touch(chat.id, message.id)
    told: Json = {"chat": chat.json(), "message_id": message.id, "date": world.clock.now()}
    if chat.type == "channel":
        kind, told = "message_reaction_count", told | {"reactions": reactions.counted(message)}
    else:
        kind, told = "message_reaction", told | {"user": user.json(), "old_reaction": before, "new_reaction": given}
    for bot in world.bots.values():
        if chat.type == "private" or chat.member(bot.user).runs_it:
            bot.updates.add(kind, told, str(chat.id))


def pin(world: World, user: User, message: Message) -> None:
    chat = message.chat
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        world.feed.touch(chat.id, message.id)
        telling.happened(world, chat, user, None, {"pinned_message": message.json(with_reply=False)})


def unpin(world: World, message: Message) -> None:
    """Nobody is told."""
    if message.id in message.chat.pinned:
        message.chat.pinned.remove(message.id)
        world.feed.touch(message.chat.id, message.id)


def forward(world: World, user: User, source: Message, chat: Chat) -> Message:
    if source.protected or source.chat.protected or source.service:
        raise SimError(400, "CHAT_FORWARDS_RESTRICTED")
    draft = Message(chat, 0, 0, user, text=source.text, entities=source.entities, media=source.media, poll=source.poll)
    draft.special, draft.origin = source.special, source.origin_json()
    return acting.publish(world, user, draft)


def upgrade(world: World, actor: User, chat: Chat) -> Chat:
    """A basic group becomes a supergroup with another id; both say so, each with the other's id."""
    upgraded = Chat(world.new_chat_id("supergroup"), "supergroup", chat.title, chat.username, chat.description)
    upgraded.members, upgraded.permissions = dict(chat.members), dict(chat.permissions)
    upgraded.photo, upgraded.protected = chat.photo, chat.protected
    chat.migrated_to = world.add_chat(upgraded).id
    telling.happened(world, chat, actor, None, {"migrate_to_chat_id": upgraded.id})
    telling.happened(world, upgraded, actor, None, {"migrate_from_chat_id": chat.id})
    return upgraded
