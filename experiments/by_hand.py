"""
One experiment by hand: measure, tell the findings as a table, draw the picture.

Everything runs in this process: an experiment that is being written fails with its own traceback. torch is imported
when there is nothing left that the person at the keyboard could have got wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from experiments import command, device, quantity
from experiments.catalogue import ENTRIES, Entry, run_key
from experiments.command import Mistake
from experiments.installed import NotInstalledError, need
from experiments.measurement import Ballot, Finding, Language, Measurement, OptionVotes
from experiments.quantity import Form
from experiments.topic import Context, Params

__all__ = ["Mistake", "NotInstalledError", "listed", "run"]
MARKS = {"yes": "[green]yes[/]", "no": "[red]no[/]", "depends": "[yellow]depends[/]"}


def run(  # noqa: PLR0913, PLR0917 one for each option of the command line
    name: str,
    settings: list[str],
    seeds: int,
    out: Path | None = None,
    language: Language = "en",
    votes: str | None = None,
    profile: Path | None = None,
    terminal: Callable[..., Console] = Console,
    again: int = 0,
) -> Measurement:
    """
    Measure and draw with a progress bar; `settings` are k=v, `votes` percentages, `profile` where a trace goes.
    `again` takes other seeds, those of this repetition.

    The picture goes to `out`, or NAME.png in the current folder. Raises `Mistake`; where torch is missing,
    `NotInstalledError`.
    """
    entry = command.find(name)
    params = command.parameters(entry, settings)
    shares = percentages(entry, votes)
    if seeds < 1:
        msg = f"--seeds must be at least 1, not {seeds}"
        raise Mistake(msg)
    picture = out or Path(f"{name}.png")
    writable("--out", picture)
    if profile:
        writable("--profile", profile)
    console = terminal(stderr=True)
    context = Context(device=device.own(), profile=profile)
    measurement = _measure(entry, params, seeds, context, console, again)
    terminal().print(table(measurement, language, "" if again else _key(measurement, context.device)))
    terminal().print(numbers_of(measurement, language))
    _written(picture, _drawn(measurement, ballot(entry, measurement, shares), language))
    for file in filter(None, (picture, profile)):
        console.print(f"[bold]{escape(str(file))}[/] {file.stat().st_size // 1000} kB")
    return measurement


def listed() -> Table:
    """Every experiment by name."""
    shown = Table(box=None, show_header=False, pad_edge=False)
    shown.add_column(no_wrap=True)
    shown.add_column()
    for entry in ENTRIES.values():
        shown.add_row(entry.name, entry.question)
    return shown


def ask(name: str, terminal: Callable[..., Console] = Console) -> list[str]:
    """
    Ask a person for each parameter, its range beside it, until it can be; returns k=v. Raises `Mistake`.

    An empty answer takes the default, and so does the end of the input.
    """
    entry, console = command.find(name), terminal(stderr=True)
    console.print(f"{escape(entry.question)}\nEnter takes what stands in brackets; try it wrong.")
    given: list[str] = []
    for key, default, allowed in command.asked(entry):
        while True:
            try:
                answer = console.input(
                    f"[bold]{escape(key)}[/] {escape(allowed)} [dim]\\[{escape(default)}][/]: "
                ).strip()
            except EOFError:
                return given
            try:
                command.parameters(entry, [*given, *([f"{key}={answer}"] if answer else [])])
            except Mistake as mistake:
                console.print(f"[red]{escape(str(mistake))}[/]")
                continue
            given += [f"{key}={answer}"] if answer else []
            break
    return given


def keys(name: str, language: Language) -> Table:
    """What the texts of a poll may name of an experiment, `{KEY:FORM}`: key, unit, meaning. Raises `Mistake`."""
    shown = Table(box=None, pad_edge=False)
    shown.add_column("key", no_wrap=True)
    shown.add_column("unit", no_wrap=True)
    shown.add_column("meaning")
    for key, found in command.find(name).numbers.items():
        shown.add_row(escape(key), found.unit, escape(found.meaning[language]))
    return shown


def percentages(entry: Entry, votes: str | None) -> list[float] | None:
    """One percentage for each option, in the order of the catalogue."""
    if votes is None:
        return None
    try:
        shares = [float(share) for share in votes.split(",")]
    except ValueError:
        msg = f"--votes {votes!r} must be numbers with commas between, such as 18,23.6,51.7,6.7"
        raise Mistake(msg) from None
    if len(shares) != len(entry.options) or not all(0 <= share <= 100 for share in shares):
        msg = f"--votes needs {len(entry.options)} percentages, one for each of: {', '.join(entry.options)}"
        raise Mistake(msg)
    return shares


def ballot(entry: Entry, measurement: Measurement, shares: list[float] | None) -> Ballot:
    """A poll of a thousand voters with the experiment's own options; what was measured is right."""
    supported = {finding.option: finding.supported for finding in measurement.findings}
    counts = [round(10 * share) for share in shares or [0.0] * len(entry.options)]
    rows = zip(entry.options, counts, strict=True)
    options = tuple(OptionVotes(text=key, votes=n, correct=supported[key] == "yes", key=key) for key, n in rows)
    return Ballot(question=entry.question, options=options, voters=sum(counts))


