"""Measuring and drawing by name, in this process: what a child does with a job, and a person by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from experiments.catalogue import ENTRIES, Entry, nearest
from experiments.measurement import Ballot, Language, Measurement
from experiments.pictures import picture, tally
from experiments.topic import Params, Report, Row, Run


def perform(job: dict[str, Any], report: Report) -> bytes:
    """Do one job, here and now; raises whatever the experiment raises, and ValueError for a job that is none."""
    if job["task"] not in TASKS:
        msg = f"no task {job['task']!r}: {nearest(job['task'], list(TASKS))}"
        raise ValueError(msg)
    return TASKS[job["task"]](job, report)


def _measure(job: dict[str, Any], report: Report) -> bytes:
    return measure(job["experiment"], _params(job), job["seeds"], _run(job, report)).model_dump_json().encode()


def _rows(job: dict[str, Any], report: Report) -> bytes:
    return json.dumps(rows(job["experiment"], _params(job), range(*job["seeds"]), _run(job, report))).encode()


def _conclude(job: dict[str, Any], _report: Report) -> bytes:
    return conclude(job["experiment"], _params(job), job["rows"]).model_dump_json().encode()


def _draw(job: dict[str, Any], _report: Report) -> bytes:
    source = job["measurement"]
    measurement = Measurement.model_validate_json(source) if source else None
    return draw(measurement, Ballot.model_validate(job["ballot"]), job["language"])


TASKS = {"measure": _measure, "rows": _rows, "conclude": _conclude, "draw": _draw}


def _run(job: dict[str, Any], report: Report) -> Run:
    checkpoint = Path(job["checkpoint"]) if job.get("checkpoint") else None
    return Run(report, checkpoint, job.get("device", "cpu"))


def _params(job: dict[str, Any]) -> Params:
    return entry(job["experiment"]).params.model_validate(job["params"])


def entry(name: str) -> Entry:
    """The experiment of that name; raises ValueError."""
    if name not in ENTRIES:
        msg = f"no experiment {name!r}: {nearest(name, list(ENTRIES))}"
        raise ValueError(msg)
    return ENTRIES[name]


def rows(name: str, params: Params, seeds: range, run: Run) -> list[Row]:
    """One chunk: a row for each of its seeds."""
    found: list[Row] = entry(name).topic.measure(params, seeds, run)
    return found


def conclude(name: str, params: Params, found: list[Row]) -> Measurement:
    """What the rows of all seeds say."""
    asked = entry(name)
    outcome = asked.topic.conclude(params, found)
    return Measurement(
        experiment=name,
        params=params.model_dump(mode="json"),
        seeds=len(found),
        versions={"torch": str(torch.__version__), name: str(asked.experiment.version)},
        settings=outcome.settings,
        findings=outcome.findings,
        data=outcome.data,
    )


def measure(name: str, params: Params, seeds: int, run: Run) -> Measurement:
    """All chunks, one after another."""
    chunks = entry(name).chunks(seeds)
    found: list[Row] = []
    for number, chunk in enumerate(chunks):
        found += rows(name, params, chunk, run.part(number / len(chunks), (number + 1) / len(chunks)))
    return conclude(name, params, found)


def draw(measurement: Measurement | None, ballot: Ballot, language: Language) -> bytes:
    """The picture of a closed poll as PNG; of its votes alone where nothing was measured."""
    if measurement is None:
        return tally.votes_only(ballot, language)
    return picture.draw(measurement, ballot, language)
