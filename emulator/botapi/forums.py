"""
Topics of forums, as a bot makes and steers them.

Refusals are TDLib's (ForumTopicManager) where it has them, and the servers' names of errors elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.botapi import access, telling
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request
from emulator.world.chats import Chat, Message
from emulator.world.members import User
from emulator.world.topics import COLOURS, GENERAL, Topic
from emulator.world.world import World

NAME_LIMIT = 128


def happened(world: World, chat: Chat, by: User, thread: int | None, **service: Json) -> Message:
    """A service message about a topic stands in it; who began it is told by its own."""
    bot_id = by.id if by.is_bot else None
    made = Message(chat, 0, world.clock.now(), by, bot_id, service=service, thread=thread)
    message = world.post(made)
    if thread is None:
        message.thread = message.id
    return message


def begin(world: World, chat: Chat, by: User, topic: Topic) -> Topic:
    """A topic has the number of the message that tells of it."""
    message = happened(world, chat, by, None, forum_topic_created=topic.created())
    topic.id, topic.creator = message.id, by.id
    chat.topics[topic.id] = topic
    telling.message(world, message)
    return topic


def change(world: World, chat: Chat, by: User, topic: Topic, **service: Json) -> None:
    thread = None if topic.id == GENERAL else topic.id
    message = happened(world, chat, by, thread, **service)
    message.thread = thread
    telling.message(world, message)


def remove(world: World, chat: Chat, topic: Topic) -> None:
    """With all that stands in it."""
    for number in [one.id for one in chat.messages.values() if one.thread == topic.id]:
        del chat.messages[number]
        world.feed.touch(chat.id, number)
    del chat.topics[topic.id]


def shut(world: World, chat: Chat, by: User, topic: Topic, *, closed: bool) -> None:
    """Close or reopen it; what changes nothing is refused."""
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    change(world, chat, by, topic, **{"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def rename(world: World, chat: Chat, by: User, topic: Topic, name: str, emoji: str | None = None) -> None:
    if name in ("", topic.name) and emoji in (None, topic.emoji):
        raise bad_request("TOPIC_NOT_MODIFIED")
    edited: Json = {"name": name} if name else {}
    if emoji is not None:
        topic.emoji = edited["icon_custom_emoji_id"] = emoji
    topic.name = name or topic.name
    change(world, chat, by, topic, forum_topic_edited=edited)


def _forum(asked: Asked, right: str, topic: Topic | None = None, words: str = "edit the topic") -> Chat:
    """The forum, in which this bot has the right; or it is its own topic."""
    chat = asked.chat()
    access.check_inside(asked.bot, chat)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    member = chat.member(asked.bot.user)
    own = topic is not None and topic.creator == asked.bot.user.id
    if not (own or (member.runs_it and member.may(right))):
        raise bad_request(f"not enough rights to {words}")
    return chat


def _topic(asked: Asked) -> Topic:
    chat = asked.chat()
    topic = chat.topics.get(asked.params.integer("message_thread_id")) if chat.forum else None
    if topic is None or topic.id == GENERAL:
        raise bad_request("TOPIC_ID_INVALID" if chat.forum else "the chat is not a forum")
    return topic


def _name(asked: Asked) -> str:
    return asked.params.text("name").strip()[:NAME_LIMIT]


@method
def create_forum_topic(asked: Asked) -> Json:
    chat = _forum(asked, "can_manage_topics", words="create a topic")
    colour = asked.params.integer("icon_color") or COLOURS[0]
    if not _name(asked):
        raise bad_request("title must be non-empty")
    if colour not in COLOURS:
        raise bad_request("invalid icon color specified")
    topic = Topic(0, _name(asked), colour, asked.params.text("icon_custom_emoji_id"))
    return begin(asked.world, chat, asked.bot.user, topic).json()


@method
def edit_forum_topic(asked: Asked) -> bool:
    topic = _topic(asked)
    chat = _forum(asked, "can_manage_topics", topic)
    given = asked.params.values.get("icon_custom_emoji_id")
    rename(asked.world, chat, asked.bot.user, topic, _name(asked), None if given is None else str(given))
    return True


@method
def close_forum_topic(asked: Asked) -> bool:
    topic = _topic(asked)
    shut(asked.world, _forum(asked, "can_manage_topics", topic), asked.bot.user, topic, closed=True)
    return True


@method
def reopen_forum_topic(asked: Asked) -> bool:
    topic = _topic(asked)
    shut(asked.world, _forum(asked, "can_manage_topics", topic), asked.bot.user, topic, closed=False)
    return True


@method
def delete_forum_topic(asked: Asked) -> bool:
    topic = _topic(asked)
    remove(asked.world, _forum(asked, "can_delete_messages", words="delete the topic"), topic)
    return True


@method
def unpin_all_forum_topic_messages(asked: Asked) -> bool:
    """Nothing is pinned here."""
    _topic(asked)
    _forum(asked, "can_pin_messages", words="unpin messages in the topic")
    return True


@method
def get_forum_topic_icon_stickers(asked: Asked) -> list[Json]:  # noqa: ARG001 as each method is called
    """There are no stickers here, and so none for a topic."""
    return []


def _general(asked: Asked, change_: Callable[[Chat, Topic], None]) -> bool:
    chat = _forum(asked, "can_manage_topics")
    change_(chat, chat.topics[GENERAL])
    return True


@method
def edit_general_forum_topic(asked: Asked) -> bool:
    if not _name(asked):
        raise bad_request("title must be non-empty")
    return _general(asked, lambda chat, topic: rename(asked.world, chat, asked.bot.user, topic, _name(asked)))


@method
def close_general_forum_topic(asked: Asked) -> bool:
    return _general(asked, lambda chat, topic: shut(asked.world, chat, asked.bot.user, topic, closed=True))


@method
def reopen_general_forum_topic(asked: Asked) -> bool:
    def reopen(chat: Chat, topic: Topic) -> None:
        shut(asked.world, chat, asked.bot.user, topic, closed=False)
        topic.hidden = False

    return _general(asked, reopen)


@method
def hide_general_forum_topic(asked: Asked) -> bool:
    """What is hidden is closed as well."""

    def hide(chat: Chat, topic: Topic) -> None:
        if topic.hidden:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.hidden = topic.closed = True
        change(asked.world, chat, asked.bot.user, topic, general_forum_topic_hidden={})

    return _general(asked, hide)


@method
def unhide_general_forum_topic(asked: Asked) -> bool:
    def show(chat: Chat, topic: Topic) -> None:
        if not topic.hidden:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.hidden = False
        change(asked.world, chat, asked.bot.user, topic, general_forum_topic_unhidden={})

    return _general(asked, show)


@method
def unpin_all_general_forum_topic_messages(asked: Asked) -> bool:
    _forum(asked, "can_pin_messages", words="unpin messages in the topic")
    return True
