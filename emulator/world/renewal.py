"""A chat becomes what a draft holds, at once: what is the same stays as it is, and all the rest takes its place."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from emulator.world.chats import Chat, Message
from emulator.world.world import World

Unit = list[Message]  # one message, or an album


def renew(world: World, chat: Chat, draft: Chat) -> None:
    """
    Move the draft's messages into the chat, in their order, and leave the draft empty.

    A message that is the same stays, with its votes; one that stands where another stood takes over its number, so that
    numbers, unlike anywhere else, say nothing of the order.
    """
    stands: dict[int, Message] = {}  # by the identity of the draft's message
    date = next((message.date for message in chat.messages.values()), None)
    for same, was, fresh in _pairs(_units(chat), _units(draft)):
        if not same:
            _put(chat, was, fresh, date)
        stands |= {id(message): one for message, one in zip(fresh, was if same else fresh, strict=True)}
    for message in draft.messages.values():
        stands[id(message)].reply_to = stands[id(message.reply_to)] if message.reply_to else None
    _forget(world, [*chat.messages.values(), *draft.messages.values()], standing=list(stands.values()))
    _show(world, chat, {message.id: message for message in stands.values()})
    draft.messages, draft.last_message_id = {}, 0


def _units(chat: Chat) -> list[Unit]:
    return [list(unit) for _, unit in groupby(chat.messages.values(), key=lambda message: message.album or message.id)]


def _pairs(old: list[Unit], new: list[Unit]) -> list[tuple[bool, Unit, Unit]]:
    """For each new unit: is it the same as an old one, which (or which it replaces, if any), and itself."""
    before, after = ([repr([_content(message) for message in unit]) for unit in units] for units in (old, new))
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        (step == "equal", was or [], fresh)
        for step, a, b, c, d in steps
        for was, fresh in zip_longest(old[a:b], new[c:d])
        if fresh
    ]


def _content(message: Message | None) -> object:
    """What one sees of a message, and nothing of when it was sent or who has voted."""
    if message is None:
        return None
    shown = message.text, message.entities, message.markup, message.note
    media = message.media and (message.media.kind, message.media.file.id)
    return *shown, media, message.poll and message.poll.copy("", 0), _content(message.reply_to)


def _put(chat: Chat, was: Unit, fresh: Unit, date: int | None) -> None:
    """Give new messages the numbers of those that stood there, the album of theirs, and everybody's date."""
    album = (was and was[0].album) or fresh[0].album
    for number, message in enumerate(fresh):
        if number >= len(was):
            chat.last_message_id += 1
        message.id = was[number].id if number < len(was) else chat.last_message_id
        message.chat, message.album = chat, album if len(fresh) > 1 else None
        message.date = message.date if date is None else date


def _forget(world: World, messages: list[Message], standing: list[Message]) -> None:
    """Polls that stand nowhere any more."""
    asked = {message.poll.id for message in standing if message.poll}
    for message in messages:
        if message.poll and message.poll.id not in asked:
            del world.polls[message.poll.id]


def _show(world: World, chat: Chat, messages: dict[int, Message]) -> None:
    before, chat.messages = chat.messages, messages
    for number in before.keys() | messages.keys():
        if before.get(number) is not messages.get(number):
            world.feed.touch(chat.id, number)
    world.feed.touch(chat.id)
