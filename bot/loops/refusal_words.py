"""
What Telegram refuses, in the language of who reads it, with what to do; its own words stay in brackets.

Telegram says the same in several ways, so a sentence is found by a part of its words; the first that fits counts.
"""

from __future__ import annotations

from experiments.measurement import Language, Text
from experiments.numbers import both

KICKED = both(
    "бота удалили из чата: верните его, в канал администратором с правом публиковать",
    "the bot was removed from the chat: bring it back, into a channel as an administrator who may post",
)
ABSENT = both(
    "бота нет в чате: добавьте его, в канал администратором с правом публиковать",
    "the bot is not in the chat: add it, to a channel as an administrator who may post",
)
RIGHTS = both(
    "боту не хватает прав в чате: дайте ему право публиковать сообщения и опросы",
    "the bot lacks rights in the chat: let it post messages and polls",
)
NO_CHAT = both(
    "такого чата нет, или бота в нём нет: проверьте имя и добавьте туда бота",
    "there is no such chat, or the bot is not in it: look at the name, and add the bot there",
)
DELETED = both("этого чата больше нет", "that chat is there no more")
BLOCKED = both(
    "этот человек заблокировал бота или ещё не писал ему", "that person has blocked the bot, or has never written to it"
)
TOPIC = both(
    "темы в этом чате нет, или она закрыта: выберите другую или откройте её",
    "there is no such topic in the chat, or it is closed: choose another, or open it",
)
REPLIED = both("сообщения, на которое нужен ответ, больше нет", "the message to reply to is there no more")
NO_POLL = both("сообщения с опросом больше нет", "the poll's message is there no more")
SHUT = both(
    "этот опрос уже закрыт, или закрыть его боту нельзя", "that poll is closed already, or not the bot's to close"
)
PICTURE = both(
    "Telegram не принимает картинку: возьмите другую, PNG или JPEG обычных размеров",
    "Telegram does not take the picture: use another one, PNG or JPEG of a usual size",
)
LONG = both(
    "текст длиннее, чем принимает Telegram: разделите пост", "the text is longer than Telegram takes: divide the post"
)
VOTERS = both(
    "в этом чате не ограничить, кто голосует: уберите members_only и countries, или публикуйте в канал",
    "that chat cannot restrict who votes: take members_only and countries away, or publish to a channel",
)
OPEN_VOTES = both(
    "в канале опросы только анонимные: уберите anonymous: no",
    "a channel's polls are anonymous: take anonymous: no away",
)
FILE = both("такого файла у Telegram нет, или он слишком большой", "Telegram has no such file, or it is too big")
OFTEN = both("Telegram просит подождать: слишком часто", "Telegram asks to wait: too often")
TROUBLE = both("у Telegram неполадки, попробую снова", "Telegram is in trouble, I try again")
SILENT = both("Telegram не отвечает", "Telegram does not answer")
TOKEN = both(
    "Telegram не принимает токен бота: проверьте POLLBOT_TOKEN",
    "Telegram does not accept the bot's token: look at POLLBOT_TOKEN",
)

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
SENTENCES = both("{sentence} ({reason})", "{sentence} ({reason})")


def explained(reason: object, language: Language) -> str:
    """A reason in the reader's language, where Telegram gave it; anything else stays as it is."""
    said = str(reason)
    known = next((text for words, text in REFUSALS if words in said.casefold()), None)
    if known is None or known[language] in said:
        return said
    return SENTENCES[language].format(sentence=known[language], reason=said)
