"""
What a file changes of a publication, post by post: what can be done about each, or why that cannot be.

Nothing is changed here. What was found holds for the posts as they stand, at their revisions: `store.correcting`
carries it out only while they still do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection

from bot.errors import ExperimentError, UnreadableError
from bot.loops import answer_key, comparing_words, words
from bot.loops.comparing_words import Wrong
from bot.store import correcting
from bot.store.address import Chat
from bot.store.correcting import Change, Deed, Stored
from bot.store.runs import content_key
from bot.telegram import outgoing
from bot.thread.model import Language, Poll, Post, Thread

KEPT = ("line", "days", "pause", "after")  # of what stands: its place in the file, and when it was to go out
# Of a poll that stands Telegram shows none of these.
OURS = {"id", "options", "explanation", "explained", "experiment", "shares", "open", "kind"}


class Fault(NamedTuple):
    """Why a file cannot be carried out: what is wrong with one of its posts, or with the whole (0)."""

    position: int
    wrong: Wrong
    here: int = 0
    there: int = 0
    reason: str = ""


class Compared(NamedTuple):
    """`before` holds the posts that change, as they are. Where there are `faults`, nothing can be done."""

    publication: int
    chat: str
    changes: list[Change]
    faults: list[Fault]
    before: dict[int, Post]

    @property
    def mark(self) -> str:
        """Tells apart what somebody was shown from what it has become since."""
        return content_key([self.publication, [one[:4] for one in self.changes]])[:12]


def runs(
    connection: Connection, thread: Thread, files: Sequence[Sequence[bytes]], language: Language
) -> Iterator[Compared]:
    """The publications that a thread may be a new version of; one that this version cannot read is none."""
    for one in correcting.candidates(connection, thread):
        with suppress(UnreadableError, ExperimentError):
            yield compare(connection, one.id, thread, files, language)


def compare(
    connection: Connection,
    publication: int,
    thread: Thread,
    files: Sequence[Sequence[bytes]],
    language: Language,
    only: int | None = None,
) -> Compared:
    """What would change of a publication, or of one post of it. Raises `UnreadableError` or `ExperimentError`."""
    chat = correcting.chat(connection, publication)
    assert chat, "nobody compares with nothing"
    found = Compared(publication, chat.ref, [], [], {})
    stored = correcting.stored(connection, publication)
    if len(stored) != len(thread.posts):
        found.faults.append(Fault(0, "count", len(stored), len(thread.posts)))
        return found
    for one, post, pictures in zip(stored, thread.posts, files, strict=True):
        if only in (None, one.position):
            _compare(connection, chat, found, one, post, tuple(pictures), language)
    return found


def _compare(  # noqa: PLR0913, PLR0917 a post, and where it stands
    connection: Connection,
    chat: Chat,
    found: Compared,
    stored: Stored,
    post: Post,
    pictures: tuple[bytes, ...],
    language: Language,
) -> None:
    before = correcting.pictures(connection, stored.post_id)
    out = stored.standing not in ("planned", "skipped")
    kept = KEPT if out else KEPT[:1]
    post = post.model_copy(update={name: getattr(stored.post, name) for name in kept})
    if stored.standing in ("closed", "revealed") and post.poll and stored.post.poll:
        post = post.model_copy(update={"poll": post.poll.model_copy(update={"open": stored.post.poll.open})})
    if post == stored.post and pictures == before:
        return
    found.before[stored.position] = stored.post
    faults = list(_faults(connection, chat, stored, post, (before, pictures), language))
    found.faults.extend(faults)
    if not faults:
        deeds = _deeds(stored, post, pictured=pictures != before)
        change = Change(stored.position, stored.standing, stored.revision, deeds, post, pictures, pictures != before)
        found.changes.append(change)


def _faults(
    connection: Connection,
    chat: Chat,
    stored: Stored,
    post: Post,
    pictures: tuple[tuple[bytes, ...], tuple[bytes, ...]],
    language: Language,
) -> Iterator[Fault]:
    at, old = stored.position, stored.post
    match stored.standing:
        case "planned":
            if post.poll and post.poll.restricted and chat.type != "channel":
                yield Fault(at, "voters")
            return
        case "skipped" | "going" as standing:
            yield Fault(at, standing)
            return
    if stored.left_behind:
        yield Fault(at, "left")
    elif post.kind != old.kind:
        yield Fault(at, "kind")
    elif post.poll and old.poll:
        yield from _of_poll(connection, stored, (old.poll, post.poll), pictures, language)
    elif len(post.pictures) != len(old.pictures):
        yield Fault(at, "pictures", len(old.pictures), len(post.pictures))
    if post.text != old.text:
        texts = sum(one.kind == "text" for one in outgoing.of_post(post, pictures[1]))
        if texts > stored.texts:
            yield Fault(at, "long", stored.texts, texts)


def _of_poll(
    connection: Connection,
    stored: Stored,
    polls: tuple[Poll, Poll],
    pictures: tuple[tuple[bytes, ...], tuple[bytes, ...]],
    language: Language,
) -> Iterator[Fault]:
    at, (old, new), asked = stored.position, polls, len(polls[0].asked)
    if _shown(old) != _shown(new) or pictures[0][:asked] != pictures[1][:asked]:
        yield Fault(at, "shown")
    elif stored.standing == "open" and old.open != new.open:
        yield Fault(at, "open")
    elif stored.reveal and len(old.explained) != len(new.explained):
        yield Fault(at, "pictures", len(old.explained), len(new.explained))
    elif reason := answer_key.judged(connection, new, language):
        yield Fault(at, "key", reason=reason)


def _shown(poll: Poll) -> object:
    """What Telegram shows of it."""
    options = [(option.voted, option.picture) for option in poll.options]
    return poll.kind == "quiz", options, poll.model_dump(exclude=OURS)


def _deeds(stored: Stored, post: Post, *, pictured: bool) -> tuple[Deed, ...]:
    if stored.standing == "planned":
        return ("replace",)
    deeds: list[Deed] = []
    if post.text != stored.post.text or (post.poll is None and pictured):
        deeds.append("text")
    old, new = stored.post.poll, post.poll
    if old and new and (old != new or pictured):
        told = pictured or _told(old) != _told(new)
        over: Deed = "reveal" if stored.reveal and told else "kept"
        deeds.append(over if stored.standing in ("revealed", "sent") else "key")
    return tuple(deeds)


def _told(poll: Poll) -> object:
    """What a reveal may tell of it."""
    return poll.model_dump(exclude={"id", "shares"})


def said(found: Compared, language: Language) -> str:
    """In words: what is wrong with each post, or what becomes of it."""
    lines = [_fault(one, found, language) for one in found.faults]
    return "\n".join(lines or (change(one, language) for one in found.changes))


def change(one: Change, language: Language) -> str:
    """What becomes of a post."""
    deeds = [words.say(comparing_words.DEED[deed], language) for deed in one.deeds]
    if one.post.poll and one.post.poll.kind == "quiz" and {"key", "reveal"} & {*one.deeds}:
        deeds.append(words.say(comparing_words.QUIZ, language))
    return words.say(comparing_words.CHANGE, language, position=one.position, deeds="; ".join(deeds))


def _fault(one: Fault, found: Compared, language: Language) -> str:
    return words.say(comparing_words.WRONG[one.wrong], language, publication=found.publication, **one._asdict())
