"""Every change of a state that a database sees, by triggers of SQLite's own: whoever makes it, it is noted."""

from bot.store.states import STATES, TRANSITIONS
from bot.store.store import Database

KNOWN = {(one.table, one.before, one.after) for one in TRANSITIONS}
EVENTS = {
    "INSERT": ("NULL", "NEW.state"),
    "DELETE": ("OLD.state", "NULL"),
    "UPDATE OF state": ("OLD.state", "NEW.state"),
}


def watch(database: Database) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE transitions (name TEXT, before TEXT, after TEXT)")
        for table in STATES:
            for number, (event, (before, after)) in enumerate(EVENTS.items()):
                changed = (
                    f"WHEN {before} IS NOT {after} BEGIN INSERT INTO transitions VALUES ('{table}', {before}, {after})"
                )
                trigger = f"CREATE TRIGGER watch_{table}_{number} AFTER {event} ON {table} {changed}; END"
                connection.exec_driver_sql(trigger)


def seen(database: Database) -> set[tuple[str, str | None, str | None]]:
    with database.connect() as connection:
        return {
            tuple(row) for row in connection.exec_driver_sql("SELECT DISTINCT name, before, after FROM transitions")
        }


def unknown(database: Database) -> set[tuple[str, str | None, str | None]]:
    return seen(database) - KNOWN


def forget(database: Database) -> None:
    """What was seen so far was done on purpose."""
    with database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM transitions")
