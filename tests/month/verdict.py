"""
Do the plan, the posts and the audit agree? When each post had to go out is worked out once more, from the threads and
the audit alone, by plain steps over the calendar.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.store import steering
from bot.store.steering import Deed
from bot.store.tables import messages, polls, posts, publications
from bot.thread import markdown, zones
from bot.thread.model import Thread
from tests.month.calendar import CHATS, Written
from tests.month.play import Played

NEAR = timedelta(seconds=5)  # of a tick after the other
STEP = timedelta(minutes=1)


@dataclass
class Post:
    """`due` as it was planned, or moved since."""

    mark: str
    due: datetime
    begins: bool
    state: str = "planned"


def complaints(played: Played, written: list[Written]) -> Iterator[str]:
    """Everything in which they differ."""
    seen = _seen(played)
    yield from (f"{mark} stands {count} times" for mark, count in Counter(m for m, _ in seen).items() if count > 1)
    at = dict(seen)
    deeds = _deeds(played)
    for one in written:
        number = played.numbers.get(one.title)
        if number is None:
            yield f"{one.title} was never scheduled"
            continue
        found = _expected(played, number, one, deeds[number])
        rows = _rows(played, number)
        for post, (state, sent) in zip(found, rows, strict=True):
            stands = at.get(post.mark)
            if (state == "sent") != (stands is not None) or state not in ("sent", "skipped"):
                yield f"{post.mark}: {state} in the database, in the chat at {stands}"
            elif (post.state == "skipped") != (state == "skipped"):
                yield f"{post.mark}: {state}, but by the audit it is {post.state}"
            elif stands and abs(stands - sent) > NEAR:
                yield f"{post.mark}: sent {sent}, but it stands there since {stands}"
        yield from _late(played, number, found, [at.get(post.mark) for post in found])
    yield from _told(
        played, deeds, at, {played.numbers[one.title]: one for one in written if one.title in played.numbers}
    )
    yield from _votes(played)


def _expected(played: Played, number: int, one: Written, deeds: list[Deed]) -> list[Post]:
    """The posts as the thread and the audit have them."""
    thread = markdown.parse(one.text, one.title)
    with played.stage.database.connect() as connection:
        p = publications.c
        start, zone = connection.execute(select(p.start, p.zone).where(p.id == number)).one()
    clocks = zones.find(zone, zones.ANY)[0]
    due = thread.due(start.astimezone(clocks))
    found = [Post(mark, at, post.begins) for mark, at, post in zip(one.marks, due, thread.posts, strict=True)]
    paused = None
    for deed in deeds:
        sent = [row[1] for row in _rows(played, number)]
        rest = [
            one for one, at in zip(found, sent, strict=True) if one.state == "planned" and not (at and at < deed.at)
        ]
        if deed.action == "resume" and paused:
            _resume(rest, thread, clocks, paused, deed.at)
        elif deed.action == "move":
            _move(rest, deed.by or timedelta(0), clocks)
        elif deed.action == "send":
            rest[0].due = min(rest[0].due, deed.at)
        for post in _given_up(deed, found, rest):
            post.state = "skipped"
        paused = {"pause": deed.at, "resume": None}.get(deed.action, paused)
    return found


def _given_up(deed: Deed, found: list[Post], rest: list[Post]) -> list[Post]:
    return [found[(deed.position or 0) - 1]] if deed.action == "skip" else rest if deed.action == "cancel" else []


def _move(rest: list[Post], by: timedelta, clocks: Any) -> None:
    """Whole days go by what clocks show."""
    days, time = divmod(by, timedelta(days=1))
    for post in rest:
        whole = (post.due.astimezone(clocks) + days * timedelta(days=1)).astimezone(UTC)
        post.due = post.due + by if time else whole


def _resume(rest: list[Post], thread: Thread, clocks: Any, paused: datetime, now: datetime) -> None:
    if thread.rhythm is None:
        for post in rest:
            post.due += now - paused
        return
    begun = next((post for post in rest if post.begins), None)
    apart, last = timedelta(0), now - timedelta(seconds=1)
    for number, post in enumerate(rest):
        if post.begins:
            assert begun is not None
            if number:
                last = max(last, rest[number - 1].due)
            new = post.due
            while new <= last:  # the next time that the rhythm has, as far from it as the chapter was
                new = _after(thread, new, begun.due, clocks)
            apart = new - post.due
        elif number == 0:
            apart = now - paused
        post.due += apart


def _after(thread: Thread, at: datetime, origin: datetime, clocks: Any) -> datetime:
    """Minute by minute for a line of cron, day by day for a step."""
    rhythm = thread.rhythm
    assert rhythm is not None
    zone = rhythm.clocks(clocks)
    if rhythm.cron:
        off = _off(rhythm.cron, at, zone)
        found = at - off + STEP
        while not _fits(rhythm.cron, found.astimezone(zone)):
            found += STEP
        return found + off
    local = at.astimezone(zone) + timedelta(days=rhythm.days)
    return local.astimezone(UTC) + rhythm.time


def _off(cron: str, at: datetime, zone: Any) -> timedelta:
    """How far a time that was moved is from the nearest of the rhythm."""
    for minutes in range(60 * 24 * 8):
        for sign in (1, -1):
            off = sign * minutes * STEP
            if _fits(cron, (at - off).astimezone(zone)):
                return off
    raise AssertionError(cron)


def _fits(cron: str, local: datetime) -> bool:
    """Only what the calendar writes: a minute, an hour, days of the week."""
    minute, hour, _, _, days = cron.split()
    on = days == "*" or str(local.isoweekday() % 7) in days.split(",")
    return on and (local.hour, local.minute, local.second) == (int(hour), int(minute), 0)


def _late(played: Played, number: int, found: list[Post], stands: list[datetime | None]) -> Iterator[str]:
    """Each went out when it was due, or as soon as all before it allowed."""
    with played.stage.database.connect() as connection:
        rows = connection.execute(
            select(posts.c.position, posts.c.after, polls.c.revealed)
            .join(polls, polls.c.post_id == posts.c.id, isouter=True)
            .where(posts.c.publication_id == number)
            .order_by(posts.c.position)
        ).all()
    free = datetime.min.replace(tzinfo=UTC)
    shown = free
    for post, at, (_, after, revealed) in zip(found, stands, rows, strict=True):
        if at is not None:
            earliest = max(post.due, free, shown if after == "polls" else free)
            for begun, over in played.down:
                earliest = over if begun <= earliest <= over else earliest
            if abs(at - earliest) > NEAR:
                yield f"{post.mark}: due {post.due}, possible from {earliest}, it went out at {at}"
            free = max(free, at)
        shown = max(shown, revealed or shown)


def _told(
    played: Played, deeds: dict[int, list[Deed]], at: dict[str, datetime], written: dict[int, Written]
) -> Iterator[str]:
    """What stood on somebody's screen came true, unless somebody ordered something else after that."""
    for (number, position), (due, said) in played.told.items():
        mark = written[number].marks[position - 1]
        since = any(deed.at >= said for deed in deeds[number])
        downed = any(begun <= due <= over for begun, over in played.down)
        if not (since or downed) and (mark not in at or abs(at[mark] - due) > timedelta(minutes=1)):
            yield f"{mark} was told for {due} at {said}, and went out at {at.get(mark)}"


