"""Is the database sound, does all in it make sense, is anything stuck? Each complaint says how to mend it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from bot.commands import status
from bot.errors import StoreError
from bot.store import store
from bot.store.store import Database

OVERDUE = timedelta(minutes=15)
MANY_STRAYS = 100

# What can never be, whatever happened: (what is wrong, query for its rows, how to mend it).
INVARIANTS = (
    (
        "counter of poll {0}, option {1}, is {2}, its votes say {3}",
        (
            "SELECT p.id, o.option, o.votes, count(v.voter) FROM polls p JOIN tallies o ON o.poll_id = p.id"
            " LEFT JOIN votes v ON v.poll_id = p.id AND v.options >> o.option & 1 WHERE NOT p.anonymous"
            " GROUP BY p.id, o.option HAVING o.votes != count(v.voter)"
        ),
        "UPDATE tallies SET votes = {3} WHERE poll_id = {0} AND option = {1}",
    ),
    (
        "poll {0} has {1} voters, its votes say {2}",
        (
            "SELECT p.id, p.voters, count(v.voter) FROM polls p LEFT JOIN votes v ON v.poll_id = p.id AND v.options"
            " WHERE NOT p.anonymous GROUP BY p.id HAVING p.voters != count(v.voter)"
        ),
        "UPDATE polls SET voters = {2} WHERE id = {0}",
    ),
    (
        "post {0} is a sent poll without a poll",
        (
            "SELECT p.id FROM posts p LEFT JOIN polls q ON q.post_id = p.id"
            " WHERE p.state = 'sent' AND q.id IS NULL AND json_type(p.content, '$.poll') = 'object'"
        ),
        "restore a backup, or close the poll by hand in its chat",
    ),
    (
        "poll {0} is {1} without a final tally",
        "SELECT id, state FROM polls WHERE state IN ('closed', 'revealed') AND tally IS NULL",
        "UPDATE polls SET state = 'closing' WHERE id = {0}",
    ),
    (
        "message {0} is sent and has no id",
        "SELECT id FROM messages WHERE state = 'sent' AND message_ids = '[]'",
        "UPDATE messages SET state = 'sending' WHERE id = {0}: the bot looks for it in the chat",
    ),
    (
        "post {0} of publication {1} is sent before post {2}",
        (
            "SELECT a.position, a.publication_id, b.position FROM posts a JOIN posts b USING (publication_id)"
            " WHERE a.position > b.position AND a.state = 'sent' AND b.state NOT IN ('sent', 'skipped')"
        ),
        "pollbot mend {1} {2} --done, or look into the log for what was done by hand",
    ),
)


def examine(database: Database, now: datetime) -> list[str]:
    """Everything that is wrong or stuck at `now`, one line each."""
    with store.reading(database) as connection:
        found = [*_broken(connection), *_impossible(connection), *_stuck(connection, now)]
    return found + list(_halted(database))


def _broken(connection: Connection) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return
    for check in ("integrity_check", "foreign_key_check"):
        for row in connection.execute(text(f"PRAGMA {check}")):
            if row[0] != "ok":
                yield f"{check}: {' '.join(map(str, row))}; mend: stop the bot and put the last backup in its place"


def _impossible(connection: Connection) -> Iterator[str]:
    for words, query, mend in INVARIANTS:
        for row in connection.execute(text(query)):
            yield f"{words.format(*row)}; mend: {mend.format(*row)}"


def _stuck(connection: Connection, now: datetime) -> Iterator[str]:
    tick = store.fact(connection, "tick")
    at = {"then": (now - OVERDUE).replace(tzinfo=None).isoformat(" ")}
    if tick and now - datetime.fromisoformat(tick) > timedelta(minutes=1):
        yield f"the bot last ticked at {tick}; mend: pollbot run"
    for poll in connection.execute(
        text("SELECT id, state FROM polls WHERE state != 'revealed' AND closes < :then"), at
    ):
        yield f"poll {poll.id} is {poll.state} though its time is long over; mend: see the bot's log, pollbot status"
    for run in connection.execute(text("SELECT key, state FROM runs WHERE state = 'queued' AND created < :then"), at):
        yield f"run {run.key} waits for a worker; mend: pollbot worker, or pollbot run without --no-worker"
    strays = connection.execute(text("SELECT count(*) FROM strays")).scalar_one()
    if strays > MANY_STRAYS:
        yield f"{strays} updates were kept aside; mend: look at their reasons in the table strays"


def _halted(database: Database) -> Iterator[str]:
    for publication in status.read(database).publications:
        for post in publication.posts:
            trouble = post.error or (post.poll and post.poll.error)
            if post.state in ("unknown", "failed") or (post.poll and post.poll.stopped):
                where = f"{publication.id} {post.position}"
                yield f"post {where}: {trouble}; mend: look into the chat, then pollbot mend {where} --send or --done"


def backup(database: Database, path: Path) -> int:
    """A copy by SQLite's online backup, checked; returns its size in bytes. Raises `StoreError`."""
    if database.dialect.name != "sqlite":
        msg = f"backup copies SQLite files; for {database.dialect.name} use its own tools"
        raise StoreError(msg)
    if path.exists():
        msg = f"{path} exists; choose another name, a backup never overwrites"
        raise StoreError(msg)
    try:
        with closing(sqlite3.connect(path)) as copy, database.connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(copy)
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        msg = f"{path}: {error}; is its folder there, writable, with room?"
        raise StoreError(msg) from None
    if verdict != "ok":
        msg = f"{path}: the copy is not sound: {verdict}"
        raise StoreError(msg)
    return path.stat().st_size
