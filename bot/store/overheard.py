"""
What is heard of a group: what readers ask by a reply to a post, and what becomes of a forum's topics; nothing else.

Of a reply little more than its text is kept, and no name. Which post it answers is told by the message that it answers:
one of a bot's, or Telegram's copy of a channel's post in the discussion group, which names the post.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GROUPS = ("group", "supergroup")
ASKED = 1_000  # characters that are kept of what somebody asks
NAME = 128  # Telegram's limit for a topic's
TOPIC = {
    "forum_topic_created": None,
    "forum_topic_edited": None,
    "forum_topic_closed": True,
    "forum_topic_reopened": False,
}  # whether the topic is closed then, where that is what happened

Json = Mapping[str, Any]


def of(message: Json, *, edited: bool = False) -> dict[str, Any] | None:
    """What a message of a group is worth keeping for, under its kind; None where that is nothing."""
    if topic := _topic(message):
        return {"topic": topic}
    if asked := _asked(message, edited=edited):
        return {"inquiry": asked}
    return None


def _asked(message: Json, *, edited: bool) -> dict[str, Any] | None:
    """What a reader asks; what admins write in the name of the group or the channel asks nothing."""
    answered, text = message.get("reply_to_message"), message.get("text") or message.get("caption") or ""
    if message.get("is_automatic_forward") or not answered or not text.strip() or text.startswith("/"):
        return None
    place, speaker = _post(answered), message.get("sender_chat") or message["from"]
    own = (message["chat"]["id"], place and place["chat"], answered.get("sender_chat", {}).get("id"))
    if place is None or speaker["id"] in own or (speaker.get("is_bot") and "sender_chat" not in message):
        return None
    chat = {name: message["chat"][name] for name in ("id", "type", "username") if name in message["chat"]}
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    return {
        "chat": chat,
        "message_id": message["message_id"],
        "from": {"id": speaker["id"]},
        "text": _whole(text)[:ASKED],
        "post": place,
        "option": _option(answered, message.get("reply_to_poll_option_id")),
        "thread": thread,
        "edited": edited,
    }


def _post(answered: Json) -> dict[str, int] | None:
    """Where the post stands that a message is, or is a copy of."""
    if answered.get("is_automatic_forward"):
        origin = answered["forward_origin"]
        return {"chat": origin["chat"]["id"], "message_id": origin["message_id"]}
    if answered.get("from", {}).get("is_bot") and "sender_chat" not in answered:
        return {"chat": answered["chat"]["id"], "message_id": answered["message_id"]}
    return None


def _option(answered: Json, wanted: object) -> int | None:
    """Which option of the poll is meant, by its place."""
    options = answered.get("poll", {}).get("options", []) if wanted is not None else []
    return next((at for at, option in enumerate(options) if option.get("persistent_id") == wanted), None)


def _whole(words: str) -> str:
    """Without halves of letters, which no row takes."""
    return words.encode(errors="ignore").decode()


def _topic(message: Json) -> dict[str, Any] | None:
    """A topic by its number, with what is told of its name and whether it is closed."""
    number = message.get("message_thread_id")
    happened = next((name for name in TOPIC if name in message), None)
    began = (message.get("reply_to_message") or {}).get("forum_topic_created")
    told_ = message[happened] if happened else began
    if not message.get("is_topic_message") or type(number) is not int or told_ is None:
        return None
    name = told_.get("name")
    told = {"chat": {"id": message["chat"]["id"]}, "thread": number, "name": name and _whole(str(name))[:NAME]}
    return told | {"closed": TOPIC[happened] if happened else None}
