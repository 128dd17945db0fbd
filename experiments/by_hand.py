"""
One experiment by hand: measure, tell the findings as a table, draw the picture.

Everything runs in this process: an experiment that is being written fails with its own traceback.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from experiments import device, perform
from experiments.catalogue import ENTRIES, Entry, nearest
from experiments.ensemble.tracing import traced
from experiments.measurement import Ballot, Finding, Language, Measurement, OptionVotes
from experiments.topic import Context, Params

MARKS = {"yes": "[green]yes[/]", "no": "[red]no[/]", "depends": "[yellow]depends[/]"}


class Mistake(Exception):  # noqa: N818 what the person at the keyboard got wrong, in one sentence
    """A name, parameter or number that cannot be; the message says what was meant or allowed."""


def run(  # noqa: PLR0913, PLR0917 one for each option of the command line
    name: str,
    settings: list[str],
    seeds: int,
    out: Path,
    language: Language = "en",
    votes: str | None = None,
    profile: Path | None = None,
) -> Measurement:
    """
    Measure and draw with a progress bar; `settings` are k=v, `votes` percentages, `profile` where a trace goes.

    Raises `Mistake`.
    """
    entry = find(name)
    params = parameters(entry, settings)
    shares = percentages(entry, votes)
    if seeds < 1:
        msg = f"--seeds must be at least 1, not {seeds}"
        raise Mistake(msg)
    for file in filter(None, (out, profile)):
        if not file.parent.is_dir():
            msg = f"there is no folder {str(file.parent)!r} to write {file.name!r} to"
            raise Mistake(msg)
    console = Console(stderr=True)
    measurement = _measure(entry, params, seeds, console, profile)
    console.print(table(measurement, language))
    picture = perform.draw(measurement, ballot(entry, measurement, shares), language)
    out.write_bytes(picture)
    for file in filter(None, (out, profile)):
        console.print(f"[bold]{file}[/] {file.stat().st_size // 1000} kB")
    return measurement


def find(name: str) -> Entry:
    """The experiment of that name."""
    if name not in ENTRIES:
        msg = f"unknown experiment {name!r}: {nearest(name, list(ENTRIES))}"
        raise Mistake(msg)
    return ENTRIES[name]


def parameters(entry: Entry, settings: list[str]) -> Params:
    """The parameters from k=v; a list is written with commas: zeroed=1,2."""
    given: dict[str, Any] = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign:
            msg = f"--set {setting!r} is not of the form k=v"
            raise Mistake(msg)
        if key not in entry.params.model_fields:
            msg = f"{entry.name} has no parameter {key!r}: {nearest(key, list(entry.params.model_fields))}"
            raise Mistake(msg)
        given[key] = _value(entry, key, value)
    try:
        return entry.params.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise Mistake(_told(str(first["loc"][0]), first["msg"], settings)) from None


def _value(entry: Entry, key: str, value: str) -> Any:  # noqa: ANN401 pydantic says what it is
    if not str(entry.params.model_fields[key].annotation).startswith("tuple"):
        return value
    return [int(item) if item.strip().isdigit() else item for item in value.split(",")]


def _told(key: str, reason: str, settings: list[str]) -> str:
    wrong = next(setting for setting in reversed(settings) if setting.startswith(f"{key}="))
    return f"--set {wrong}: {reason[:1].lower()}{reason[1:]}"


def percentages(entry: Entry, votes: str | None) -> list[float] | None:
    """One percentage for each option, in the order of the catalogue."""
    if votes is None:
        return None
    try:
        shares = [float(share) for share in votes.split(",")]
    except ValueError:
        msg = f"--votes {votes!r} must be numbers with commas between, such as 18,23.6,51.7,6.7"
        raise Mistake(msg) from None
    if len(shares) != len(entry.options) or min(shares) < 0:
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


def _measure(entry: Entry, params: Params, seeds: int, console: Console, profile: Path | None) -> Measurement:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(entry.name, total=1.0, note="importing torch")

        def report(fraction: float, note: str) -> None:
            progress.update(task, completed=fraction, note=note)

        run = Context(report, device=device.own(), profile=profile)
        with traced(run.profile):
            measurement = perform.measure(entry.name, params, seeds, run)
        progress.update(task, completed=1.0, note="done")
    return measurement


def table(measurement: Measurement, language: Language) -> Table:
    """The findings for a terminal."""
    shown = Table(title=measurement.settings[language], title_justify="left", title_style="")
    for heading in ("option", "supported", "number", "over seeds", "condition"):
        shown.add_column(heading)
    for finding in measurement.findings:
        shown.add_row(*_row(finding, language))
    return shown


def _row(finding: Finding, language: Language) -> tuple[str, ...]:
    low, high = finding.spread
    number = f"{finding.number:g} {finding.unit[language]}"
    return finding.option, MARKS[finding.supported], number, f"{low:g}–{high:g}", finding.condition[language]
