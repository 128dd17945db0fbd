"""What is shown in the chat of a thread that has ended, once its picture is drawn, or cannot be had."""

from __future__ import annotations

from collections.abc import Mapping

from bot.loops import result, reveal
from bot.store import ending, store
from bot.store.ending import Unshown
from bot.store.messages import Part
from bot.store.runs import Outcome
from bot.store.states import UNDONE
from bot.store.store import Database
from bot.telegram import outgoing
from bot.telegram.outgoing import Outgoing
from bot.thread.rich import Rich

DRAWING_S = 120.0  # that a picture is waited for


def awaits(database: Database, due: Unshown, waited_s: float) -> bool:
    """Is a worker still to draw it? The leaderboard alone needs no picture."""
    with store.reading(database) as connection:
        if not ending.about(connection, due.address.publication).summary:
            return False
        drawn = ending.picture(connection, due.address.publication)
    return undrawn(drawn) and waited_s < DRAWING_S


def undrawn(drawn: Outcome | None) -> bool:
    """Is a picture still on its way?"""
    return drawn is None or drawn.state in UNDONE


def compose(database: Database, publication: int, begun: Mapping[int, Part]) -> list[Outgoing]:
    """The messages in the chat of a thread that has ended; one that was begun without its picture goes on without."""
    with store.reading(database) as connection:
        about = ending.about(connection, publication)
        said = result.shown(connection, publication, about.language)
        drawn = ending.picture(connection, publication) if about.summary else None
    without = outgoing.of_text(Rich(said)) if said else []
    if drawn is None or drawn.output is None or reveal.goes_on(begun, without):
        return without
    return outgoing.captioned([drawn.output], Rich(said))
