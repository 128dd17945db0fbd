"""What must hold in every world, and what must hold in the end: Telegram's own record against database and thread."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.commands import doctor
from bot.store import pseudonym
from emulator.world.chats import Message
from emulator.world.polls import Poll
from tests.explorer import dialogue, scene
from tests.explorer.scene import ADMIN, ANN, Answer, Delete, Scene

if TYPE_CHECKING:
    from tests.explorer.machine import Machine

KEY = b"key"
QUESTION = re.compile("“[^”]*” → [^\n]*, post [0-9]+")
LINE = re.compile("(?:Poll no|No)[.] ([0-9]+) is (out|closed|revealed)(?:, voters: [0-9]+)?: .*")
SO = {"out": "posts.state = 'sent'", "closed": "polls.tally IS NOT NULL", "revealed": "polls.state = 'revealed'"}
REMINDER, RESULT = "⏰", "📊 The thread has ended"  # how they begin
KNOWN: tuple[str, ...] = ()  # how broken claims begin that somebody mends: told, and the search goes on


def always(m: Machine) -> Iterator[str]:
    """In every world."""
    yield from _posts(m.scene, _standing(m))
    yield from _impossible(m.disk.connection)
    yield from _pictures(m)
    yield from _needless(m)
    yield from _unasked(m)
    yield from dialogue.always(m)
    yield from _told(m)


def at_last(m: Machine) -> Iterator[str]:
    """Where everything has come to its end."""
    there = Counter(scene.first(m.scene, _label(message)) for message in _standing(m))
    deleted = {event.label for event in m.scene.events if isinstance(event, Delete)}
    wanted = [f"reminder of {post.poll.question}" for post in m.scene.posts if post.poll and post.poll.remind]
    ended = [message for message in _standing(m) if message.text.startswith(RESULT)]
    if m.scene.summary and not ended:
        yield "the result was forgotten"
    yield from (f"no {name}" for name in wanted if not there[name] and not m.scene.faults and not m.scene.deaths)
    cancelled = dialogue.skipped(m)
    missing = [label for label in scene.labels(m.scene) if not there[label] and label not in deleted | cancelled]
    yield from (f"post forgotten: {label[:30]}" for label in missing)
    for poll in m.emulated.polls.values():
        yield from _poll(m, poll)
    yield from _answers(m)
    forwarded = [one for one in m.emulated.chats[ADMIN].messages.values() if one.origin]
    yield from (f"left in the admin's chat: {_label(one)[:30]}" for one in forwarded)
    # Who was asked and not recorded to be is asked once more after a death: that is another question.
    questions = [one for one in m.emulated.chats[ADMIN].messages.values() if QUESTION.match(one.text or "")]
    yield from dialogue.at_last(m)
    if m.world.taps > len(questions):
        yield f"the admin had to tap {m.world.taps} times for {len(questions)} questions"


def _answers(m: Machine) -> Iterator[str]:
    """What the admin has answered stands under the question, and nowhere else."""
    for words in (event.words for event in m.scene.events if isinstance(event, Answer)):
        under = [one.reply_to and one.reply_to.sender for one in _standing(m) if one.text == words]
        if [reader and reader.id for reader in under] != [ANN]:
            yield f"answer {words!r} stands {len(under)} times"
    for (state,) in m.disk.connection.execute("SELECT state FROM inquiries WHERE state <> 'answered'"):
        yield f"an inquiry is {state}"


def counted(m: Machine) -> Iterator[str]:
    """In the end, too; but a power cut may take votes with it, while `synchronous` is NORMAL."""
    for poll in m.emulated.polls.values():
        yield from _counted(m, poll)


def _standing(m: Machine) -> list[Message]:
    """What the bot has sent to the chats of the thread, in order; of an album its first picture."""
    chats = [chat for chat in m.emulated.chats.values() if chat.type != "private"]
    sent = [one for chat in chats for one in chat.messages.values() if one.bot_id]
    albums = [None, *(one.album for one in sent)]
    return [one for one, before in zip(sent, albums, strict=False) if not one.album or one.album != before]


def _label(message: Message) -> str:
    if message.text.startswith(REMINDER):
        return f"reminder of {message.reply_to.poll.question if message.reply_to else '?'}"
    if message.reply_to:
        return f"reveal of {message.reply_to.poll.question if message.reply_to.poll else '?'}: {message.text[:20]}"
    return message.poll.question if message.poll else message.text


def _posts(played: Scene, standing: list[Message]) -> Iterator[str]:
    names = [scene.first(played, _label(message)) for message in standing]
    yield from (f"post doubled: {name[:30]}" for name, count in Counter(names).items() if count > 1)
    expected = scene.labels(played)
    posts = [expected.index(name) for name in names if name in expected]
    if posts != sorted(posts):
        yield f"out of order: {[expected[at][:20] for at in posts]}"
    for message in standing:
        if message.text.startswith((REMINDER, RESULT)):
            continue
        if message.reply_to and message.reply_to.poll and not message.reply_to.poll.closed:
            yield f"revealed while open: {_label(message)}"
        if (
            not message.reply_to
            and scene.first(played, _label(message)) not in expected
            and message.chat.type != "private"
        ):
            yield f"nobody's: {_label(message)[:30]}"


def _impossible(connection: sqlite3.Connection) -> Iterator[str]:
    for words, query, _ in doctor.INVARIANTS:
        for row in connection.execute(query):
            yield f"impossible: {words.format(*row)}"


def _pictures(m: Machine) -> Iterator[str]:
    """Votes and turnout of every picture are Telegram's at the poll's closing."""
    for (given,) in m.disk.connection.execute("SELECT input FROM runs WHERE task = 'draw'"):
        if (ballot := json.loads(given).get("ballot")) is None:  # a thread's result
            continue
        poll = next(poll for poll in m.emulated.polls.values() if poll.question == ballot["question"])
        drawn = [option["votes"] for option in ballot["options"]], ballot["voters"]
        if drawn[0] != poll.counts:
            yield f"votes in the picture of {poll.question}: {drawn[0]}, but Telegram says {poll.counts}"
        if drawn[1] != len(poll.votes):
            yield f"turnout in the picture of {poll.question}: {drawn[1]}, but Telegram says {len(poll.votes)}"


def _needless(m: Machine) -> Iterator[str]:
    needless = "state IN ('unknown', 'failed') AND coalesce(why, '') NOT IN ('key', 'gone')"
    asked = m.disk.connection.execute(f"SELECT purpose, error FROM messages WHERE {needless}")
    yield from (f"needless question: {purpose} {error}" for purpose, error in asked)


def _unasked(m: Machine) -> Iterator[str]:
    """A key that the measurement contradicts goes out by an admin's word alone."""
    disputed = {post.poll.question for post in m.scene.posts if post.poll and post.poll.experiment == scene.OTHER}
    stands = disputed & {poll.question for poll in m.emulated.polls.values()}
    yield from (f"nobody was asked: {name}" for name in stands if not m.world.taps)


