"""Alembic's entry: works on the connection it is handed, or migrates the file of POLLBOT_DATABASE_URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import context
from sqlalchemy import Connection

from bot.store import location, schema
from bot.store.tables import metadata


def number(_context: object, _revision: object, written: list[Any]) -> None:
    """A new migration is called by the number after the last one's."""
    last = schema.revisions(Path(context.script.dir))[-1]
    for migration in written:
        migration.rev_id = f"{int(last) + 1:04}"


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        process_revision_directives=number,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from bot import settings

    with schema.migration(location.of(settings.load().database_url)) as own:
        run(own)
