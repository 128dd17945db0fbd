"""What is said of the language in which somebody is spoken to."""

from __future__ import annotations

from languages.text import phrase

TOLD = phrase("the language I speak to you")
WHICH = phrase("In which language shall I speak to you?")
AS_TELEGRAM = phrase("As my Telegram does")
CHOSEN = phrase("From now on I speak to you in this language.")
