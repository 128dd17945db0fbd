"""Small threads, polls and updates for tests."""

import struct
import zlib
from datetime import datetime, timedelta

from bot.store import due_polls, messages, schedule
from bot.store.address import Chat
from bot.store.messages import Intent
from bot.store.polls import Opened
from bot.store.store import Database
from bot.thread.model import Experiment, Option, Poll, Post, Thread

CHANNEL = Chat("@channel", -1001, "channel")
GROUP = Chat("@group", -1002, "supergroup")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
KEY = b"key"  # the voters'


def png(width: int = 40, height: int = 30) -> bytes:
    """A real, small, grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def poll(poll_id: str = "heads", options: int = 3, experiment: Experiment | None = None) -> Poll:
    choices = tuple(Option(text=f"option {i}", correct=i == 1) for i in range(options))
    return Poll(id=poll_id, question="Which?", options=choices, open=HOUR, experiment=experiment)


def text(words: str = "hello", **fields) -> Post:
    return Post(line=1, text=words, pause=MINUTE, **fields)


def asked(poll: Poll, **fields) -> Post:
    return Post(line=1, poll=poll, pause=MINUTE, **fields)


def thread(*posts: Post) -> Thread:
    return Thread(title="Тред", posts=posts)


def publish(database: Database, now: datetime, *posts: Post, chat: Chat = GROUP) -> int:
    return schedule.schedule(database, thread(*posts), chat, start=now, now=now, files=[[] for _ in posts])


def send(
    database: Database, now: datetime, message_id: int, *, telegram_id: str | None = None, chat: Chat = GROUP
) -> int:
    """Take the next due post of a chat through intent and arrival, as the clock would; returns the post's id."""
    due = next(d for d in schedule.due_posts(database, now) if d.address.chat.id == chat.id)
    content = schedule.content(database, due.address.post_id).post.poll
    intent = Intent(due.address.post_id, "post", 0)
    messages.intend(database, intent, chat_id=chat.id, digest="digest", now=now)
    opened = None
    if content:
        name = telegram_id or f"poll-{due.address.post_id}"
        opened = Opened(name, chat.type == "channel", content.open, content.experiment)
    messages.arrived(database, intent, [message_id], now, opened, key=KEY, last=True)
    return due.address.post_id


def standing(database: Database, now: datetime) -> list[due_polls.DuePoll]:
    return due_polls.to_close(database, now + 10 * HOUR)


def answer(update_id: int, telegram_id: str, user: int, *options: int) -> dict:
    user_ = {"id": user, "is_bot": False, "first_name": "A"}
    return {
        "update_id": update_id,
        "poll_answer": {
            "poll_id": telegram_id,
            "user": user_,
            "option_ids": list(options),
            "option_persistent_ids": [],
        },
    }


def snapshot(update_id: int, telegram_id: str, *counts: int) -> dict:
    options = [{"text": str(i), "voter_count": n, "persistent_id": str(i)} for i, n in enumerate(counts)]
    return {"update_id": update_id, "poll": {"id": telegram_id, "options": options, "total_voter_count": sum(counts)}}
