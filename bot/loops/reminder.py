"""What is said under a poll that closes soon: until when one can vote, by its author's clocks."""

from __future__ import annotations

from bot.loops import words
from bot.store.due_polls import DueReminder
from bot.telegram.outgoing import TextMessage
from bot.thread import spoken
from bot.thread.rich import Rich


def message(due: DueReminder) -> TextMessage:
    """The same whenever it is sent: what may have arrived is known again by it."""
    zone = due.zone or "UTC"
    at, reminded = spoken.clocks(zone, due.closes), spoken.clocks(zone, due.reminds)
    until = words.UNTIL_HOUR if at.date() == reminded.date() else words.UNTIL_DAY
    said = words.say(until, due.language, at=at)
    called = "UTC" if zone == "+00:00" else zone
    return TextMessage(Rich(words.say(words.REMIND, due.language, until=said, zone=called)))
