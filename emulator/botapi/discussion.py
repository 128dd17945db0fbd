"""The discussion group of a channel: Telegram copies each post there, and what answers the copy is a comment."""

from __future__ import annotations

from emulator.botapi import telling
from emulator.world.chats import Chat, Message
from emulator.world.members import User
from emulator.world.world import World

TELEGRAM = User(777_000, "Telegram")  # whose the copies are, beside the channel (telegram-bot-api, JsonMessage)


def link(world: World, channel: Chat, group: Chat) -> None:
    """One channel has one group, and the other way round."""
    for chat in (channel, group):
        before = world.chats.get(chat.linked or 0)
        if before:
            before.linked = None
    channel.linked, group.linked = group.id, channel.id


def follow(world: World, post: Message) -> None:
    """A post has gone out: in a linked channel, its copy stands in the group; the count below it may have changed."""
    other = world.chats.get(post.chat.linked or 0)
    if other is None:
        return
    if post.chat.type == "channel":
        telling.message(world, world.post(_copy(world, post, other)))
    elif (root := post.chat.messages.get(post.thread or 0)) and root.copied:
        world.feed.touch(other.id, root.copied.id)


def _copy(world: World, post: Message, group: Chat) -> Message:
    answered = copy_in(group, post.reply_to) if post.reply_to else None
    made = Message(group, 0, world.clock.now(), TELEGRAM, None, post.text, post.entities, post.media, post.poll)
    made.copied, made.origin, made.album = post, post.origin_json(), post.album
    made.reply_to, made.thread = answered, thread_of(answered) if answered else None
    return made


def edited(world: World, post: Message) -> None:
    """What a post says now, its copy says as well."""
    group = world.chats.get(post.chat.linked or 0)
    copy = copy_in(group, post) if group and post.chat.type == "channel" else None
    if copy:
        copy.text, copy.entities, copy.media, copy.edited = post.text, post.entities, post.media, post.edited
        world.feed.touch(copy.chat.id, copy.id)
        telling.message(world, copy, edited=True)


def copy_in(group: Chat, post: Message) -> Message | None:
    return next((message for message in group.messages.values() if message.copied is post), None)


def thread_of(answered: Message) -> int | None:
    """The thread of what answers this message."""
    if answered.chat.type != "supergroup":
        return None
    return answered.thread or (None if answered.chat.forum else answered.id)


def comments(world: World, post: Message) -> dict[str, int] | None:
    """How many there are below a channel's post, and where; None where it has no discussion group."""
    group = world.chats.get(post.chat.linked or 0) if post.chat.type == "channel" else None
    copy = copy_in(group, post) if group else None
    if group is None or copy is None:
        return None
    return {"count": sum(m.thread == copy.id for m in group.messages.values()), "chat": group.id, "message": copy.id}
