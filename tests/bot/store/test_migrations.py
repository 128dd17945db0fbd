from alembic import command
from sqlalchemy import create_engine, inspect

from bot.store import store


def test_the_migrations_and_the_tables_agree_and_can_be_undone(database):
    engine = create_engine(database)
    with engine.begin() as connection:
        config = store.alembic_config(connection)
        command.upgrade(config, "head")
        command.check(config)
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
        command.upgrade(config, "head")

    assert left == ["alembic_version"]
    engine.dispose()


def test_a_database_is_upgraded_when_it_is_opened_and_left_alone_after(database):
    store.connect(database).dispose()
    again = store.connect(database)

    assert "votes" in inspect(again).get_table_names()
    again.dispose()
