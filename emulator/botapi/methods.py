"""Every method of the Bot API that the emulator has: importing this module fills the registry."""

from __future__ import annotations

from emulator.botapi import albums, commands, editing, forwarding, looking, polls, sending, special, updates
from emulator.botapi.registry import METHODS

MODULES = (albums, commands, editing, forwarding, looking, polls, sending, special, updates)

__all__ = ["METHODS", "MODULES"]
