"""Every method of the Bot API that the emulator has: importing this module fills the registry."""

from __future__ import annotations

from emulator.botapi import (
    absent,
    albums,
    commands,
    editing,
    forums,
    forwarding,
    identity,
    invites,
    looking,
    looks,
    members,
    polls,
    reactions,
    sending,
    special,
    updates,
)
from emulator.botapi.registry import METHODS

CHATS = (identity, invites, looks, members, reactions)
MODULES = (absent, albums, commands, editing, forums, forwarding, looking, polls, sending, special, updates, *CHATS)

__all__ = ["METHODS", "MODULES"]
