"""Whose menu of commands is an admin's, and which menus Telegram has been told: small facts, kept over a restart."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from bot.store import store

MOST = 100  # people beside those of POLLBOT_ADMINS
WANTED, TOLD = "menus wanted", "menus told"


def want(connection: Connection, person: int) -> None:
    """Who may steer something has asked what: their menu says it too. Who asked the longest ago makes room."""
    others = [one for one in wanted(connection) if one != person]
    _keep(connection, [*others, person][-MOST:])


def wanted(connection: Connection) -> list[int]:
    return [int(one) for one in json.loads(store.fact(connection, WANTED, "[]"))]


def forget(connection: Connection, person: int) -> None:
    """They may steer nothing any more."""
    _keep(connection, [one for one in wanted(connection) if one != person])


def _keep(connection: Connection, people: list[int]) -> None:
    store.remember(connection, WANTED, json.dumps(people))


def told(connection: Connection) -> dict[str, str]:
    """The digest of each menu, by whose it is."""
    return dict(json.loads(store.fact(connection, TOLD, "{}")))


def tell(connection: Connection, whose: str, digest: str | None) -> None:
    """Telegram has taken a menu; None: it was deleted."""
    found = {name: known for name, known in told(connection).items() if name != whose}
    store.remember(connection, TOLD, json.dumps(found | ({whose: digest} if digest else {})))
