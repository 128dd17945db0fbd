"""
Votes: a batch of updates becomes rows, counters and the next offset in one transaction; what is no vote, the inbox's.

The latest choice of a voter wins, an empty one takes the vote back, and an update is applied once however often and
in whatever order it is delivered: each voter's row keeps the number of the update that it stands for, also when the
vote was taken back. Anonymous polls give no votes but snapshots of their counts. Of a voter who is forgotten the row is
all that is kept, and only until the poll is over (`store.keeping`).

Telegram numbers a bot's updates upwards, but starts again at a random number when it has lost its queue. The numbers
stored here go on upwards all the same: Telegram's, plus `NUMBERING` for each new start. What tells a new start from
an update that is merely delivered again:
* long polling: Telegram never answers with less than the offset it was asked for, unless it does not know it;
* webhook: what waits to be delivered again lies within the 100,000 updates that a queue can hold.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from sqlite3 import Cursor
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store import inbox, pseudonym, store
from bot.store.store import Database
from bot.store.tables import polls, posts, strays, tallies
from bot.store.updates import QUEUE, Batch, Snapshot, Stray, Vote, decode

NUMBERING = 2**32  # more than any of Telegram's numbers
SOON = timedelta(minutes=1)
REASON = 300  # characters of why something cannot be stored
DOUBTED = timedelta(seconds=5)  # what was tried so long ago and is not recorded is in doubt

# Fixed text, run by the driver's own cursor: SQLAlchemy's part of a vote took five times as long as SQLite's.
KNOWN = """
    SELECT telegram_id, id, anonymous, tally IS NOT NULL, options, pseudonyms FROM polls
    WHERE telegram_id IN (SELECT value FROM json_each(?))"""
STANDING = """
    SELECT poll_id, voter, options, update_id, forgotten FROM json_each(?) AS asked
    CROSS JOIN votes ON poll_id = asked.value ->> 0 AND voter = asked.value ->> 1"""
REMEMBER = "INSERT INTO history (update_id, poll_id, voter, options, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
CAST = """
    INSERT INTO votes (poll_id, voter, options, update_id) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET options = excluded.options, update_id = excluded.update_id"""
COUNT = """
    INSERT INTO tallies (poll_id, option, votes) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET votes = votes + excluded.votes"""
# By their own index: a poll may have a hundred thousand votes of others.
FORGOTTEN = """
    SELECT options, count(*) FROM votes INDEXED BY ix_votes_forgotten
    WHERE poll_id = ? AND forgotten AND options GROUP BY options"""
BURY = "UPDATE votes INDEXED BY ix_votes_forgotten SET options = 0 WHERE poll_id = ? AND forgotten"
TURNOUT = "UPDATE polls SET voters = voters + ? WHERE id = ?"
ANONYMOUS_OPEN = """
    SELECT EXISTS (SELECT 1 FROM polls WHERE state IN ('open', 'closing') AND anonymous) OR EXISTS (
        SELECT 1 FROM posts JOIN publications ON publications.id = publication_id
        WHERE (state IN ('sending', 'unknown') OR state = 'planned' AND due BETWEEN ? AND ?)
        AND (chat_type = 'channel' OR CASE WHEN json_valid(content) THEN content ->> '$.poll.anonymous' END))
    OR EXISTS (
        SELECT 1 FROM posts JOIN messages ON messages.post_id = posts.id
        WHERE posts.state IN ('sending', 'unknown') AND messages.state IN ('sending', 'unknown') AND tried < ?
        AND CASE WHEN json_valid(content) THEN content ->> '$.poll' END IS NOT NULL)"""
ASKED = """
    SELECT telegram_id, content ->> '$.asks' FROM strays
    WHERE telegram_id IN (SELECT telegram_id FROM strays GROUP BY telegram_id HAVING min(at) >= ?)
    AND json_valid(content) AND content ->> '$.asks' IS NOT NULL"""
NEWEST = """
    SELECT max(coalesce((SELECT max(update_id) FROM history), 0), coalesce((SELECT max(update_id) FROM taken), 0))"""
NEWEST_SNAPSHOT = "SELECT max(update_id) FROM snapshots WHERE poll_id = ?"
SNAPSHOT = "INSERT INTO snapshots (update_id, poll_id, counts, voters, at) VALUES (?, ?, ?, ?, ?)"

Voter = tuple[int, int]  # poll and pseudonym


class Known(NamedTuple):
    """A poll that this bot has posted."""

    id: int
    anonymous: bool
    final: bool  # stopPoll has told the counts
    options: int | None  # how many it has, if that is known
    pseudonyms: int | None  # the publication within which its voters have theirs

    def has(self, item: Vote | Snapshot) -> bool:
        """Whether it has the options that an update speaks of."""
        if not self.options:
            return True
        return len(item.counts) == self.options if isinstance(item, Snapshot) else not item.options >> self.options


class Choice(NamedTuple):
    """A voter's options and the update that they came with."""

    options: int
    update_id: int
    forgotten: bool


