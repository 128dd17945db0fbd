"""What must hold of an admin's dialogue in every world: all of an order is there, or nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.store import content
from bot.thread import markup
from bot.thread.model import Post
from tests.explorer import scene
from tests.explorer.scene import Delete

if TYPE_CHECKING:
    from tests.explorer.machine import Machine

CHANGED = ("replace", "correct")


def always(m: Machine) -> Iterator[str]:
    """Draft, publication, audit and posts tell the same; a reveal's picture is that of its words."""
    yield from _scheduled(m)
    yield from _cancelled(m)
    yield from _corrected(m)
    yield from _shown(m)


def at_last(m: Machine) -> Iterator[str]:
    """Whatever stands in the chat is what is stored."""
    stored = [content.understood(row[0]) for row in _rows(m, "SELECT content FROM posts ORDER BY position")]
    says = {_text(message) for message in _ours(m)}
    deleted = {event.label for event in m.scene.events if isinstance(event, Delete)}
    skipped = [row[0] == "skipped" for row in _rows(m, "SELECT state FROM posts ORDER BY position")]
    for post, gone in zip(stored, skipped, strict=True):
        if not gone and not any(_words(post) in said for said in says) and not deleted:
            yield f"the chat does not say what is stored: {_words(post)[:40]}"
    if m.scene.dialogue and not stored and m.world.happened == len(m.scene.events):
        yield "what was confirmed is not scheduled"


def skipped(m: Machine) -> set[str]:
    """What an admin has cancelled need not be there."""
    rows = _rows(m, "SELECT content FROM posts WHERE state = 'skipped'")
    return {scene.first(m.scene, markup.render(content.understood(row[0]).text).text) for row in rows}


def _rows(m: Machine, query: str) -> list[Any]:
    return m.disk.connection.execute(query).fetchall()


def _count(m: Machine, query: str) -> int:
    return int(_rows(m, f"SELECT count(*) FROM {query}")[0][0])


def _scheduled(m: Machine) -> Iterator[str]:
    made, told = _count(m, "publications"), _count(m, "audit WHERE action = 'schedule'")
    done = _count(m, "drafts WHERE state = 'done' AND publication_id AND thread IS NULL")
    corrections = _count(m, f"audit WHERE action IN {CHANGED} AND admin")  # of one post by each file
    if made != told + (not m.scene.dialogue) or made > 1:
        yield f"{made} publications, {told} of them in the audit"
    if done != told + corrections:
        yield f"{done} drafts are done, the audit has {told} scheduled and {corrections} corrections"


def _cancelled(m: Machine) -> Iterator[str]:
    for number, cancelled in _rows(m, "SELECT id, cancelled FROM publications"):
        told = _count(m, f"audit WHERE action = 'cancel' AND publication_id = {number}")
        left = _count(m, f"posts WHERE state = 'planned' AND publication_id = {number}")
        if bool(cancelled) != bool(told) or (cancelled and left):
            yield f"cancelled: {cancelled}, in the audit {told} times, and {left} posts are planned"


def _corrected(m: Machine) -> Iterator[str]:
    """Each post says what its audit says: as many versions behind the first one."""
    for post_id, position, stored in _rows(m, "SELECT id, position, content FROM posts"):
        kept = f"SELECT before FROM audit WHERE action IN {CHANGED} AND position = {position} ORDER BY id"
        before = [row[0] for row in _rows(m, kept)]
        expected = [_words(posts[position - 1]) for posts in m.scene.versions]
        found = [_words(content.understood(one)) for one in (*before, stored)]
        if not _follows(found, expected):
            yield f"post {position} is, after what the audit has of it: {found}"
        edits = _count(m, f"corrections WHERE post_id = {post_id}")
        corrects = _count(m, f"audit WHERE action = 'correct' AND position = {position}")
        if edits > corrects:
            yield f"post {position}: {edits} corrections, {corrects} in the audit"


def _follows(found: list[str], expected: list[str]) -> bool:
    """The first version, and others in their order."""
    places = [expected.index(one) if one in expected else -1 for one in found]
    return places[0] == 0 and all(one < other for one, other in pairwise(places))


def _shown(m: Machine) -> Iterator[str]:
    """A picture belongs to the answer above it, and says so at Telegram, too."""
    from tests.explorer.machine import picture

    drawn = {}
    for key, asked in _rows(m, "SELECT key, input FROM runs WHERE task = 'draw'"):
        if (ballot := json.loads(asked).get("ballot")) is None:  # a thread's result
            continue
        width = int.from_bytes(picture(key)[16:20])  # Telegram makes another file of it
        drawn[width] = [one["text"] for one in ballot["options"] if one["correct"]]
    for message in _ours(m):
        if message.reply_to and message.media and not message.text.startswith("📊"):
            answers = drawn.get(message.media.file.facts["width"])
            if answers is None or not all(f"The right answer: {one}" in message.text for one in answers):
                yield f"a picture of {answers} above the words {message.text[:60]!r}"


def _ours(m: Machine) -> list[Any]:
    chats = [chat for chat in m.emulated.chats.values() if chat.type != "private"]
    return [message for chat in chats for message in chat.messages.values() if message.bot_id]


def _text(message: Any) -> str:
    return message.text or ""


def _words(post: Post) -> str:
    """What tells its versions apart, as the chat shows it in the end."""
    return scene.right(post) if post.poll and any(one.correct for one in post.poll.options) else _said(post)


def _said(post: Post) -> str:
    return markup.render(post.text).text.split("\n\n")[0]