def _told(m: Machine) -> Iterator[str]:
    """What the admin is told has happened, is told once, and stands beside no other message that nobody meant."""
    said = [one.text for one in m.emulated.chats[ADMIN].messages.values() if one.bot_id and not one.origin]
    yield from ["told twice: the result"] * (sum(text.startswith(RESULT) for text in said) > 1)
    told = [text for text in said if not QUESTION.match(text) and not text.startswith(RESULT)]
    lines = [line for text in told for line in text.splitlines()[1:] if line]
    news = Counter(line for line in lines if m.scene.told or LINE.fullmatch(line))  # a draft may be shown again
    yield from (f"told twice: {line}" for line, count in news.items() if count > 1)
    for line in lines:
        known = LINE.fullmatch(line)
        query = "SELECT 1 FROM posts LEFT JOIN polls ON polls.post_id = posts.id WHERE position = ? AND "
        if known is None and not m.scene.told:
            continue
        if known is None:
            yield f"told without need: {line[:40]}"
        elif not m.disk.connection.execute(query + SO[known[2]], (known[1],)).fetchone():
            yield f"told what is not so: {line[:40]}"


def _poll(m: Machine, poll: Poll) -> Iterator[str]:
    name = poll.question
    if not poll.closed:
        yield f"poll left open: {name}"
    if _row(m, poll) is None:
        yield f"poll without a home: {name}"
    elif not any(one.reply_to and one.reply_to.poll is poll for one in _standing(m)):
        yield f"reveal forgotten: {name}"


def _row(m: Machine, poll: Poll) -> Any:
    query = "SELECT id, anonymous, voters, tally, pseudonyms FROM polls WHERE telegram_id = ?"
    return m.disk.connection.execute(query, (poll.id,)).fetchone()


def _counted(m: Machine, poll: Poll) -> Iterator[str]:
    if (row := _row(m, poll)) is None:
        return
    name, connection = poll.question, m.disk.connection
    number, anonymous, voters, tally, within = row
    counters = dict(connection.execute("SELECT option, votes FROM tallies WHERE poll_id = ?", (number,)))
    here = [counters.get(option, 0) for option in range(len(poll.options))]
    if (here, voters) != (poll.counts, len(poll.votes)):
        yield f"votes in {name}: counters {here}, {voters}, but Telegram says {poll.counts}, {len(poll.votes)}"
    if json.loads(tally) != poll.counts:
        yield f"tally of {name}: {tally}, but Telegram says {poll.counts}"
    if not anonymous:
        yield from _voters(m, number, within, poll)


def _voters(m: Machine, number: int, within: int, poll: Poll) -> Iterator[str]:
    rows = m.disk.connection.execute("SELECT voter, options FROM votes WHERE poll_id = ? AND options", (number,))
    there = {pseudonym.of(user, KEY, within): sum(1 << one for one in chosen) for user, chosen in poll.votes.items()}
    if dict(rows) != there:
        yield f"voters of {poll.question}: {len(there)} at Telegram, not the same here"