class Stored(NamedTuple):
    """
    A committed batch; `restarted` when Telegram began to number anew; `refused` had no room in the inbox.

    What could not be stored is among its strays.
    """

    batch: Batch
    restarted: bool
    refused: int


class Taken(NamedTuple):
    """Within a transaction: how many found no room in the inbox, and what cannot be stored."""

    refused: int
    aside: Sequence[Stray] = ()


Take = Callable[[Connection, Batch, bytes, datetime], Taken]


def offset(database: Database) -> int:
    """The first update not yet stored by long polling."""
    with store.reading(database) as connection:
        return int(store.fact(connection, "offset", "0"))


def anonymous_open(database: Database, now: datetime) -> bool:
    """
    Whether snapshots are of use: an anonymous poll is open, or may be within the next minute.

    So they are while any poll is in doubt: they alone tell what it asks, and so that it arrived.
    """
    around = tuple(str(now.replace(tzinfo=None) + later) for later in (-SOON, SOON, -DOUBTED))
    with store.reading(database) as connection:
        return bool(connection.exec_driver_sql(ANONYMOUS_OPEN, around).scalar())


def record(database: Database, updates: Sequence[object], key: bytes, now: datetime, asked: int = 0) -> Stored:
    """
    Store what getUpdates answered to the offset `asked`, and the next offset; only then may it be asked for.

    `key` makes the voters' pseudonyms.
    """
    batch = decode(updates)
    restarted = bool(batch.ids) and min(batch.ids) < asked

    def taken(take: Take) -> Stored:
        with _taking(database, batch) as connection:
            found = take(connection, batch.renumbered(_base(connection, restarted=restarted)), key, now)
            if batch.ids:
                store.remember(connection, "offset", str(max(batch.ids) + 1))
        return Stored(batch.with_strays(found.aside), restarted, found.refused)

    return _whole_or_apart(taken)


def record_pushed(database: Database, updates: Sequence[object], key: bytes, now: datetime) -> Stored:
    """Store what a webhook brought. The offset stays: Telegram may still hold earlier updates of other polls."""
    batch = decode(updates)

    def taken(take: Take) -> Stored:
        with _taking(database, batch) as connection:
            newest = connection.exec_driver_sql(NEWEST).scalar_one()
            base = _base(connection, restarted=False)
            restarted = bool(batch.ids) and newest - base - max(batch.ids) > QUEUE
            if restarted:
                base = _base(connection, restarted=True)
            found = take(connection, batch.renumbered(base), key, now)
        return Stored(batch.with_strays(found.aside), restarted, found.refused)

    return _whole_or_apart(taken)


def _whole_or_apart(taken: Callable[[Take], Stored]) -> Stored:
    """One transaction; where that fails by what is in it, another in which each update is stored by itself."""
    try:
        return taken(_take)
    except Exception as error:
        if store.everybodys(error):
            raise
    return taken(_take_apart)


def _taking(database: Database, batch: Batch) -> AbstractContextManager[Connection]:
    """What is no vote is seldom, and nobody repeats it: a tap that a power cut took back would never come."""
    return store.durable(database) if batch.others else database.begin()


def _take(connection: Connection, batch: Batch, key: bytes, now: datetime) -> Taken:
    apply(connection, batch, key, now)
    return Taken(inbox.keep(connection, batch.others, now) if batch.others else 0)


def _take_apart(connection: Connection, batch: Batch, key: bytes, now: datetime) -> Taken:
    """One by one; what cannot be stored is kept aside, and all that was good beside it is stored."""
    refused = 0
    aside: list[Stray] = []
    for number, one in batch.apart():
        try:
            with connection.begin_nested():
                refused += _take(connection, one, key, now).refused
        except Exception as error:
            if store.everybodys(error):
                raise
            aside.append(Stray(number, f"cannot be stored: {error!r}"[:REASON], json.dumps(_told(one, key))))
    _keep_aside(connection, aside, now)
    return Taken(refused, aside)


def _base(connection: Connection, *, restarted: bool) -> int:
    """What is added to Telegram's numbers."""
    numbering = int(store.fact(connection, "numbering", "0"))
    if restarted:
        numbering += 1
        store.remember(connection, "numbering", str(numbering))
    return numbering * NUMBERING


