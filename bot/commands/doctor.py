"""Is the database sound, does all in it make sense, is anything stuck? Each complaint says how to mend it."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from bot.commands import health, status
from bot.commands.status import Status
from bot.errors import StoreError
from bot.store import inbox, location, schedule, store
from bot.store.heartbeat import FACT
from bot.store.schedule import DuePost
from bot.store.store import Database

PATIENCE = timedelta(minutes=15)
MANY_STRAYS = 100
SHOWN = 5  # of what is stuck in the inbox
ROOM = 64 << 20  # bytes: the log of a busy database and a few pictures

# What can never be, whatever happened: (what is wrong, query for its rows, how to mend it).
INVARIANTS = (
    (
        "counter of poll {0}, option {1}, is {2}, its votes say {3}",
        (
            "SELECT p.id, o.option, o.votes, count(v.voter) FROM polls p JOIN tallies o ON o.poll_id = p.id"
            " LEFT JOIN votes v ON v.poll_id = p.id AND v.options >> o.option & 1"
            " WHERE NOT p.anonymous AND p.erased IS NULL GROUP BY p.id, o.option HAVING o.votes != count(v.voter)"
        ),
        "UPDATE tallies SET votes = {3} WHERE poll_id = {0} AND option = {1}",
    ),
    (
        "poll {0} has {1} voters, its votes say {2}",
        (
            "SELECT p.id, p.voters, count(v.voter) FROM polls p LEFT JOIN votes v ON v.poll_id = p.id AND v.options"
            " WHERE NOT p.anonymous AND p.erased IS NULL GROUP BY p.id HAVING p.voters != count(v.voter)"
        ),
        "UPDATE polls SET voters = {2} WHERE id = {0}",
    ),
    (
        "post {0} is a sent poll without a poll",
        (
            "SELECT p.id FROM posts p LEFT JOIN polls q ON q.post_id = p.id"
            " WHERE p.state = 'sent' AND q.id IS NULL"
            " AND CASE WHEN json_valid(p.content) THEN json_type(p.content, '$.poll') END = 'object'"
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


UNSTUCK = "pollbot doctor --inbox again, when its cause is gone, or --inbox drop"
LONG_OVER = (
    "poll {0} is {1} though its time is long over",
    "SELECT id, state FROM polls WHERE state IN ('open', 'closing', 'closed') AND closes < :then",
    "see the bot's log, pollbot status",
)


def examine(database: Database, now: datetime) -> list[str]:
    """
    Everything that is wrong or stuck at `now`, one line each.

    Each look is a transaction of its own: what votes write meanwhile is copied into the file between them.
    """
    looks: tuple[Callable[[Connection], Iterator[str]], ...] = (
        *(partial(_broken, check=check) for check in ("integrity_check", "foreign_key_check")),
        *(partial(_rows, complaint=invariant) for invariant in INVARIANTS),
        partial(_silent, now=now),
        partial(_rows, complaint=LONG_OVER, then=now - PATIENCE),
        _strays,
        partial(_inbox, now=now),
    )
    found = list(_unwritable(database))
    for look in looks:
        with store.reading(database) as connection:
            found += look(connection)
    found += _overdue([post for post in schedule.due_posts(database, now) if post.due <= now - PATIENCE])
    return found + list(_stopped(status.read(database, live=True)))


def _unwritable(database: Database) -> Iterator[str]:
    """Is there room, and does a commit reach the disk? A bot that cannot write posts nothing and loses votes."""
    file = Path(database.url.database or "").absolute()
    free = shutil.disk_usage(file.parent).free
    if free < ROOM:
        yield f"the disk of {file} has {free >> 20} MiB left; mend: make room"
    try:
        with database.begin() as connection:
            store.remember(connection, "doctor", secrets.token_hex(4))
    except DatabaseError as error:
        yield f"{file} cannot be written: {error.orig}; mend: make room on its disk, look at its owner and mode"


def _broken(connection: Connection, check: str) -> Iterator[str]:
    for row in connection.execute(text(f"PRAGMA {check}")):
        if row[0] != "ok":
            yield f"{check}: {' '.join(map(str, row))}; mend: stop the bot and put the last backup in its place"


def _rows(connection: Connection, complaint: tuple[str, str, str], then: datetime | None = None) -> Iterator[str]:
    words, query, mend = complaint
    at = {"then": then.replace(tzinfo=None).isoformat(" ")} if then else {}
    for row in connection.execute(text(query), at):
        yield f"{words.format(*row)}; mend: {mend.format(*row)}"


def _silent(connection: Connection, now: datetime) -> Iterator[str]:
    """The bot must be there always, the worker where runs wait."""
    if why := health.silent("bot", store.fact(connection, FACT["bot"]), now):
        yield f"{why}; mend: {health.BEGIN['bot']}"
    waiting = connection.execute(text("SELECT count(*) FROM runs WHERE state IN ('queued', 'running')")).scalar_one()
    if waiting and (why := health.silent("worker", store.fact(connection, FACT["worker"]), now)):
        wait = "1 run waits" if waiting == 1 else f"{waiting} runs wait"
        yield f"{wait}, and {why}; mend: {health.BEGIN['worker']}"


def _overdue(due: Sequence[DuePost]) -> Iterator[str]:
    for post in due:
        where = f"{post.address.publication} {post.address.position}"
        yield f"post {where} was due at {post.due:%Y-%m-%d %H:%M} UTC; mend: pollbot run, or see the bot's log"


def _strays(connection: Connection) -> Iterator[str]:
    strays = connection.execute(text("SELECT count(*) FROM strays")).scalar_one()
    if strays > MANY_STRAYS:
        yield f"{strays} updates were kept aside; mend: look at their reasons in the table strays"


def _inbox(connection: Connection, now: datetime) -> Iterator[str]:
    stuck = inbox.stuck(connection)
    for one in stuck[:SHOWN]:
        what = f"update {one.update_id} ({one.kinds} of chat {one.chat_id})"
        yield f"{what} is stuck since {one.since:%Y-%m-%d %H:%M} UTC: {one.error}; mend: {UNSTUCK}"
    if len(stuck) > SHOWN:
        yield f"{len(stuck) - SHOWN} more updates are stuck; mend: {UNSTUCK}"
    if waiting := inbox.waiting(connection, now - PATIENCE):
        yield f"{waiting} updates in the inbox are not handled; mend: pollbot run, or see the bot's log"


def unstick(database: Database, how: Literal["again", "drop"]) -> str:
    """What is stuck in the inbox is tried again, or forgotten; returns what was done."""
    if how == "again":
        return f"stuck updates that will be tried again: {inbox.again(database)}"
    return f"stuck updates dropped: {inbox.drop(database)}"


def _stopped(found: Status) -> Iterator[str]:
    for publication in found.publications:
        for post in publication.posts:
            if post.stopped:
                where = f"{publication.id} {post.position}"
                trouble = (post.poll and post.poll.error) or post.error
                how = "--done" if post.kind == "unreadable" and post.state == "planned" else "--send or --done"
                yield f"post {where}: {trouble}; mend: look into the chat, then pollbot mend {where} {how}"


def backup(database: Database, path: Path) -> int:
    """A copy by SQLite's online backup, checked, for its owner alone; returns how many bytes. Raises `StoreError`."""
    try:
        location.private(path).close()  # also where a link leads nowhere: it is not followed
    except FileExistsError:
        msg = f"{path} exists; choose another name, a backup never overwrites"
        raise StoreError(msg) from None
    except OSError as error:
        msg = f"{path}: {error.strerror}; is its folder there, writable, with room?"
        raise StoreError(msg) from None
    try:
        with closing(sqlite3.connect(path)) as copy, database.connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(copy)
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        path.unlink(missing_ok=True)
        msg = f"{path}: {error}; is its folder there, writable, with room?"
        raise StoreError(msg) from None
    if verdict != "ok":
        msg = f"{path}: the copy is not sound: {verdict}"
        raise StoreError(msg)
    return path.stat().st_size
