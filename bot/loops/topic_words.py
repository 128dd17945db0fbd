"""What is said of a forum's topics, in Russian and English."""

from __future__ import annotations

from bot.store.address import Chat
from experiments.measurement import Text
from languages.text import phrase, verbatim

WHICH = phrase("{title} → {chat}: into which topic? Choose one, or send me its link: of some I may not have heard.")
GENERAL = phrase("The general topic")
SHUT = verbatim("🔒 {name}")
CLOSED = phrase("The topic «{name}» is closed: open it again, or choose another.")
REFUSED_CLOSED = phrase("the topic {topic} is closed: open it again in Telegram, then send this again")
REFUSED_GONE = phrase("the topic {topic} is gone: skip this post, and schedule the thread to another topic")
ERRORS = {"topic_closed": REFUSED_CLOSED, "topic_deleted": REFUSED_GONE, "message thread not found": REFUSED_GONE}


def refused(chat: Chat, error: str) -> Text | None:
    """What it means that Telegram refuses to post there, where it is its topic's fault."""
    found = next((text for words, text in ERRORS.items() if words in error.casefold()), None)
    return found if chat.topic is not None or found is REFUSED_CLOSED else None
