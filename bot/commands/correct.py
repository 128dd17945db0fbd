"""A post that stands in a chat is corrected by a mended file: the key of its poll, or its words and pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.commands import replace, status
from bot.errors import SettingsError
from bot.loops import comparing
from bot.loops.comparing import Compared
from bot.store import correcting, store
from bot.store.correcting import Change
from bot.store.store import Database
from bot.thread import drawn, markdown


def correct(
    database: Database, publication: int, position: int, file: Path, now: datetime, sure: Callable[[str], bool]
) -> str:
    """
    Put one post of a file in the place of what is stored, and have the chat follow; returns what was done.

    `sure` is shown what differs, and says whether that is meant. Raises `SettingsError`, `ThreadError`,
    `UnreadableError`; then, and where it is not meant, nothing is changed.
    """
    status.require(database, publication)
    thread = markdown.read(file)
    if not 1 <= position <= len(thread.posts):
        raise SettingsError(f"post {position}: {file} has posts 1 to {len(thread.posts)}")
    files = [drawn.files(post, file) for post in thread.posts]
    with store.reading(database) as connection:
        found = comparing.compare(connection, publication, thread, files, "en", position)
    if found.faults:
        raise SettingsError(comparing.said(found, "en"))
    if not found.changes:
        return f"publication {publication}: nothing differs in post {position}, and nothing is corrected"
    if not sure(_shown(found)):
        return f"publication {publication}: nothing is corrected"
    with database.begin() as connection:
        if not correcting.carry_out(connection, publication, found.changes, now):
            raise SettingsError(f"post {position} of publication {publication} has gone on meanwhile; look once more")
    return f"publication {publication}: {_done(found.changes[0])}"


def _shown(found: Compared) -> str:
    lines = [replace.shown(one.position, found.before[one.position], one.post) for one in found.changes]
    return "\n".join([*lines, comparing.said(found, "en")])


def _done(change: Change) -> str:
    if {"text", "reveal"} & {*change.deeds}:
        return f"post {change.position} is corrected; `pollbot run` edits it in the chat"
    return f"post {change.position} is corrected"
