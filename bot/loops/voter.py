"""
What anybody may ask the bot in private about their own votes: `/privacy`, and `/forget`, which asks once.

Callback data: `p1|forget`. Whose votes are erased is who taps, whoever was shown the button.
"""

from __future__ import annotations

from bot.loops import voter_words
from bot.loops.actions import Turn, button, command
from bot.loops.reply import Reply
from bot.store import inquiries, keeping, tongues

FORGET = "p1|forget"


@command("privacy", told=voter_words.TOLD_PRIVACY, about="anybody")
def privacy(turn: Turn) -> Reply | None:
    if turn.kept is None:
        return None
    term = turn.answer(voter_words.FOR_EVER if turn.kept.days is None else voter_words.FOR_DAYS, days=turn.kept.days)
    return Reply(text=turn.answer(voter_words.PRIVACY, term=term))


@command("forget", told=voter_words.TOLD_FORGET, about="anybody")
def sure(turn: Turn) -> Reply:
    return Reply(text=turn.answer(voter_words.SURE), buttons=((turn.answer(voter_words.ERASE), FORGET),))


@button("forget", r"p1\|forget", "anybody")
def forget(turn: Turn) -> Reply | None:
    if turn.kept is None:
        return None
    asked = inquiries.forget(turn.connection, turn.person.id, turn.kept.key)
    polls = keeping.forget(turn.connection, turn.person.id, turn.kept.key)
    tongues.forget(turn.connection, turn.person.id, turn.kept.key)
    lines = [turn.answer(voter_words.ERASED, polls=polls)] if polls else []
    lines += [turn.answer(voter_words.ERASED_ASKED, asked=asked)] if asked else []
    return Reply(text="\n".join(lines) or turn.answer(voter_words.NOTHING), card=True, erased=True)
