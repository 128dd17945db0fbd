"""What is put into an admin's private chat of a draft: its posts as they will be, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.loops import draft_words, reveal, words
from bot.loops.reply import Reply
from bot.store.address import Chat
from bot.telegram import outgoing
from bot.telegram.api import Telegram
from bot.telegram.outcome import Refused
from bot.telegram.outgoing import Outgoing, PollMessage
from bot.thread import filled, markup
from bot.thread.model import Language, Poll, Post

log = structlog.get_logger()


async def post(telegram: Telegram, admin: int, given: Post, files: Sequence[bytes], language: Language) -> None:
    """One post, its poll closed, and of the reveal what needs neither votes nor a measurement."""
    chat = Chat(str(admin), admin, "private")
    message_id = None
    given = filled.post(given, None, language)
    for message in outgoing.of_post(given, files):
        sent = await telegram.send(chat, _closed(message))
        message_id = sent.message_ids[0]
    for message in _revealed(given.poll, files, language) if given.poll else ():
        await telegram.send(chat, message, reply_to=message_id)


def _closed(message: Outgoing) -> Outgoing:
    """Nobody votes here, so nobody is kept from it: only a channel knows its members."""
    if not isinstance(message, PollMessage):
        return message
    poll = message.poll.model_copy(update={"members_only": False, "countries": ()})
    return PollMessage(poll, message.pictures, closed=True)


def _revealed(poll: Poll, files: Sequence[bytes], language: Language) -> list[Outgoing]:
    blocks = [*reveal.written(poll, language), f"_{draft_words.LATER[language]}_"]
    body = markup.render("\n\n".join(filter(None, blocks)))
    return [*outgoing.of_text(body), *outgoing.of_pictures(files[len(poll.asked) :])]


async def reply(telegram: Telegram, admin: int, said: Reply, shown: int | None, language: Language) -> int | None:
    """
    A card takes the place of the message `shown`, while that is there; anything else is a message of its own.

    Returns the message that it stands in. Raises `Later` or `Refused`.
    """
    if said.card and shown is not None:
        try:
            await telegram.edit((admin, shown), said.text, said.buttons, said.verbatim)
        except Refused as error:
            log.info("a draft's message is gone", admin=admin, reason=str(error))
        else:
            return shown
    shown = await telegram.tell(admin, said.text, said.buttons, said.verbatim)
    if said.attached:
        await telegram.attach(admin, words.say(draft_words.REPORT, language), said.attached)
    return shown
