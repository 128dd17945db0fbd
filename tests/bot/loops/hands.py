"""A handler of updates that are no votes: what it has carried out stands in the database, and what it said is kept."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from bot.store import store

Which = Callable[[dict[str, Any]], bool]


def none(_: dict[str, Any]) -> bool:
    return False


class Hands:
    """
    Counts each update in a fact of its own.

    Of some updates it `fails` to make sense, at the reply to some it is `blocked`, and to some it gives none (`mute`).
    Each reply ends by raising `failing`.
    """

    def __init__(
        self, fails: Which = none, blocked: Which = none, mute: Which = none, failing: BaseException | None = None
    ) -> None:
        self.fails, self.blocked, self.mute, self.failing = fails, blocked, mute, failing
        self.held: list[dict[str, Any]] = []
        self.begun: list[int] = []
        self.said: list[tuple[int, str]] = []

    def carry_out(self, connection: Connection, update: dict[str, Any]) -> str | None:
        self.held.append(update)
        count(connection, update["update_id"])
        if self.fails(update):
            raise ValueError("a mistake in the handler")
        return None if self.mute(update) else "done"

    async def reply(self, update: dict[str, Any], words: str) -> None:
        self.begun.append(update["update_id"])
        if self.blocked(update):
            await asyncio.Event().wait()
        self.said.append((update["update_id"], words))
        if self.failing:
            raise self.failing


def count(connection: Connection, number: int) -> None:
    times = int(store.fact(connection, f"done {number}", "0"))
    store.remember(connection, f"done {number}", str(times + 1))
