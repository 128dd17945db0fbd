"""What readers have asked, for a shell and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.store import inquiries, store
from bot.store.inquiries import UNANSWERED, Inquiry
from bot.store.store import Database


class Asked(NamedTuple):
    """An inquiry: the post's number, the option's from 1 on, where it stands, and what was answered."""

    post: int
    option: str
    state: str
    asked: str
    text: str
    link: str
    answered: str
    answer: str


def rows(database: Database, publication: int) -> Iterator[Asked]:
    """Each of a publication, the oldest first."""
    return map(_row, _found(database, publication))


def lines(database: Database, publication: int, *, done: bool = False) -> list[str]:
    """A line for each that waits for an answer; `done`: for all of them."""
    found = [one for one in _found(database, publication) if done or one.state in (*UNANSWERED, "answering")]
    return [_line(one) for one in found] or [f"publication {publication}: no question is without an answer"]


def _found(database: Database, publication: int) -> list[Inquiry]:
    with store.reading(database) as connection:
        return inquiries.of(connection, publication)


def _row(one: Inquiry) -> Asked:
    option = "" if one.option is None else str(one.option + 1)
    at = one.answered.isoformat() if one.answered else ""
    return Asked(one.position, option, one.state, one.asked.isoformat(), one.text, one.link or "", at, one.answer or "")


def _line(one: Inquiry) -> str:
    about = "" if one.option is None else f", option {one.option + 1}"
    error = f"; {one.error}" if one.error else ""
    words = " ".join(one.text.split())
    return f"{one.asked:%Y-%m-%d %H:%M} UTC  post {one.position}{about}, {one.state}{error}: {words}  {one.link or ''}"
