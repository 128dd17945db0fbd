"""The commands. Each imports what it needs when it runs, so that `pollbot --help` stays instant."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from bot import interrupt, orders, output, settings, timetable
from bot.errors import ExperimentError
from bot.orders import Position, Publication, now
from bot.orders import opened as _database
from bot.plain import one_line
from languages.catalogue import SOURCE, languages


def _spoken(code: str) -> str:
    if code not in languages():
        raise typer.BadParameter(f"{code!r} is none of {', '.join(languages())}")
    return code


app = typer.Typer(
    name="pollbot",
    help="Threads of polls for machine-learning channels: predict, vote, then see it measured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(orders.app)
app.add_typer(timetable.app)
File = Annotated[Path, typer.Argument(help="A thread: one Markdown file.", metavar="FILE")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served; 0 takes a free port.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"pollbot {version('pollbot')}")
        raise typer.Exit


@app.callback()
def pollbot(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    pass


def _number(value: float) -> float:
    """Neither below nor above a limit, and yet not between them."""
    if math.isnan(value):
        raise typer.BadParameter("nan is no number")
    return value


@app.command()
def demo(
    file: Annotated[Path, typer.Argument(help="The thread to show.", metavar="FILE")] = Path("threads/pytorch.md"),
    leave: Annotated[bool, typer.Option("--exit", help="End when the last poll is revealed.")] = False,
    port: Port = 8790,
    voters: Annotated[int, typer.Option(min=1, max=5000, help="How many subscribers each chat has.")] = 203,
    open_s: Annotated[
        float, typer.Option("--open", min=1, max=3600, callback=_number, help="How many seconds a poll stays open.")
    ] = 24,
) -> None:
    """Watch a thread run from file to reveal: no token, no network, hours become seconds."""
    from bot.demo.demo import show
    from bot.store import modes

    modes.private()
    raise typer.Exit(show(file, port=port, voters=voters, open_s=open_s, leave=leave or not sys.stdout.isatty()))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Threads to check.", metavar="FILE...")],
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How problems are written.")] = "text",
    experiments: Annotated[bool, typer.Option("--experiments", help="Also measure, and compare the answers.")] = False,
    seeds: Annotated[int | None, typer.Option(min=1, max=256, help="Another number of seeds than they say.")] = None,
) -> None:
    """Tell every problem of a thread file, with its place."""
    from bot.commands import check as checking
    from bot.console import Console

    problems = checking.files(files, form, Console())
    if experiments and not problems:
        from bot.commands import answers

        problems = answers.check(files, Console(stderr=form == "json"), seeds)
    raise typer.Exit(1 if problems else 0)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files with questions.", metavar="FILE...")],
    kind: Annotated[
        Literal["course", "gift", "aiken", "mkdocs-quiz", "quizdown", "tasks", "csv", "telegram", "text"] | None,
        typer.Option("--from", help="What the files are, where it is guessed wrong."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The draft; standard output if not given.", metavar="FILE")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Also where there is such a file.")] = False,
) -> None:
    """Make a draft thread of a quiz, and tell what became of each question."""
    from bot.commands import importing

    raise typer.Exit(0 if importing.run(files, kind, out, overwrite=overwrite) else 1)


@app.command()
def preview(
    file: File,
    port: Port = 8791,
    png: Annotated[
        Path | None, typer.Option(help="Write one long picture of all posts instead, and end.", metavar="OUT.png")
    ] = None,
) -> None:
    """Show posts and reveals as Telegram will, in a page on this machine that follows the file while it is edited."""
    from bot.demo.preview import show

    show(file, port, png)


@app.command()
def schedule(  # noqa: PLR0913, PLR0917 one for each option of the command line
    file: File,
    chat: Annotated[str, typer.Option(help="@name, id or https://t.me/name of the channel or group.")],
    start: Annotated[
        str | None, typer.Option(help="now, +2h, '2026-12-01 19:00 Europe/Moscow', or slot: the chat's next free one.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Of a forum: a topic's name or number.", metavar="TOPIC")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also where the chat has had these posts, or has this title still running.")
    ] = False,
    far: Annotated[bool, typer.Option("--far", help="Also for a start that is more than a year away.")] = False,
    trial: Annotated[
        bool, typer.Option("--try", help="Each hour is a second, and nothing of it counts: for a chat of your own.")
    ] = False,
) -> None:
    """Store a publication and print its plan."""
    from bot.commands import publish
    from bot.store import modes

    modes.private()
    publish.publish(_settings(), publish.Wish(file, chat, topic, start, again, far, trial), now())


@app.command()
def run(
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Measure and draw on this machine.")] = True,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every batch of votes.")] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Run the bot: post, take votes, close, reveal. Stop it with Ctrl-C or SIGTERM."""
    import asyncio

    from bot import app as running
    from bot import log
    from bot.store import modes

    modes.private()
    if with_parent:
        running.end_with_parent()
    notes: list[str] = []
    given = settings.load(notes.append)
    log.configure(given.log_format, token=given.token.get_secret_value(), verbose=verbose)
    log.note(notes)
    asyncio.run(running.run(given, now, worker=worker))


