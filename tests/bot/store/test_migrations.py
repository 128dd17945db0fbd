from alembic import command
from sqlalchemy import create_engine, inspect

from bot.store import store


def test_the_migrations_and_the_tables_agree_and_can_be_undone(url):
    database = create_engine(url)
    with database.begin() as connection:
        config = store.alembic_config(connection)
        command.upgrade(config, "head")
        command.check(config)
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
        command.upgrade(config, "head")

    assert left == ["alembic_version"]
    database.dispose()


def test_a_database_is_upgraded_when_it_is_opened_and_left_alone_after(url):
    store.connect(url).dispose()
    again = store.connect(url)

    assert "votes" in inspect(again).get_table_names()
    again.dispose()
