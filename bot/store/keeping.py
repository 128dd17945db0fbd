"""
What is kept no longer: of people who ask to be forgotten, and of everybody when the term is over.

Final tallies stay. Of a voter who is forgotten a row without a history is kept as long as it is needed for a true
count: while the poll is open their choice may change, and for some time after it an older update may come late.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, text

from bot.store import inquiries, pseudonym, store, votes
from bot.store.store import Database
from bot.store.tables import Utc

PORTION = 1_000  # rows that one transaction erases
WINDOW = 2_000  # rows of the history that one transaction looks at: it is in the order of updates
POLLS = 500  # that are erased together
LATE = timedelta(days=2)  # Telegram delivers an update for one day
STUCK = timedelta(days=30)  # what no handler could digest, and nobody has asked for

THEN = bindparam("then", type_=Utc)
# A publication has ended when nothing of it was due or closed since, whatever waits in it for an admin.
ENDED = text("""
    SELECT polls.id FROM polls JOIN posts ON posts.id = post_id
    WHERE erased IS NULL AND NOT anonymous AND publication_id IN (
        SELECT publication_id FROM posts LEFT JOIN polls ON polls.post_id = posts.id GROUP BY publication_id
        HAVING max(due) < :then AND max(closed) < :then AND total(polls.state IN ('open', 'closing')) = 0)
    LIMIT :polls""").bindparams(THEN, polls=POLLS)
# What goes in portions: a table (by which index), its key, and which of its rows.
ERASED = ("votes", "(poll_id, voter)", "poll_id IN (SELECT id FROM polls WHERE erased IS NOT NULL)")
BURIED = (
    "votes INDEXED BY ix_votes_forgotten",
    "(poll_id, voter)",
    "forgotten AND poll_id IN (SELECT id FROM polls WHERE closed < :then)",
)
STRAY = ("strays", "update_id", "at < :then")
UNHEARD = ("inbox", "update_id", "state = 'stuck' AND stuck < :then")

# A new numbering is known by the newest number: it outlives the row that had it.
NEWEST = """
    INSERT INTO taken SELECT max(update_id) FROM history WHERE true HAVING count(*) ON CONFLICT DO NOTHING"""
NEXT = "SELECT max(update_id) FROM (SELECT update_id FROM history WHERE update_id > ? ORDER BY update_id LIMIT ?)"
HISTORY = """
    DELETE FROM history WHERE update_id > ? AND update_id <= ? AND poll_id IN (SELECT value FROM json_each(?))"""
DONE = "UPDATE polls SET erased = :now WHERE id IN (SELECT value FROM json_each(:ended))"
THEIRS = "DELETE FROM history WHERE voter IN (SELECT value FROM json_each(?))"
FORGET = """
    UPDATE votes SET forgotten = 1 WHERE NOT forgotten
    AND (poll_id, voter) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) RETURNING poll_id"""
# What a poll was told of, by itself; or in brackets, where it could not be stored.
ASIDE = """
    SELECT update_id, content FROM strays WHERE CASE WHEN json_valid(content) THEN
        coalesce(content ->> '$.telegram_id', content ->> '$[0].telegram_id') END IS NOT NULL"""
NAMELESS = "UPDATE strays SET content = ? WHERE update_id = ?"


def forget(connection: Connection, telegram_id: int, key: bytes) -> int:
    """
    Erase what one person has voted, and when, in every publication; returns in how many polls that was.

    Of who has voted it reads the whole history, which has no index of voters: a quarter of a second of CPU for a
    million votes. So nobody else's question may cost that, however often it is asked.
    """
    with store.cursor(connection) as cursor:
        told = cursor.execute("SELECT id, pseudonyms, tally IS NOT NULL FROM polls WHERE NOT anonymous").fetchall()
        own = {within: pseudonym.of(telegram_id, key, within) for within in {None, *(within for _, within, _ in told)}}
        theirs = [(poll, own[within]) for poll, within, _ in told]
        polls = [poll for (poll,) in cursor.execute(FORGET, (json.dumps(theirs),)).fetchall()]
        if polls:
            cursor.execute(NEWEST)
            cursor.execute(THEIRS, (json.dumps(list(own.values())),))
        final = {poll for poll, _, final in told if final}
        for poll in final.intersection(polls):
            votes.bury(cursor, poll)
    _forget_early(connection, telegram_id, key)
    return len(polls)


def _forget_early(connection: Connection, telegram_id: int, key: bytes) -> None:
    """Of what was kept aside: that it came is still known, and it is nobody's."""
    own = pseudonym.of(telegram_id, key, None)
    with store.cursor(connection) as cursor:
        for number, content in cursor.execute(ASIDE).fetchall():
            (vote, *_) = found if isinstance(found := json.loads(content), list) else [found]
            hidden = pseudonym.hidden(telegram_id, key, vote["update_id"])
            if vote.get("hidden") == hidden or vote.get("voter") == own:
                kept = {name: vote[name] for name in ("update_id", "telegram_id")}
                cursor.execute(NAMELESS, (json.dumps(kept), number))


def erase(database: Database, now: datetime, keep: timedelta | None) -> Iterator[int]:
    """
    Erase what was kept long enough, one transaction at each step; tells how many rows that took.

    `keep`: how long after its publication has ended a vote is kept; None: for ever.
    """
    yield from _portions(database, BURIED, now - LATE)
    yield from _portions(database, UNHEARD, now - STUCK)
    if keep is None:
        return
    with store.reading(database) as connection:
        ended = list(connection.scalars(ENDED, {"then": now - keep}))
    if ended:
        yield from _history(database, ended)
        with database.begin() as connection:
            said = {"now": now, "ended": json.dumps(ended)}
            connection.execute(text(DONE).bindparams(bindparam("now", type_=Utc)), said)
    yield from _portions(database, ERASED, now)
    yield from _portions(database, STRAY, now - keep)
    yield from inquiries.erase(database, now - keep)


def sweep(database: Database) -> bool:
    """What was erased is no more in the file, nor in its log; False while another process reads the state before."""
    with closing(sqlite3.connect(database.url.database or "", timeout=0)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _history(database: Database, ended: Sequence[int]) -> Iterator[int]:
    last = -1
    while True:
        with database.begin() as connection:
            connection.exec_driver_sql(NEWEST)
            end = connection.exec_driver_sql(NEXT, (last, WINDOW)).scalar()
            if end is None:
                return
            gone = connection.exec_driver_sql(HISTORY, (last, end, json.dumps(ended))).rowcount
        last = end
        yield gone


def _portions(database: Database, which: tuple[str, str, str], then: datetime) -> Iterator[int]:
    table, row, where = which
    some = f"SELECT {row.strip('()')} FROM {table} WHERE {where} LIMIT {PORTION}"  # noqa: S608 words of our own
    portion = text(f"DELETE FROM {table.partition(' ')[0]} WHERE {row} IN ({some})")  # noqa: S608
    said = {"then": then} if ":then" in where else {}
    while True:
        with database.begin() as connection:
            gone = connection.execute(portion.bindparams(THEN) if said else portion, said).rowcount
        if gone:
            yield gone
        if gone < PORTION:
            return
