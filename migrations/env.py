"""Alembic's entry: works on the connection it is handed, or migrates the file of POLLBOT_DATABASE_URL."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.store.tables import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from bot import settings
    from bot.store import location, schema

    with schema.migration(location.of(settings.load().database_url)) as own:
        run(own)
