"""
The command that makes a run again: written under a reveal, read by `pollbot experiment`. Importable without torch.

A parameter is `NAME=VALUE`, its value in the plainest form that is read back as what was meant: `lr=0.1`, `bias=none`,
`zeroed=1,2`; where no plain form is, as JSON.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from experiments import numbers
from experiments.catalogue import ENTRIES, Entry, nearest
from experiments.topic import Params


class Mistake(Exception):  # noqa: N818 what the person at the keyboard got wrong, in one sentence
    """A name, parameter or number that cannot be; the message says what was meant or allowed."""


def written(name: str, params: Mapping[str, JsonValue], seeds: int) -> str:
    """The command for a shell. What this version does not know is written as JSON."""
    settings = [f"{key}={_form(name, params, key)}" for key in params]
    return shlex.join(["pollbot", "experiment", name, "--seeds", str(seeds), *_flagged(settings)])


def find(name: str) -> Entry:
    """The experiment of that name; raises `Mistake`."""
    if name not in ENTRIES:
        msg = f"unknown experiment {name!r}: {nearest(name, list(ENTRIES))}"
        raise Mistake(msg)
    return ENTRIES[name]


def asked(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Each parameter with its default, as it is typed, and what is allowed."""
    defaults = entry.params().model_dump(mode="json")
    for key, schema in entry.params.model_json_schema()["properties"].items():
        yield key, _form(entry.name, {key: defaults[key]}, key), _allowed(schema)


def _allowed(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, from its JSON schema."""
    if schema.get("type") == "array":
        most = schema.get("maxItems")
        return f"{_allowed(schema['items'])}, {'several' if most is None else f'up to {most}'} with commas"
    if schema.get("type") == "boolean":
        return "true or false"
    if "enum" in schema:
        *first, last = map(str, schema["enum"])
        return f"{', '.join(first)} or {last}"
    told = [
        f"{words} {numbers.plain(schema[sign], 'en')}"
        for sign, words in (
            ("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"), ("exclusiveMaximum", "below"),
        )
        if sign in schema
    ]  # fmt: skip
    return " ".join(told) or str(schema.get("type", ""))


def parameters(entry: Entry, settings: Sequence[str]) -> Params:
    """The parameters from NAME=VALUE, of which a later one counts; raises `Mistake`."""
    given = dict(_read(entry, setting) for setting in settings)
    try:
        return entry.params.model_validate(given)
    except ValidationError as error:  # each alone is allowed
        raise Mistake(f"--set {' --set '.join(settings)}: {_told(error.errors()[0])}") from None


def _flagged(settings: Sequence[str]) -> Iterator[str]:
    for setting in settings:
        yield from ("--set", setting)


def _form(name: str, params: Mapping[str, JsonValue], key: str) -> str:
    """The first form of a value with which the run stays the same."""
    value = params[key]
    return next((form for form in _forms(value) if _same(name, params, key, form)), json.dumps(value))


def _forms(value: JsonValue) -> Iterator[str]:
    if isinstance(value, list) and value:
        yield ",".join(item if isinstance(item, str) else json.dumps(item) for item in value)
    elif isinstance(value, str) and value.isprintable():
        yield value


def _same(name: str, params: Mapping[str, JsonValue], key: str, form: str) -> bool:
    try:
        entry = find(name)
        _, value = _read(entry, f"{key}={form}")
        return entry.params.model_validate({**params, key: value}) == entry.params.model_validate(params)
    except (Mistake, ValidationError):
        return False


def _read(entry: Entry, setting: str) -> tuple[str, JsonValue]:
    """A parameter and the first reading of its value that is allowed; else the complaint about the best one."""
    key, sign, text = setting.partition("=")
    if not sign:
        msg = f"--set {setting!r} is not of the form NAME=VALUE"
        raise Mistake(msg)
    if key not in entry.params.model_fields:
        msg = f"{entry.name} has no parameter {key!r}: {nearest(key, list(entry.params.model_fields))}"
        raise Mistake(msg)
    complaints = []
    for value in _readings(text):
        found = _complaints(entry, key, value)
        if not found:
            return key, value
        complaints += found[:1]
    raise Mistake(f"--set {setting}: {_told(max(complaints, key=lambda complaint: len(complaint['loc'])))}")


def _readings(text: str) -> Iterator[JsonValue]:
    """What a text may mean: JSON, itself, a list with commas of either."""
    yield from _json(text)
    yield text
    items = [item.strip() for item in text.split(",")]
    yield [next(_json(item), item) for item in items]
    yield [*items]


def _json(text: str) -> Iterator[JsonValue]:
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def _complaints(entry: Entry, key: str, value: JsonValue) -> list[ErrorDetails]:
    """What is wrong with one value, whatever the others are."""
    try:
        entry.params.model_validate({key: value})
    except ValidationError as error:
        return [complaint for complaint in error.errors() if complaint["loc"][:1] == (key,)]
    return []


def _told(complaint: ErrorDetails) -> str:
    reason = complaint["msg"]
    return f"{reason[:1].lower()}{reason[1:]}"
