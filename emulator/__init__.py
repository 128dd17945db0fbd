"""Telegram's Bot API on one machine: real HTTP, in memory, with a page to watch it. It knows nothing of any bot."""
