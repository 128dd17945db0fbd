"""What people do: vote, write, upload, tap; and what each bot hears of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from emulator.botapi import discussion, entities, telling
from emulator.botapi.media import stored
from emulator.texts.cleaning import is_visible
from emulator.wire import ApiError, Json, SimError
from emulator.world import pictures
from emulator.world.chats import Chat, Message
from emulator.world.files import Media, Upload
from emulator.world.members import Member, User
from emulator.world.polls import Poll
from emulator.world.taps import Tap
from emulator.world.topics import GENERAL
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


@dataclass(frozen=True)
class Place:
    """Where in a chat somebody writes: as an answer, to one option of a poll, in a topic."""

    reply_to: Message | None = None
    option: str | None = None
    thread: int | None = None


def write(
    world: World, user: User, chat: Chat, text: str, *, given: list[Json] | None = None, at: Place = Place()
) -> Message:
    """Write a message as a person; in a channel only its administrators can."""
    body, marks = spoken(world, text, given or [])
    return publish(world, user, Message(chat, 0, 0, user, text=body, entities=marks), at)


def spoken(world: World, text: str, given: list[Json], *, may_be_empty: bool = False) -> tuple[str, list[Json]]:
    """A person's words with what is found in them."""
    try:
        body, found = entities.read(text, "", [*given])
    except ApiError as error:
        raise SimError(400, error.description) from None
    if not (may_be_empty or is_visible(body)):
        raise SimError(400, "the text is empty")
    return body, entities.named(world, found)


def happen(world: World, user: User, chat: Chat, service: Json) -> Message:
    """Something happens to the chat, by a person: a service message says so."""
    return publish(world, user, Message(chat, 0, 0, user, service=service))


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
    return publish(world, user, Message(chat, 0, 0, user, None, text, found, media), Place(reply_to))


def show(world: World, user: User, chat: Chat, special: Json, reply_to: Message | None) -> Message:
    """Dice, a place, a contact."""
    return publish(world, user, Message(chat, 0, 0, user, special=special), Place(reply_to))


def publish(world: World, user: User, draft: Message, at: Place = Place()) -> Message:
    """Into the chat, where the user may write; whoever was not in a group comes in."""
    chat = draft.chat
    draft.reply_to, draft.option = at.reply_to or draft.reply_to, at.option
    draft.thread = at.thread or (discussion.thread_of(draft.reply_to) if draft.reply_to else None)
    member = chat.member(user)
    if member.status == "kicked" or (chat.type == "channel" and not member.runs_it):
        raise SimError(403, "CHAT_WRITE_FORBIDDEN")
    draft.date = world.clock.now()
    if chat.type == "channel":
        draft.sender = None
    elif member.status == "left":
        chat.put(user, "member")
    topic = chat.topics.get(draft.thread or GENERAL) if chat.forum else None
    if topic and topic.closed and not member.runs_it:
        raise SimError(403, "TOPIC_CLOSED")
    if draft.reply_to is None and draft.thread and not chat.forum:
        draft.reply_to = chat.messages.get(draft.thread)  # who writes below a post answers it
    message = world.post(draft)
    telling.message(world, message)
    discussion.follow(world, message)
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
    before, after = chat.member(user), world.seat(chat, Member(user, status, rights))
    if before != after:
        telling.member(world, chat, user, before, after)
    return after


def set_bot(world: World, chat: Chat, bot: Bot, status: str, rights: dict[str, bool]) -> Member:
    """Add, promote, restrict or throw out a bot; it gets my_chat_member."""
    before = chat.member(bot.user)
    after = chat.put(bot.user, status, rights)
    telling.member(world, chat, next(iter(world.users.values())), before, after)
    return after
