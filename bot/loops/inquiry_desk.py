"""
What readers have asked, one at a time in an admin's private chat; the admin answers by replying to that message.

Callback data: `q1|next|INQUIRY` (behind it; 0 the first), `q1|of|PUBLICATION`, `q1|done|INQUIRY`, `q1|there|INQUIRY`,
`q1|again|INQUIRY`. Which inquiry a message shows stands in its buttons, so a reply to it is understood after a restart,
by any admin, and however often it comes.
"""

from __future__ import annotations

import re
from functools import partial

from bot.loops import inquiry_card, inquiry_words, right_words
from bot.loops.actions import OF, N, Turn, button, command, message
from bot.loops.reply import Reply
from bot.store import inquiries
from experiments.measurement import Text

SHOWS = re.compile(r"q1\|(?:done|there)\|(\d{1,9})")  # which of its buttons tells what a message shows
MOST = 4_000  # UTF-16 units of an answer


@command("questions", told=inquiry_words.TOLD_QUESTIONS)
def questions(turn: Turn) -> Reply:
    return _next(turn)


@button("question next", rf"q1\|next\|{N}", "admins")
def next_(turn: Turn, number: str) -> Reply:
    return _card(_next(turn, int(number)))


@button("question of", rf"q1\|of\|{OF}", "publication")
def of(turn: Turn, publication: str) -> Reply:
    return _card(_next(turn, publication=int(publication)))


@button("question done", rf"q1\|done\|{OF}", "inquiry")
def done(turn: Turn, number: str) -> Reply:
    """It needs no answer."""
    return _settled(turn, int(number), inquiry_words.DISMISSED, done=inquiries.dismiss(turn.connection, int(number)))


def settle(turn: Turn, number: str, *, stands: bool) -> Reply:
    """Of an answer nobody could tell whether it stands: an admin has looked."""
    done_ = inquiries.settle(turn.connection, int(number), turn.now, stands=stands)
    return _settled(turn, int(number), inquiry_words.SETTLED, done=done_)


for verb in ("there", "again"):
    button(f"question {verb}", rf"q1\|{verb}\|{OF}", "inquiry")(partial(settle, stands=verb == "there"))


@message("answer to a question", lambda turn: _shows(turn) is not None, first=True)
def answered(turn: Turn) -> Reply | None:
    """What an admin replies to a message that shows an inquiry is its answer."""
    number = _shows(turn)
    assert number is not None, "it takes no other message"
    chat = inquiries.chat(turn.connection, number)
    if chat and not turn.person.may(chat[0]):
        return Reply(text=turn.say(right_words.NOT_YOURS, chat=chat[1]))
    if "text" not in turn.message:
        return Reply(text=turn.say(inquiry_words.ONLY_TEXT))
    if len(turn.text.encode("utf-16-le", "surrogatepass")) // 2 > MOST:
        return Reply(text=turn.say(inquiry_words.TOO_LONG, most=MOST))
    marks = turn.message.get("entities") or []
    kept = inquiries.answer(turn.connection, number, turn.person.id, turn.text, marks)
    said = turn.say(inquiry_words.WILL if kept else inquiry_words.TAKEN)
    return _next(turn, number).after(Reply(text=said))


def _shows(turn: Turn) -> int | None:
    """Which inquiry the message shows that is replied to."""
    keyboard = ((turn.message.get("reply_to_message") or {}).get("reply_markup") or {}).get("inline_keyboard") or []
    found = (SHOWS.fullmatch(str(key.get("callback_data") or "")) for row in keyboard for key in row)
    return next((int(match[1]) for match in found if match), None)


def _next(turn: Turn, after: int = 0, publication: int | None = None) -> Reply:
    """The one behind it that is for who asks, and how many of these wait."""
    among = turn.person.among
    found = inquiries.next_(turn.connection, after, publication, among=among)
    return inquiry_card.shown(found, inquiries.unanswered(turn.connection, among=among), turn.language)


def _settled(turn: Turn, number: int, said: Text, *, done: bool) -> Reply:
    notice = turn.say(said if done else inquiry_words.TAKEN)
    return _card(_next(turn, number)).model_copy(update={"notice": notice})


def _card(reply: Reply) -> Reply:
    return reply.model_copy(update={"card": True})
