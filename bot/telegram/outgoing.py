"""
What a post becomes in Telegram: an ordered list of messages, each within Telegram's limits.

Pure and repeatable: the same post always gives the same parts, so that after a stop the bot goes on with the part
that is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.store.states import Kind
from bot.thread import markup, parts
from bot.thread.model import Poll, Post
from bot.thread.rich import Rich


@dataclass(frozen=True)
class TextMessage:
    kind: ClassVar[Kind] = "text"
    body: Rich


@dataclass(frozen=True)
class PhotoMessage:
    """One photo, or an album of up to ten; the caption stands under the first."""

    kind: ClassVar[Kind] = "photo"
    photos: tuple[bytes, ...]
    caption: Rich


@dataclass(frozen=True)
class PollMessage:
    """`pictures` are the poll's own, then its options', as in `Poll.asked`; `closed`: nobody is to vote in it."""

    kind: ClassVar[Kind] = "poll"
    poll: Poll
    pictures: tuple[bytes, ...] = ()
    closed: bool = False

    @property
    def about(self) -> Rich:
        return markup.render(self.poll.description)


Outgoing = TextMessage | PhotoMessage | PollMessage


def of_post(post: Post, files: Sequence[bytes]) -> list[Outgoing]:
    """The messages of a post; `files` are its pictures. A poll comes last, so that the post is done when it stands."""
    if post.poll:
        asked = tuple(files[: len(post.poll.asked)])
        return [*of_text(markup.render(post.text)), PollMessage(post.poll, asked)]
    body = markup.render(post.text)
    return captioned(files, body) if files else of_text(body)


def of_text(body: Rich) -> list[Outgoing]:
    """A text of any length."""
    return [TextMessage(part) for part in parts.split(body)]


def of_pictures(photos: Sequence[bytes]) -> list[Outgoing]:
    """Photos that need no words, if there are any."""
    return [PhotoMessage(tuple(photos), Rich(""))] if photos else []


def captioned(photos: Sequence[bytes], body: Rich) -> list[Outgoing]:
    """Photos with their text as caption; what a caption cannot hold goes on as messages, uncut."""
    caption, *rest = parts.split(body, first=parts.CAPTION_LIMIT) or [Rich("")]
    return [PhotoMessage(tuple(photos), caption), *map(TextMessage, rest)]
