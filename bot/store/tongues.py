"""In which language somebody wishes to be spoken to; who that is, only the voter key tells."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store import pseudonym
from bot.store.tables import tongues
from languages.catalogue import Language, languages


def chosen(connection: Connection, telegram_id: int, key: bytes) -> Language | None:
    """What they have chosen, while it is spoken here."""
    query = select(tongues.c.language).where(tongues.c.person == pseudonym.speaker(telegram_id, key))
    found = connection.execute(query).scalar()
    return found if found in languages() else None


def choose(connection: Connection, telegram_id: int, key: bytes, language: Language) -> None:
    row = insert(tongues).values(person=pseudonym.speaker(telegram_id, key), language=language)
    connection.execute(row.on_conflict_do_update(index_elements=["person"], set_={"language": language}))


def forget(connection: Connection, telegram_id: int, key: bytes) -> None:
    """They are spoken to as before they chose."""
    connection.execute(delete(tongues).where(tongues.c.person == pseudonym.speaker(telegram_id, key)))
