"""What changed, for whoever watches the page. Watchers get places, not contents: many changes become one look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

Changed = tuple[int, int | None]  # a chat, and a message in it or None for the chat itself


@dataclass(eq=False)
class Watcher:
    changed: dict[Changed, None] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> tuple[list[Changed], list[tuple[int, str]]]:
        """Everything since the last time, in order, each place once; and the notes to users."""
        places, notes = list(self.changed), self.notes
        self.changed, self.notes = {}, []
        self.woken.clear()
        return places, notes


@dataclass
class Feed:
    watchers: set[Watcher] = field(default_factory=set)
    open: bool = True

    def touch(self, chat_id: int, message_id: int | None = None) -> None:
        for watcher in self.watchers:
            watcher.changed[(chat_id, message_id)] = None
            watcher.woken.set()

    def note(self, user_id: int, text: str) -> None:
        """Tell a user something that passes: the answer to a tapped button."""
        for watcher in self.watchers:
            watcher.notes.append((user_id, text))
            watcher.woken.set()

    def close(self) -> None:
        self.open = False
        for watcher in self.watchers:
            watcher.woken.set()
