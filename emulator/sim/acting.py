"""What people do: vote, write, upload, tap; and what each bot hears of it."""

from __future__ import annotations

import secrets

from emulator.botapi import access, entities
from emulator.botapi.media import stored
from emulator.texts.cleaning import is_visible
from emulator.wire import ApiError, Json, SimError
from emulator.world import pictures
from emulator.world.chats import Chat, Message
from emulator.world.files import Media, Upload
from emulator.world.members import Member, User
from emulator.world.polls import Poll
from emulator.world.taps import Tap
from emulator.world.world import Bot, World, random_instance

CHANNEL_BOT = User(136_817_688, "Channel", username="Channel_Bot", is_bot=True)  # the user of who votes as a channel


def vote(world: World, voter: User | Chat, poll: Poll, chosen: list[int]) -> bool:
    """Make it the voter's choice, none to retract; returns whether anything changed. Raises `SimError`."""
    if not poll.vote(voter.id, chosen):
        return False
    if not poll.anonymous:
        world.send(poll.owner, "poll_answer", _answer_json(voter, poll, chosen), poll.id)
    world.send(poll.owner, "poll", poll.json(), poll.id)
    world.poll_changed(poll)
    return True


def _answer_json(voter: User | Chat, poll: Poll, chosen: list[int]) -> Json:
    as_chat = {"user": CHANNEL_BOT.json(), "voter_chat": voter.json()} if isinstance(voter, Chat) else {}
    by_user = {"user": voter.json()} if isinstance(voter, User) else {}
    options = sorted(chosen)
    ids = {"option_ids": options, "option_persistent_ids": [str(index) for index in options]}
    return {"poll_id": poll.id} | as_chat | by_user | ids


def write(
    world: World, user: User, chat: Chat, text: str, *, given: list[Json] | None = None, reply_to: Message | None = None
) -> Message:
    """Write a message as a person; in a channel only its administrators can."""
    try:
        body, found = entities.read(text, "", [*(given or [])])
    except ApiError as error:
        raise SimError(400, error.description) from None
    if not is_visible(body):
        raise SimError(400, "the text is empty")
    marks = entities.named(world, found)
    return _publish(world, user, Message(chat, 0, 0, user, text=body, entities=marks, reply_to=reply_to))


def happen(world: World, user: User, chat: Chat, service: Json) -> Message:
    """Something happens to the chat, by a person: a service message says so."""
    return _publish(world, user, Message(chat, 0, 0, user, service=service))


def upload(  # noqa: PLR0913 what a person says of a file
    world: World, user: User, chat: Chat, file: Upload, caption: str, *, reply_to: Message | None, kind: str = ""
) -> Message:
    """Of the kind that is named; else a picture becomes a photo, anything else a document."""
    kind = kind or ("photo" if pictures.opened(file.content) else "document")
    try:
        text, found = entities.read(caption, "", [])
        media = Media(stored(world, kind, file, {"plain": True}))
    except ApiError as error:
        raise SimError(400, error.description) from None
    return _publish(world, user, Message(chat, 0, 0, user, None, text, found, media, reply_to=reply_to))


def show(world: World, user: User, chat: Chat, special: Json, reply_to: Message | None) -> Message:
    """Dice, a place, a contact."""
    return _publish(world, user, Message(chat, 0, 0, user, special=special, reply_to=reply_to))


def _publish(world: World, user: User, draft: Message) -> Message:
    chat = draft.chat
    member = chat.member(user)
    if member.status == "kicked" or (chat.type == "channel" and not member.runs_it):
        raise SimError(403, "CHAT_WRITE_FORBIDDEN")
    draft.date = world.clock.now()
    if chat.type == "channel":
        draft.sender = None
    elif member.status == "left":
        chat.put(user, "member")
    message = world.post(draft)
    kind = "channel_post" if chat.type == "channel" else "message"
    for bot in world.bots.values():
        if access.hears(bot, message):
            bot.updates.add(kind, message.json(), str(chat.id))
    return message


def tap(world: World, user: User, message: Message, data: str) -> Tap:
    """Tap the inline button that carries this data."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == data for row in rows for button in row):
        raise SimError(400, f"message {message.id} has no button with the data {data!r}")
    made = Tap(str(secrets.randbits(62)), user.id)
    world.taps[made.id] = made
    query: Json = {"id": made.id, "from": user.json(), "message": message.json(), "data": data}
    query["chat_instance"] = random_instance()
    world.send(message.bot_id, "callback_query", query, message.chat.id)
    return made


def set_person(world: World, chat: Chat, user: User, status: str, rights: dict[str, bool]) -> Member:
    """Somebody comes, goes, or is made an administrator; bots that run the chat hear of it, if they asked to."""
    before, after = chat.member(user), chat.put(user, status, rights)
    changed: Json = {"chat": chat.json(), "from": user.json(), "date": world.clock.now()}
    changed |= {"old_chat_member": before.json(chat.type), "new_chat_member": after.json(chat.type)}
    for bot in world.bots.values():
        if chat.member(bot.user).runs_it:
            world.send(bot.user.id, "chat_member", changed, chat.id)
    return after


def set_bot(world: World, chat: Chat, bot: Bot, status: str, rights: dict[str, bool]) -> Member:
    """Add, promote, restrict or throw out a bot; it gets my_chat_member."""
    before = chat.member(bot.user)
    after = chat.put(bot.user, status, rights)
    changed: Json = {"chat": chat.json(), "from": next(iter(world.users.values())).json(), "date": world.clock.now()}
    changed |= {"old_chat_member": before.json(chat.type), "new_chat_member": after.json(chat.type)}
    world.send(bot.user.id, "my_chat_member", changed, chat.id)
    return after