def apply(connection: Connection, batch: Batch, key: bytes, now: datetime) -> None:
    """Store a decoded batch within the caller's transaction; what fits no poll known here becomes a stray."""
    at = int(now.timestamp())
    items: list[Vote | Snapshot] = [*batch.votes, *batch.snapshots]
    with store.cursor(connection) as cursor:
        known = _known(cursor, {item.telegram_id for item in items})
        apart = [item for item in items if item.telegram_id not in known or not known[item.telegram_id].has(item)]
        if apart:
            batch = batch.without(apart)
        ours = [(known[vote.telegram_id], vote) for vote in batch.votes]
        _cast(cursor, [(poll, pseudonym.of(vote.voter, key, poll.pseudonyms), vote) for poll, vote in ours], at)
    _apply_snapshots(connection, [(known[snapshot.telegram_id], snapshot) for snapshot in batch.snapshots], at)
    _keep_aside(connection, [*(_stray(item, known, key) for item in apart), *batch.strays], now)


def _keep_aside(connection: Connection, found: Sequence[Stray], now: datetime) -> None:
    if found:
        connection.execute(insert(strays).on_conflict_do_nothing(), [{**one._asdict(), "at": now} for one in found])


def _known(cursor: Cursor, ids: set[str]) -> dict[str, Known]:
    rows = cursor.execute(KNOWN, (json.dumps(list(ids)),)) if ids else ()
    return {name: Known(poll, bool(anonymous), bool(final), *rest) for name, poll, anonymous, final, *rest in rows}


def _stray(item: Vote | Snapshot, known: Mapping[str, Known], key: bytes) -> Stray:
    content = json.dumps(_content(item, key))
    if item.telegram_id in known:
        reason = f"poll {item.telegram_id} has {known[item.telegram_id].options} options"
        return Stray(item.update_id, reason, content)
    return Stray(item.update_id, f"unknown poll {item.telegram_id}", content, item.telegram_id)


def _told(batch: Batch, key: bytes) -> list[Any]:
    """What is in it, without people's words and names."""
    items: list[Vote | Snapshot] = [*batch.votes, *batch.snapshots]
    return [_content(item, key) for item in items] or [other.kind for other in batch.others]


def _content(item: Vote | Snapshot, key: bytes) -> dict[str, Any]:
    """What is kept aside of it: a voter has no pseudonym before the poll is known."""
    content = item._asdict()
    if "voter" in content:
        content["hidden"] = pseudonym.hidden(content.pop("voter"), key, item.update_id)
    return content


def _cast(cursor: Cursor, incoming: list[tuple[Known, int, Vote]], at: int) -> None:
    """Apply votes in polls that are known, each with its voter's pseudonym."""
    if not incoming:
        return
    rows: list[tuple[int, ...]] = []
    latest: dict[Voter, Vote] = {}
    for poll, name, vote in incoming:
        voter = (poll.id, name)
        rows.append((vote.update_id, *voter, vote.options, at))
        one = latest.setdefault(voter, vote)
        if vote.update_id > one.update_id:
            latest[voter] = vote
    before = _standing(cursor, list(latest))
    if forgotten := {voter for voter, choice in before.items() if choice.forgotten}:
        rows = [row for row in rows if row[1:3] not in forgotten]
        over = {poll.id for poll, _, _ in incoming if poll.final}
        latest = {voter: vote for voter, vote in latest.items() if voter not in forgotten or voter[0] not in over}
    cursor.executemany(REMEMBER, rows)
    fresh = [(one, vote) for one, vote in latest.items() if one not in before or vote.update_id > before[one].update_id]
    if not fresh:
        return
    cursor.executemany(CAST, [(*voter, vote.options, vote.update_id) for voter, vote in fresh])
    moves = Counter((voter[0], vote.options) for voter, vote in fresh)
    moves.subtract((voter[0], before[voter].options) for voter, _ in fresh if voter in before)
    count(cursor, moves)


def _standing(cursor: Cursor, voters: list[Voter]) -> dict[Voter, Choice]:
    """What stands for each of these voters."""
    rows = cursor.execute(STANDING, (json.dumps(voters),))
    return {(poll, voter): Choice(*choice) for poll, voter, *choice in rows}


def count(cursor: Cursor, moves: Counter[tuple[int, int]]) -> None:
    """Move the counters: `moves` says for each poll and choice how many voters more or fewer have it."""
    changes: Counter[tuple[int, int]] = Counter()
    turnout: Counter[int] = Counter()
    for (poll, mask), voters in moves.items():
        if mask and voters:
            turnout[poll] += voters
            for option in range(mask.bit_length()):
                if mask >> option & 1:
                    changes[poll, option] += voters
    if rows := [(poll, option, votes) for (poll, option), votes in changes.items() if votes]:
        cursor.executemany(COUNT, rows)
    if grown := [(voters, poll) for poll, voters in turnout.items() if voters]:
        cursor.executemany(TURNOUT, grown)