def _votes(played: Played) -> Iterator[str]:
    stage = played.stage
    with stage.database.connect() as connection:
        counted = {row.telegram_id: row.tally for row in connection.execute(select(polls))}
    for poll in stage.get("/polls")["polls"]:
        there = [option["voter_count"] for option in poll["options"]]
        if counted.get(poll["id"]) != there:
            yield f"poll {poll['question']!r}: {counted.get(poll['id'])} in the database, {there} in Telegram"


def _seen(played: Played) -> list[tuple[str, datetime]]:
    """Each mark that stands in a chat, and since when."""
    found = []
    for chat in CHATS:
        for message in played.stage.messages(chat=f"@{chat}"):
            if "reply_to_message" not in message:
                text = message.get("text") or message["poll"]["question"]
                mark = next(word.strip("?.") for word in text.split() if word.startswith("t") and "p" in word[3:4])
                found.append((mark, datetime.fromtimestamp(message["date"], UTC)))
    return found


def _rows(played: Played, number: int) -> list[tuple[str, datetime]]:
    with played.stage.database.connect() as connection:
        query = (
            select(posts.c.state, messages.c.sent)
            .join(messages, (messages.c.post_id == posts.c.id) & (messages.c.purpose == "post"), isouter=True)
            .where(posts.c.publication_id == number)
            .order_by(posts.c.position)
        )
        return [(row.state, row.sent) for row in connection.execute(query)]


def _deeds(played: Played) -> dict[int, list[Deed]]:
    found: dict[int, list[Deed]] = defaultdict(list)
    with played.stage.database.connect() as connection:
        for deed in reversed(steering.deeds(connection, limit=10_000)):
            found[deed.publication].append(deed)
    for of_it in found.values():
        if [deed.action for deed in of_it[:1]] == ["schedule"]:
            del of_it[0]
    return found
