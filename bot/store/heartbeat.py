"""
The heartbeat: bot and worker say again and again, in the database, that they live; `pollbot health` looks for it.

Whoever looks does so every few seconds, so that this loads no SQLAlchemy before something is written.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.store.store import Database

Process = Literal["bot", "worker"]
FACT: dict[Process, str] = {"bot": "tick", "worker": "beat"}  # under which name each leaves the moment


def beat(database: Database, process: Process, now: datetime) -> None:
    """Say that a process lives."""
    from bot.store import store

    with database.begin() as connection:
        store.remember(connection, FACT[process], now.isoformat())
