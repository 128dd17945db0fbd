"""Measuring and drawing by name, in this process: what a child does with a job, and a person by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from experiments import code, quantity
from experiments.catalogue import ENTRIES, Entry, nearest
from experiments.lazy import torch
from experiments.measurement import Ballot, Language, Measurement, Summary, Value
from experiments.pictures.chart import Drawing
from experiments.topic import Context, Outcome, Params, Report, Row


def perform(order: dict[str, Any], report: Report) -> bytes:
    """Do one job, here and now; raises whatever the experiment raises, and ValueError for a job that is none."""
    if order["task"] not in TASKS:
        msg = f"no task {order['task']!r}: {nearest(order['task'], list(TASKS))}"
        raise ValueError(msg)
    return TASKS[order["task"]](order, report)


def _measure(order: dict[str, Any], report: Report) -> bytes:
    return measure(order["experiment"], _params(order), order["seeds"], _run(order, report)).model_dump_json().encode()


def _rows(order: dict[str, Any], report: Report) -> bytes:
    return json.dumps(rows(order["experiment"], _params(order), range(*order["seeds"]), _run(order, report))).encode()


def _conclude(order: dict[str, Any], _report: Report) -> bytes:
    return conclude(order["experiment"], _params(order), order["rows"]).model_dump_json().encode()


def _draw(order: dict[str, Any], _report: Report) -> bytes:
    if order.get("summary"):
        return summarise(Summary.model_validate(order["summary"]), order["language"])
    source = order["measurement"]
    measurement = Measurement.model_validate_json(source) if source else None
    return draw(measurement, Ballot.model_validate(order["ballot"]), order["language"])


CPU = "cpu"  # in each row: the instruction set that measured it
TASKS = {"measure": _measure, "rows": _rows, "conclude": _conclude, "draw": _draw}


def _run(order: dict[str, Any], report: Report) -> Context:
    checkpoint = Path(order["checkpoint"]) if order.get("checkpoint") else None
    return Context(report, checkpoint, order.get("device", "cpu"))


def _params(order: dict[str, Any]) -> Params:
    return entry(order["experiment"]).params.model_validate(order["params"])


def entry(name: str) -> Entry:
    """The experiment of that name; raises ValueError."""
    if name not in ENTRIES:
        msg = f"no experiment {name!r}: {nearest(name, list(ENTRIES))}"
        raise ValueError(msg)
    return ENTRIES[name]


def rows(name: str, params: Params, seeds: range, context: Context) -> list[Row]:
    """One chunk: a row for each of its seeds."""
    found: list[Row] = entry(name).module.measure(params, seeds, context)
    return [{**row, CPU: torch.backends.cpu.get_cpu_capability()} for row in found]


def _processors(found: list[Row]) -> str:
    """The instruction sets that the rows were measured with; on a cluster there may be several."""
    return ", ".join(sorted({str(row[CPU]) for row in found if CPU in row}))


def conclude(name: str, params: Params, found: list[Row]) -> Measurement:
    """What the rows of all seeds say."""
    asked = entry(name)
    outcome = asked.module.conclude(params, found)
    return Measurement(
        experiment=name,
        params=params.model_dump(mode="json"),
        seeds=len(found),
        versions={"torch": str(torch.__version__), "CPU": _processors(found), name: code.digest(name)[:8]},
        settings=outcome.settings,
        findings=outcome.findings,
        data=outcome.data,
        numbers=_numbers(asked, outcome, len(found)),
    )


def _numbers(asked: Entry, outcome: Outcome, seeds: int) -> dict[str, Value]:
    """Of every key that the topic declares; a topic that measures another, or leaves one out, is wrong."""
    declared = asked.topic.numbers
    odd = set(declared) ^ set(outcome.numbers)
    if odd:
        msg = f"{asked.name} declares other numbers than it measures: {', '.join(sorted(odd))}"
        raise ValueError(msg)
    values = {key: quantity.value(found) for key in declared if (found := outcome.numbers[key])}
    return {"seeds": quantity.value([seeds]), **values}


def measure(name: str, params: Params, seeds: int, context: Context, again: int = 0) -> Measurement:
    """All chunks, one after another; `again` is the number of a repetition, with other seeds."""
    chunks = entry(name).chunks(seeds, again)
    found: list[Row] = []
    for number, chunk in enumerate(chunks):
        found += rows(name, params, chunk, context.part(number / len(chunks), (number + 1) / len(chunks)))
    return conclude(name, params, found)


def draw(measurement: Measurement | None, ballot: Ballot, language: Language) -> bytes:
    """The picture of a closed poll as PNG; of its votes alone where nothing was measured."""
    from experiments.pictures import picture, tally

    if measurement is None:
        return tally.votes_only(ballot, language)
    return picture.draw(drawing(measurement, language), measurement, ballot, language)


def summarise(found: Summary, language: Language) -> bytes:
    """The picture of a thread's result as PNG."""
    from experiments.pictures import summary

    return summary.draw(found, language)


def drawing(measurement: Measurement, language: Language) -> Drawing:
    """What a picture of it shows, as plain data."""
    shown: Drawing = entry(measurement.experiment).module.draw(measurement, language)
    return shown
