"""
What Telegram refuses, in the language of who reads it, with what to do; its own words stay in brackets.

Telegram says the same in several ways, so a sentence is found by a part of its words; the first that fits counts.
"""

from __future__ import annotations

from experiments.measurement import Language, Text
from languages.text import phrase, verbatim

KICKED = phrase("the bot was removed from the chat: bring it back, into a channel as an administrator who may post")
ABSENT = phrase("the bot is not in the chat: add it, to a channel as an administrator who may post")
RIGHTS = phrase("the bot lacks rights in the chat: let it post messages and polls")
NO_CHAT = phrase("there is no such chat, or the bot is not in it: look at the name, and add the bot there")
DELETED = phrase("that chat is there no more")
BLOCKED = phrase("that person has blocked the bot, or has never written to it")
TOPIC = phrase("there is no such topic in the chat, or it is closed: choose another, or open it")
REPLIED = phrase("the message to reply to is there no more")
NO_POLL = phrase("the poll's message is there no more")
SHUT = phrase("that poll is closed already, or not the bot's to close")
PICTURE = phrase("Telegram does not take the picture: use another one, PNG or JPEG of a usual size")
LONG = phrase("the text is longer than Telegram takes: divide the post")
VOTERS = phrase("that chat cannot restrict who votes: take members_only and countries away, or publish to a channel")
OPEN_VOTES = phrase("a channel's polls are anonymous: take anonymous: no away")
FILE = phrase("Telegram has no such file, or it is too big")
OFTEN = phrase("Telegram asks to wait: too often")
TROUBLE = phrase("Telegram is in trouble, I try again")
SILENT = phrase("Telegram does not answer")
TOKEN = phrase("Telegram does not accept the bot's token: look at POLLBOT_TOKEN")

REFUSALS: tuple[tuple[str, Text], ...] = (
    ("bot was kicked", KICKED),
    ("was deleted", DELETED),
    ("deactivated", DELETED),
    ("blocked by the user", BLOCKED),
    ("can't initiate conversation", BLOCKED),
    ("not a member", ABSENT),
    ("administrator rights", RIGHTS),
    ("not enough rights", RIGHTS),
    ("have no rights", RIGHTS),
    ("may not post there", RIGHTS),
    ("chat_write_forbidden", RIGHTS),
    ("chat_admin_required", RIGHTS),
    ("chat_restricted", RIGHTS),
    ("chat_send_", RIGHTS),
    ("chat not found", NO_CHAT),
    ("peer_id_invalid", NO_CHAT),
    ("thread not found", TOPIC),
    ("topic_closed", TOPIC),
    ("topic_deleted", TOPIC),
    ("to be replied not found", REPLIED),
    ("replied message not found", REPLIED),
    ("poll to stop not found", NO_POLL),
    ("poll can't be stopped", SHUT),
    ("already been closed", SHUT),
    ("photo_invalid_dimensions", PICTURE),
    ("image_process_failed", PICTURE),
    ("photo_save_file_invalid", PICTURE),
    ("maximum size", PICTURE),
    ("is too long", LONG),
    ("message_too_long", LONG),
    ("voters can be restricted only", VOTERS),
    ("non-anonymous polls can't be sent", OPEN_VOTES),
    ("wrong file", FILE),
    ("file is too big", FILE),
    ("no file", FILE),
    ("too many requests", OFTEN),
    ("retry after", OFTEN),
    ("unauthorized", TOKEN),
    ("internal server error", TROUBLE),
    ("bad gateway", TROUBLE),
    ("no answer", SILENT),
    ("no connection", SILENT),
)
SENTENCES = verbatim("{sentence} ({reason})")


def explained(reason: object, language: Language) -> str:
    """A reason in the reader's language, where Telegram gave it; anything else stays as it is."""
    said = str(reason)
    known = next((text for words, text in REFUSALS if words in said.casefold()), None)
    if known is None or known[language] in said:
        return said
    return SENTENCES[language].format(sentence=known[language], reason=said)
