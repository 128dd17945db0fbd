"""Every method of the Bot API that the emulator has: importing this module fills the registry."""

from __future__ import annotations

from emulator.botapi import editing, forwarding, looking, polls, sending, updates
from emulator.botapi.registry import METHODS

MODULES = (editing, forwarding, looking, polls, sending, updates)

__all__ = ["METHODS", "MODULES"]
