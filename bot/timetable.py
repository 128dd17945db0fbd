"""The commands about time: the week ahead, a chat's slots and clocks, a poll asked again. As those of `orders`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import output
from bot.orders import Position, Publication, now, opened
from bot.plain import one_line

app = typer.Typer()
Chat = Annotated[str, typer.Argument(help="@name or id of a chat that something was published to.", metavar="CHAT")]


@app.command()
def plan(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days ahead.")] = 7,
    zone: Annotated[str | None, typer.Option(help="By whose clocks; the newest publication's if not given.")] = None,
) -> None:
    """Show what goes out in the days ahead."""
    from bot.commands import timetable

    with opened() as database:
        lines = timetable.plan(database, days, zone, now())
    print("\n".join(map(one_line, lines)))


@app.command()
def slots(
    chat: Chat,
    when: Annotated[
        str | None, typer.Argument(help="'mon,wed,fri 18:00 Europe/Moscow', several with ';'; none.", metavar="[WHEN]")
    ] = None,
) -> None:
    """Show when something may go out in a chat, and which of these times is free; or set it."""
    from bot.commands import timetable

    with opened() as database:
        output.report(timetable.slots(database, chat, when, now()))


@app.command()
def zone(
    chat: Chat,
    name: Annotated[str, typer.Argument(help="Such as Europe/Moscow, Berlin or UTC+3.", metavar="ZONE")],
) -> None:
    """Say whose clocks the people of a chat go by."""
    from bot.commands import timetable

    with opened() as database:
        output.report(timetable.zone(database, chat, name, now()))


@app.command()
def again(
    publication: Publication,
    position: Position,
    start: Annotated[str, typer.Option(help="now, +2h or '2026-12-01 19:00 Europe/Moscow'.")] = "now",
) -> None:
    """Ask a closed poll again: a new publication with the same answer key."""
    from bot.commands import timetable

    with opened() as database:
        output.report(timetable.again(database, publication, position, start, now()))
