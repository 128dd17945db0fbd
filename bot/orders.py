"""The commands that steer a publication. Each imports what it needs when it runs, as those of `cli` do."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import output, settings
from bot.plain import one_line

if TYPE_CHECKING:
    from bot.store.states import Action
    from bot.store.store import Database

app = typer.Typer()
Publication = Annotated[int, typer.Argument(help="The publication's id, as `pollbot status` shows it.", metavar="ID")]
Position = Annotated[int, typer.Argument(help="The post's number in the publication.", metavar="POSITION")]


def now() -> datetime:
    """The only clock that commands ask."""
    return datetime.now(UTC)


@app.command()
def pause(publication: Publication) -> None:
    """Let no more posts of a publication go out; polls that stand are closed and revealed."""
    _steer("pause", publication)


@app.command()
def resume(publication: Publication) -> None:
    """Let a paused publication go on, as much later as it was paused."""
    _steer("resume", publication)


@app.command()
def move(
    publication: Publication,
    by: Annotated[str | None, typer.Option(help="Later by 2h, earlier by -30m.", metavar="SPAN")] = None,
    to: Annotated[str | None, typer.Option(help="When its next post goes out: +2h, or a time.", metavar="WHEN")] = None,
) -> None:
    """Move all posts of a publication that are still planned."""
    from bot.commands import steer

    with opened() as database:
        order = steer.moved(database, publication, by, to, now())
        output.report(steer.carry_out(database, order, now()))


@app.command()
def skip(publication: Publication, position: Position) -> None:
    """Go on without a post that is planned."""
    _steer("skip", publication, position)


@app.command()
def send(publication: Publication, position: Position) -> None:
    """Send the next post now; those behind it keep their times."""
    _steer("send", publication, position)


@app.command()
def close(publication: Publication, position: Position) -> None:
    """Close a poll now; its reveal follows."""
    _steer("close", publication, position)


@app.command()
def cancel(
    publication: Publication,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let nothing more of a publication go out, for good; polls that stand are closed and revealed."""
    if not yes and not typer.confirm(f"cancel what is left of publication {publication}, for good?"):
        raise typer.Exit(1)
    _steer("cancel", publication)


@app.command()
def questions(
    publication: Publication,
    done: Annotated[bool, typer.Option("--all", help="Also those that are answered or put aside.")] = False,
) -> None:
    """Show what readers have asked by replying to a publication's posts; an admin answers in Telegram."""
    from bot.commands import questions as asked
    from bot.commands import status

    with opened() as database:
        status.require(database, publication)
        print("\n".join(map(one_line, asked.lines(database, publication, done=done))))


@app.command()
def replace(
    publication: Publication,
    file: Annotated[Path, typer.Argument(help="The mended thread: one Markdown file.", metavar="FILE")],
    position: Annotated[int | None, typer.Option("--post", help="Only this post.", metavar="POSITION")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a mended file in the place of what has not gone out yet; what differs is shown first."""
    from bot.commands import replace as replacing

    def sure(differs: str) -> bool:
        output.report(differs)
        return yes or typer.confirm("replace it?")

    with opened() as database:
        output.report(replacing.replace(database, publication, file, position, now(), sure))


@app.command()
def correct(
    publication: Publication,
    position: Position,
    file: Annotated[Path, typer.Argument(help="The mended thread: one Markdown file.", metavar="FILE")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Correct a post that stands in the chat, and its reveal, where they stand; what differs is shown first."""
    from bot.commands import correct as correcting

    def sure(differs: str) -> bool:
        output.report(differs)
        return yes or typer.confirm("correct it?")

    with opened() as database:
        output.report(correcting.correct(database, publication, position, file, now(), sure))


@app.command()
def log(
    publication: Annotated[int | None, typer.Argument(help="Only this publication.", metavar="[ID]")] = None,
) -> None:
    """Show who has done what to publications."""
    from bot.commands import steer

    with opened() as database:
        lines = steer.log(database, publication)
    print("\n".join(map(one_line, lines)) or "nobody has done anything yet")


def _steer(action: Action, publication: int, position: int | None = None) -> None:
    from bot.commands import steer
    from bot.store.steering import Order

    with opened() as database:
        output.report(steer.carry_out(database, Order(action, publication, position), now()))


def opened() -> AbstractContextManager[Database]:
    """The database of the settings, as it is."""
    from bot.store import modes, store

    modes.private()
    return store.opened(settings.load().database_url)