def bury(cursor: Cursor, poll: int) -> None:
    """Its tally is final: what voters had chosen who are forgotten is of no use any more."""
    chosen = cursor.execute(FORGOTTEN, (poll,)).fetchall()
    count(cursor, Counter({(poll, options): -voters for options, voters in chosen}))
    cursor.execute(BURY, (poll,))


def _apply_snapshots(connection: Connection, incoming: list[tuple[Known, Snapshot]], at: int) -> None:
    """Keep the newest counts of anonymous polls; those of the others are known vote by vote."""
    latest: dict[Known, Snapshot] = {}
    for poll, snapshot in incoming:
        if poll.anonymous and snapshot.update_id >= latest.get(poll, snapshot).update_id:
            latest[poll] = snapshot
    for poll, (update_id, _, counts, voters, _) in latest.items():
        newest = connection.exec_driver_sql(NEWEST_SNAPSHOT, (poll.id,)).scalar()
        if newest is not None and update_id <= newest:
            continue
        connection.exec_driver_sql(SNAPSHOT, (update_id, poll.id, json.dumps(counts), voters, at))
        if not poll.final:  # what stopPoll said is the last word
            set_counts(connection, poll.id, counts, voters)


def set_counts(connection: Connection, poll: int, counts: Sequence[int], voters: int) -> None:
    """Replace a poll's counters by what Telegram says they are."""
    if rows := [{"poll_id": poll, "option": i, "votes": n} for i, n in enumerate(counts)]:
        put = insert(tallies)
        replaced = {"votes": put.excluded.votes}
        connection.execute(put.on_conflict_do_update(index_elements=["poll_id", "option"], set_=replaced), rows)
    connection.execute(update(polls).where(polls.c.id == poll).values(voters=voters))


def pseudonyms(connection: Connection, telegram_id: str, post_id: int) -> int | None:
    """
    The publication within which the voters of a new poll get their pseudonyms.

    None where votes wait for it that an older version took in: those have theirs already.
    """
    if any("voter" in content for content in _early(connection, telegram_id)):
        return None
    found = connection.execute(select(posts.c.publication_id).where(posts.c.id == post_id)).scalar_one()
    return int(found)


def adopt(connection: Connection, telegram_id: str, key: bytes, now: datetime) -> None:
    """Apply what was voted in a poll before its own message was recorded: such updates wait among the strays."""
    contents = _early(connection, telegram_id)
    batch = Batch(
        votes=[_shown(content, key) for content in contents if "hidden" in content],
        snapshots=[Snapshot(**content) for content in contents if "counts" in content],
    )
    connection.execute(delete(strays).where(strays.c.telegram_id == telegram_id))
    apply(connection, batch, key, now)
    with store.cursor(connection) as cursor:
        poll = _known(cursor, {telegram_id})[telegram_id]
        named = [Vote(**content) for content in contents if "voter" in content]
        _cast(cursor, [(poll, vote.voter, vote) for vote in named], int(now.timestamp()))


def _early(connection: Connection, telegram_id: str) -> list[dict[str, Any]]:
    query = select(strays.c.content).where(strays.c.telegram_id == telegram_id)
    return [json.loads(content) for content in connection.scalars(query)]


def _shown(content: dict[str, Any], key: bytes) -> Vote:
    """A vote as it came, of what was kept while its poll was not known."""
    update_id, telegram_id, options, hidden = (
        content[name] for name in ("update_id", "telegram_id", "options", "hidden")
    )
    return Vote(update_id, telegram_id, pseudonym.hidden(hidden, key, update_id), options)


def arrived_as(database: Database, asks: Sequence[str], since: datetime) -> str | None:
    """The id under which an unknown poll that asks this has been voted in, first after `since`: so it did arrive."""
    with store.reading(database) as connection:
        told = connection.exec_driver_sql(ASKED, (str(since.replace(tzinfo=None)),))
        return next((poll for poll, said in told if json.loads(said) == list(asks)), None)


def counts(connection: Connection, poll: int, options: int = 0) -> list[int]:
    """The running count of each of a poll's options; where nobody knows how many it has, up to the last with a vote."""
    query = select(tallies.c.option, tallies.c.votes).where(tallies.c.poll_id == poll)
    found = {option: number for option, number in connection.execute(query)}  # noqa: C416 a Row is no tuple to mypy
    return [found.get(option, 0) for option in range(options or max(found, default=-1) + 1)]
