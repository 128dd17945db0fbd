"""
What can be asked about the messages of a chat without any effect: each question is a call that is always refused.

How far a refusal comes tells what there is. Nothing of it reaches Telegram's servers but the question for the messages;
the order of checks is that of telegram-bot-api 10.0 (Client.cpp) and TDLib 1.8 (MessagesManager.cpp).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import structlog

from bot.errors import PollbotError
from bot.telegram.api import Telegram
from bot.telegram.outcome import Refused, judged
from bot.telegram.result import copies, whatever

log = structlog.get_logger()
Standing = Literal["absent", "other", "own"]
BATCH = 100  # ids that one call may name
ACCEPTED = "the server accepts what Telegram refuses: nobody can be asked what stands in a chat"
KEYBOARD = {"reply_markup": {"force_reply": True}}  # that no message can have
OFFER: dict[str, dict[str, Any]] = {"suggested_post_parameters": {}}  # which no ordinary chat takes

STANDING: dict[str, Standing] = {
    "message to edit not found": "absent",
    "message can't be edited": "other",
    "inline keyboard expected": "own",
}
COUNTS = {
    "there are no messages to forward": 0,
    "suggested posts can be sent only to channel direct messages": 1,
    "can't send suggested posts with the method": 2,
    "message has protected content and can't be forwarded": 3,
}


async def standing(telegram: Telegram, chat_id: int, message_id: int) -> Standing:
    """
    Is this message there, and may the bot edit it? So it may its own, and in a channel, by a right, everybody's.

    Asked by an edit that gives the message a keyboard which none can have. Client::check_message looks for it first
    ("message to edit not found"); then MessagesManager::edit_message_reply_markup asks `can_edit_message`, which for a
    bot's own message knows no limit of time, and with `only_reply_markup` none of kind (polls, closed ones too), and
    which refuses forwards, service messages and what others wrote ("Message can't be edited"); the keyboard is
    refused last, by `get_inline_reply_markup` ("Inline keyboard expected").
    """
    call, given = telegram.bot.edit_message_reply_markup, {"chat_id": chat_id, "message_id": message_id}
    try:
        await judged(whatever, call, **given, api_kwargs=KEYBOARD)
    except Refused as error:
        return STANDING[_which(STANDING, error)]
    raise Refused(ACCEPTED)


async def counted(telegram: Telegram, chat_id: int, ids: Sequence[int], reader: int) -> int:
    """
    How many of up to a hundred messages are there: 0, 1, 2 for several, 3 for some where a chat protects its content.

    Asked by forwarding them as a suggested post. Client::process_forward_messages_query leaves out
    what it cannot get (also where getting failed: who is told 0 has to make sure by an id that must be there), and
    MessagesManager::get_forwarded_messages refuses an empty list ("There are no messages to forward") before
    MessageSendOptions::get_message_send_options refuses the suggestion: in other words for one than for several.

    They would go to the private chat of `reader`, who is an admin, and without a sound: a server that knows no
    suggestions yet (before Bot API 9.2) forwards them. Then they are deleted, and it is never asked so again.
    """
    given = {"chat_id": reader, "from_chat_id": chat_id, "message_ids": ids, "disable_notification": True}
    try:
        made = await judged(copies, telegram.bot.forward_messages, **given, api_kwargs=OFFER)
    except Refused as error:
        return COUNTS[_which(COUNTS, error)]
    telegram.counts = False
    for copy in made:
        try:
            await telegram.delete(reader, copy)
        except PollbotError as error:  # one that stays keeps no other there
            log.warning("copy not deleted", reader=reader, message=copy, reason=str(error))
    raise Refused(ACCEPTED)


def _which(expected: Mapping[str, object], error: Refused) -> str:
    """Which of these the refusal is; raises it where it is another."""
    said = str(error).casefold()
    for words in expected:
        if words in said:
            return words
    raise error
