"""What the emulator saw, held against what the database says: six counters that must be zero."""

import json
from collections import Counter
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import text

from bot import store
from bot.updates import pseudonym
from tests.torture.world import World, thread


@dataclass
class Verdict:
    votes_lost: int = 0
    votes_doubled: int = 0
    posts_doubled: int = 0
    posts_forgotten: int = 0
    reveals_forgotten: int = 0
    polls_left_open: int = 0

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def judge(world: World) -> Verdict:
    """Count everything that went wrong in a round that has come to its end."""
    found = Verdict()
    for chat in world.chats:
        found += _chat(world.get(f"/chats/{chat.id}/messages")["messages"])
    polls = {poll["id"]: poll for poll in world.get("/polls")["polls"]}
    key = store.voter_key(world.engine, "")
    with store.reading(world.engine) as connection:
        rows = connection.execute(text("SELECT id, telegram_id, anonymous, tally, voters FROM polls")).all()
        for row in rows:
            seen = polls[row.telegram_id]
            mine = connection.execute(
                text("SELECT voter, options FROM votes WHERE poll_id = :poll AND options"), {"poll": row.id}
            )
            found += _totals(seen, row) if row.anonymous else _by_voter(seen, dict(mine.all()), key)
    found.votes_lost += sum(poll["votes_cast"] for poll in polls.values() if poll["id"] not in {r[1] for r in rows})
    return found


def _chat(messages: list[dict[str, Any]]) -> Verdict:
    """Each part of each post exactly once, each poll closed, each with exactly one reveal."""
    asked = {m["message_id"]: m["poll"] for m in messages if m.get("poll")}
    reveals = Counter(m["reply_to_message"]["message_id"] for m in messages if m.get("reply_to_message"))
    said = Counter(m.get("text") or m.get("caption", "") for m in messages if not m.get("reply_to_message"))
    said += Counter(poll["question"] for poll in asked.values())
    del said[""]
    return Verdict(
        posts_doubled=sum(n - 1 for n in said.values()) + sum(n - 1 for n in reveals.values()),
        posts_forgotten=len(_expected() - set(_stems(said))),
        reveals_forgotten=len(asked.keys() - reveals.keys()),
        polls_left_open=sum(not poll["is_closed"] for poll in asked.values()),
    )


def _expected() -> set[str]:
    """How each message begins; a long text is two."""
    posts = thread().posts
    short = {post.text for post in posts if post.text and len(post.text) < 4096}
    halves = {f"long {number} {line}" for number in range(3) for line in (0, 13)}
    return short | halves | {post.poll.question for post in posts if post.poll}


def _stems(said: Counter[str]) -> list[str]:
    return [words.partition(" x")[0] for words in said]


def _totals(seen: dict[str, Any], row: Any) -> Verdict:
    """A channel's poll: the final tally is what Telegram counted."""
    there = [option["voter_count"] for option in seen["options"]]
    kept = json.loads(row.tally) if row.tally else [0] * len(there)
    pairs = list(zip(there, kept, strict=True))
    lost, more = sum(max(a - b, 0) for a, b in pairs), sum(max(b - a, 0) for a, b in pairs)
    return Verdict(votes_lost=lost, votes_doubled=more)


def _by_voter(seen: dict[str, Any], kept: dict[int, int], key: bytes) -> Verdict:
    """A group's poll: each voter's last choice stands, and nobody else's."""
    there = {pseudonym(int(user), key): sum(1 << o for o in options) for user, options in seen["votes"].items()}
    lost = sum(kept.get(voter) != options for voter, options in there.items())
    return Verdict(votes_lost=lost, votes_doubled=len(kept.keys() - there.keys()))
