"""What came of a publication's closed polls, as rows and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from bot.console import Console
from bot.errors import UnreadableError
from bot.plain import one_line
from bot.store import results, store
from bot.store.results import PollResult
from bot.store.store import Database

DIGITS = 4  # of a share


class Outcome(NamedTuple):
    """
    A closed poll. Shares, from 0 to 1, are of `votes`: where several options may be chosen, of all that were.

    How many had voted, and how many of their votes were right, when a quarter, a half and three quarters of its time
    were over; none where nothing is known of that moment.
    """

    position: int
    poll: str
    question: str
    voters: int
    votes: int
    right: float | None
    favourite: str | None
    favourite_share: float | None
    surprise: str | None
    surprise_share: float | None
    voters_quarter: int | None
    right_quarter: float | None
    voters_half: int | None
    right_half: float | None
    voters_three_quarters: int | None
    right_three_quarters: float | None


def outcomes(database: Database, publication: int) -> Iterator[Outcome]:
    """One row per closed poll. Raises `UnreadableError` at the end where this version cannot read a post."""
    with store.reading(database) as connection:
        found = results.read(connection, publication, moments=True)
        left_out = results.unreadable(connection, publication)
    yield from map(_row, found)
    if left_out:
        numbers = ", ".join(map(str, left_out))
        msg = f"left out, for this version cannot read what is stored of them: post {numbers}"
        raise UnreadableError(msg)


def _row(one: PollResult) -> Outcome:
    moments = {moment.part: moment for moment in one.moments}
    told: list[float | int | None] = []
    for part in results.QUARTERS:
        moment = moments.get(part)
        told += [moment.voters, _share(one.right_at(moment.counts))] if moment else [None, None]
    most, wrong = one.favourite, one.surprise
    about = one.position, one.poll.id, one.poll.question, one.voters, sum(one.counts), _share(one.right)
    return Outcome._make((*about, *_option(one, most), *_option(one, wrong), *told))


def _option(one: PollResult, option: int | None) -> tuple[str | None, float | None]:
    return (None, None) if option is None else (one.poll.options[option].text, _share(one.share(option)))


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def show(database: Database, publication: int) -> None:
    """Print it as a table, and how many people were right how often, where voters are known."""
    table = Table()
    for name in ("#", "poll", "votes", "right", "at a quarter", "most chosen", "most chosen wrong"):
        table.add_column(name, justify="right" if name in ("#", "votes", "right", "at a quarter") else "left")
    for one in outcomes(database, publication):
        chosen = _told(one.favourite, one.favourite_share), _told(one.surprise, one.surprise_share)
        shares = _percent(one.right), _percent(one.right_quarter)
        cells = (str(one.position), one_line(one.question), str(one.votes), *shares, *chosen)
        table.add_row(*map(Text, cells))
    if not table.row_count:
        print("no poll of it is closed yet")
        return
    console = Console()
    console.print(table)
    with store.reading(database) as connection:
        polls, scores = results.scored(connection, publication), results.leaderboard(connection, publication)
    for score in scores:
        print(f"{score.right} of {polls} right: {score.people} {'person' if score.people == 1 else 'people'}")


def _told(option: str | None, share: float | None) -> str:
    return "" if option is None else f"{_percent(share)} {one_line(option)}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"