@app.command()
def worker() -> NoReturn:
    """Run a worker alone: it measures and draws what the bot queues in the same database."""
    from bot.store import modes

    modes.private()
    _become("bot.worker", _settings().environment())


@app.command()
def status(
    publication: Annotated[int | None, typer.Argument(help="Only this publication.", metavar="[ID]")] = None,
    done: Annotated[bool, typer.Option("--all", help="Also those that are done; with --json they always are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what is planned, sent, open, closed, revealed, in doubt."""
    from bot.commands import board
    from bot.commands import status as state

    with _database() as database:
        found = state.read(database, publication, live=not (done or as_json))
    if as_json:
        print(found.model_dump_json(indent=1))
    else:
        board.show(found, now())


@app.command()
def mend(
    publication: Publication,
    position: Position,
    send: Annotated[
        bool | None,
        typer.Option(
            "--send/--done", help="Send it again; or go on without: it is there, or not wanted.", show_default=False
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="It is there: its link, https://t.me/name/N or https://t.me/c/ID/N.")
    ] = None,
) -> None:
    """After a look into the chat: let a stopped post (or its reveal) go on."""
    from bot.commands import mend as mending

    with _database() as database:
        output.report(mending.mend(database, publication, position, now(), send=send, at=at))


@app.command()
def export(  # noqa: PLR0913, PLR0917 one for each option of the command line
    publication: Publication,
    votes: Annotated[
        bool, typer.Option("--votes", help="One row per vote (of a pseudonym) instead of tallies.")
    ] = False,
    results: Annotated[
        bool, typer.Option("--results", help="One row per closed poll: shares of right votes, over its time.")
    ] = False,
    questions: Annotated[
        bool, typer.Option("--questions", help="One row per question of a reader instead of tallies.")
    ] = False,
    form: Annotated[
        Literal["csv", "json", "markdown", "gift"],
        typer.Option("--format", help="How rows are written; or the thread itself, as a file or for Moodle."),
    ] = "csv",
    out: Annotated[
        Path | None, typer.Option(help="Where the thread goes, and its pictures beside it.", metavar="FILE")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Also where there are such files.")] = False,
) -> None:
    """Write tallies, results, or one row per vote or question, to standard output; or the thread itself."""
    from bot.commands import export as table
    from bot.commands import outcome, status, written
    from bot.commands import questions as asked

    if (votes or results or questions) and form in {"markdown", "gift"}:
        raise typer.BadParameter("votes, results and questions are rows: --format csv or json")
    if votes + results + questions > 1:
        raise typer.BadParameter("--votes, --results and --questions are tables: ask for one after the other")
    if out and form not in {"markdown", "gift"}:
        raise typer.BadParameter("--out is for a thread, --format markdown or gift; rows go to standard output")
    with _database() as database:
        status.require(database, publication)
        if form == "markdown" or form == "gift":  # noqa: PLR1714 mypy narrows by this
            written.export(database, publication, form, out, overwrite=overwrite)
        elif results:
            rows = outcome.outcomes(database, publication)
            table.write(outcome.Outcome._fields, rows, form, output.to_the_letter())
        elif votes:
            table.write(table.Ballot._fields, table.ballots(database, publication), form, output.to_the_letter())
        elif questions:
            table.write(asked.Asked._fields, asked.rows(database, publication), form, output.to_the_letter())
        else:
            table.write(table.Count._fields, table.tallies(database, publication), form, output.to_the_letter())


@app.command()
def results(publication: Publication) -> None:
    """Show how polls came out: how many were right, first and in the end, and what surprised."""
    from bot.commands import outcome, status

    with _database() as database:
        status.require(database, publication)
        outcome.show(database, publication)


@app.command()
def experiment(  # noqa: PLR0913, PLR0917 one for each option
    name: Annotated[str | None, typer.Argument(help="Without one, all are listed.", metavar="NAME")] = None,
    params: Annotated[list[str] | None, typer.Option("--set", help="A parameter.", metavar="K=V")] = None,
    seeds: Annotated[int | None, typer.Option(help="How many seeds.")] = None,
    again: Annotated[int, typer.Option(min=0, max=1000, help="Other seeds: repetition 1, 2, …")] = 0,
    votes: Annotated[str | None, typer.Option(help="A percentage for each option.", metavar="P,P,…")] = None,
    language: Annotated[str, typer.Option(help="Of table and picture.", callback=_spoken)] = SOURCE,
    out: Annotated[Path | None, typer.Option(help="The picture: NAME.png if not given.", metavar="FILE.png")] = None,
    profile: Annotated[Path | None, typer.Option(help="A trace of torch's profiler.", metavar="FILE.json")] = None,
    keys: Annotated[bool, typer.Option("--keys", help="Only list the numbers that a poll's texts may name.")] = False,
) -> None:
    """Measure one experiment in this process, tell its findings, draw its picture; a terminal is asked for settings."""
    from bot.console import Console
    from experiments import by_hand, launch

    launch.forget()  # it runs in this very process
    if name is None:
        Console().print(by_hand.listed())
        return
    interrupt.last(Console(stderr=True).show_cursor)  # a progress bar hides it
    try:
        if keys:
            Console().print(by_hand.keys(name, language))
            return
        bare = params is None and seeds is None and votes is None and out is None
        if bare and sys.stdin.isatty() and sys.stderr.isatty():
            params = by_hand.ask(name, Console)
        count = 16 if seeds is None else seeds
        by_hand.run(name, params or [], count, out, language, votes, profile, Console, again)
    except (by_hand.Mistake, by_hand.NotInstalledError) as error:
        raise ExperimentError(str(error)) from None


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes.", metavar="FILE")]) -> None:
    """Copy the database while the bot runs; the copy is whole and can be opened at once."""
    from bot.commands import doctor

    with _database() as database:
        size = doctor.backup(database, file)
    output.report(f"{file}: {size:,} bytes, checked")


@app.command()
def rekey(
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Also while people can vote: who votes again is counted twice till the end."),
    ] = False,
) -> None:
    """Hash voters under another key from now on, POLLBOT_VOTER_KEY or a new one; the bot must not run."""
    from bot.store import lock, voter_key

    given = settings.load()
    with _database() as database, lock.held(given.database_url, "bot"):
        path = voter_key.rekey(database, given.voter_key.get_secret_value(), anyway=anyway)
    output.report(f"the voter key is {path or 'POLLBOT_VOTER_KEY'} now; the old one opens nothing any more")


@app.command()
def doctor(
    inbox: Annotated[
        Literal["again", "drop"] | None,
        typer.Option("--inbox", help="Before it: have what is stuck in the inbox tried again, or drop it."),
    ] = None,
) -> None:
    """Check the database, the states of everything in it, and what is stuck; say how to mend it."""
    from bot.commands import doctor as checks

    with _database() as database:
        if inbox:
            output.report(checks.unstick(database, inbox))
        complaints = checks.examine(database, now())
    print("\n".join(map(one_line, complaints)) or "all is well")
    raise typer.Exit(1 if complaints else 0)


@app.command()
def health(
    worker: Annotated[bool, typer.Option("--worker", help="The worker instead of the bot.")] = False,
) -> None:
    """Exit 0 when the bot on this database (or its worker) has been alive within the last minute."""
    from bot.commands import health as pulse

    pulse.check(settings.load().database_url, "worker" if worker else "bot", now())
    print("alive")


def _settings() -> settings.Settings:
    """Those of a command that reaches out; on standard error stands what a `.env` has set."""
    return settings.load(lambda words: print(one_line(f"pollbot: {words}"), file=sys.stderr))


def _become(module: str, given: Mapping[str, str]) -> NoReturn:
    """Let another program take this process's place, with these settings and no others."""
    from bot import points
    from experiments import launch

    environment = launch.environment(*launch.DASK, points.VARIABLE, **output.encoding(), **given)
    os.execve(sys.executable, launch.command(module), environment)  # noqa: S606 no shell is meant