def writable(option: str, file: Path) -> None:
    """Try it before anything is measured, and leave everything as it was; raises `Mistake`."""
    try:
        new = not file.exists()
        with file.open("ab"):
            pass
        if new:
            file.unlink()
    except OSError as error:
        raise Mistake(_unwritten(option, file, error)) from None


def _written(file: Path, picture: bytes) -> None:
    try:
        file.write_bytes(picture)
    except OSError as error:  # the disk has become full meanwhile
        raise Mistake(_unwritten("--out", file, error)) from None


def _unwritten(option: str, file: Path, error: OSError) -> str:
    return f"{option} {str(file)!r} cannot be written ({error.strerror}): name a file in a folder that can be"


def _drawn(measurement: Measurement, poll: Ballot, language: Language) -> bytes:
    from experiments import perform

    return perform.draw(measurement, poll, language)


def _measure(entry: Entry, params: Params, seeds: int, context: Context, console: Console, again: int) -> Measurement:
    with console.status("importing torch"):
        need()
    from experiments import perform
    from experiments.ensemble.tracing import traced

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, traced(context.profile):
        task = progress.add_task(entry.name, total=1.0, note="")

        def report(fraction: float, note: str) -> None:
            progress.update(task, completed=fraction, note=note)

        measurement = perform.measure(entry.name, params, seeds, replace(context, report=report), again)
        progress.update(task, completed=1.0, note="done")
    return measurement


def _key(measurement: Measurement, on: str) -> str:
    return run_key(measurement.experiment, measurement.params, measurement.seeds, on)


def table(measurement: Measurement, language: Language, key: str) -> Table:
    """The findings for a terminal, with the versions and the content key that a reveal tells as well."""
    versions = [f"{name} {version}" for name, version in measurement.versions.items()]
    shown = Table(title=escape(measurement.settings[language]), title_justify="left", title_style="")
    shown.caption = " · ".join(filter(None, [*versions, key]))
    shown.caption_justify = "left"
    for heading in ("option", "supported", "number", "over seeds", "condition"):
        shown.add_column(heading)
    for finding in measurement.findings:
        shown.add_row(*_row(finding, language))
    return shown


def numbers_of(measurement: Measurement, language: Language) -> Table:
    """What texts name of it, in the forms that they are printed in: the median, and the band over the seeds."""
    shown = Table(box=None, pad_edge=False)
    for heading in ("key", "median", "over seeds", "meaning"):
        shown.add_column(heading)
    known = ENTRIES[measurement.experiment].numbers
    for key, found in measurement.numbers.items():
        forms = (Form(which=which, unit=known[key].unit) for which in ("median", "range"))
        told = (quantity.written(found, known[key], form, language) for form in forms)
        shown.add_row(escape(key), *told, escape(known[key].meaning[language]))
    return shown


def _row(finding: Finding, language: Language) -> tuple[str, ...]:
    low, high = finding.spread
    told = (f"{finding.number:g} {finding.unit[language]}", f"{low:g}–{high:g}", finding.condition[language])
    return escape(finding.option), MARKS[finding.supported], *map(escape, told)
