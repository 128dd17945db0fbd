"""The status for a terminal: one table for each publication that is not done."""

from __future__ import annotations

from datetime import datetime

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bot.commands.status import PostStatus, PublicationStatus, RunStatus, Status
from bot.console import Console
from bot.plain import one_line

COLOURS = {"sent": "green", "revealed": "green", "open": "cyan", "closing": "yellow", "closed": "yellow"}
COLOURS |= {"unknown": "red", "failed": "red", "sending": "yellow", "reveal stopped": "red"}

UNCORRECTED = {"waiting": "to be corrected", "editing": "being corrected", "failed": "not corrected in the chat"}


def show(status: Status, now: datetime) -> None:
    """Print it."""
    if status.publications or status.done:
        Console().print(tables(status, now))
    else:
        print("nothing is scheduled yet: `pollbot schedule FILE --chat CHAT`")


def tables(status: Status, now: datetime) -> Group:
    """One table a publication, and a line for those that are left out."""
    left_out = [_done(status.done)] if status.done else []
    return Group(*(_table(publication, now) for publication in status.publications), *left_out)


def _done(number: int) -> str:
    one = number == 1
    which = "1 publication is" if one else f"{number} publications are"
    return f"{which} done: `pollbot status --all` shows {'it' if one else 'them'} as well"


def _table(publication: PublicationStatus, now: datetime) -> Table:
    topic = f" # {publication.topic}" if publication.topic else ""
    title = f"{publication.id} · {publication.thread} → {publication.chat}{topic} · {publication.state}"
    table = Table(title=Text(one_line(title)), title_justify="left")
    for name in ("#", "post", "state", "when (UTC)", "votes", "experiment"):
        table.add_column(name, justify="right" if name in ("#", "votes", "experiment") else "left")
    for post in publication.posts:
        table.add_row(*_cells(post, now))
    return table


def _cells(post: PostStatus, now: datetime) -> tuple[Text, ...]:
    poll = post.poll
    state: str = poll.state if poll else post.state
    if poll and poll.stopped:
        state = "reveal stopped"
    shown = Text(state, COLOURS.get(state, "dim"))
    if trouble := (poll.error if poll else None) or post.error:
        shown.append(f"\n{trouble}", "red")
    if post.uncorrected:
        shown.append(f"\n{UNCORRECTED[post.uncorrected]}", "red" if post.uncorrected == "failed" else "yellow")
    kind = f"poll {poll.id}" if poll else post.kind
    votes = str(poll.voters) if poll else ""
    return Text(str(post.position)), Text(kind), shown, _when(post, now), Text(votes), Text(_run(post.run))


def _run(run: RunStatus | None) -> str:
    if run is None:
        return ""
    words = [run.experiment, run.state]
    if run.state == "running":
        words = [run.experiment, f"{run.progress:.0%}", run.note or ""]
    return " ".join(filter(None, words))


def _when(post: PostStatus, now: datetime) -> Text:
    """When it went, and the next moment that matters: due, or closing."""
    lines = [f"sent {post.sent:%Y-%m-%d %H:%M:%S}"] if post.sent else []
    if post.state not in ("sent", "skipped") and not post.sent:
        lines.append(_ahead("due", post.due, now))
    if post.poll and post.poll.state == "open":
        lines.append(_ahead("closes", post.poll.closes, now))
    return Text("\n".join(lines))


def _ahead(word: str, at: datetime, now: datetime) -> str:
    seconds = (at - now).total_seconds()
    return f"{word} in {seconds:.0f} s" if 0 <= seconds < 120 else f"{word} {at:%Y-%m-%d %H:%M}"
