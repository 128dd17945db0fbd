"""What admins read without having asked, in Russian and English."""

from __future__ import annotations

from bot.store.states import Occasion
from experiments.measurement import Text
from languages.text import phrase

TOLD_QUIET = phrase("whether to tell each post")
ABOUT = phrase("“{thread}” → {chat}")
LINE: dict[Occasion, Text] = {
    "posted": phrase("No. {position} is out: {words}"),
    "closed": phrase("Poll no. {position} is closed, voters: {number}: {words}"),
    "revealed": phrase("No. {position} is revealed: {words}"),
    "failed": phrase(
        "The key of no. {position} could not be checked: {words} ({reason}).\nIt does not go out without your word: I"
        " ask when its time comes. Before that you can replace it: pollbot replace."
    ),
    "overdue": phrase("No. {position} is late by {span}: {words}\nThe bot's log and pollbot doctor say what keeps it."),
    "stuck": phrase("Poll no. {position} stays open: {words}: {reason}.\nI try to close it again and again."),
    "confirmed": phrase("No. {position}: the measurement has come and confirms the key, it goes out: {words}"),
    "moved": phrase("The group is a supergroup now ({number}): I go on there."),
    "back": phrase(
        "The bot was down for {span}: from {since:%d %b %H:%M} to {at:%d %b %H:%M} UTC. Meanwhile due: {number}."
        " I am catching up."
    ),
}
HEARS: dict[bool, Text] = {
    True: phrase("I will tell each post, closing and reveal, without a sound. To switch it off: /quiet"),
    False: phrase(
        "I no longer tell each post, closing and reveal. Results and troubles come as before. To switch it on: /quiet"
    ),
}
