"""What is said to who may not do what they ask for, in Russian and English."""

from __future__ import annotations

from languages.text import phrase

STRANGER = phrase("I publish polls in a channel, and take orders from its admins alone.")
NOT_YOURS = phrase("{chat}: that is for the chat's administrators who may post there.")
UNTOLD = phrase(
    "Telegram does not tell right now whether you are an administrator. Nothing was done: try again in a minute."
)
NOT_THEIRS = phrase("That is another administrator's draft.")
PRIVATE = phrase("Write to me in private: here everybody reads along, and I cannot see who writes in the group's name.")
NO_COMMAND = phrase("{command}: there is no such command, see /help.")
