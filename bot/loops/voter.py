"""
What anybody may ask the bot in private about their own votes: `/privacy`, and `/forget`, which asks once.

Callback data: `p1|forget`. Whose votes are erased is who taps, whoever was shown the button.
"""

from __future__ import annotations

from bot.loops import voter_words
from bot.loops.actions import Turn, button, command
from bot.loops.reply import Reply
from bot.store import keeping, tongues

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
    polls = keeping.forget(turn.connection, turn.person.id, turn.kept.key)
    tongues.forget(turn.connection, turn.person.id, turn.kept.key)
    said = voter_words.ERASED if polls else voter_words.NOTHING
    return Reply(text=turn.answer(said, polls=polls), card=True, erased=True)
