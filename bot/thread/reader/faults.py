"""What pydantic finds wrong with a setting, in an author's words."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.thread import characters
from bot.thread.reader import slips
from bot.thread.worded import nearest, worded

PYDANTIC = (  # what it says of a value, for the catalogues
    worded("string should have at least {min_length} character", min_length=1),
    worded("string should have at least {min_length} characters", min_length=2),
    worded("string should have at most {max_length} characters", max_length=2),
    worded("string should match pattern '{pattern}'", pattern=""),
    worded("input should be greater than or equal to {ge}", ge=0),
    worded("input should be less than or equal to {le}", le=0),
    worded("input should be greater than {gt}", gt=0),
    worded("input should be less than {lt}", lt=0),
    worded("input should be a valid integer"),
    worded("input should be a valid integer, unable to parse string as an integer"),
    worded("input should be a valid integer, got a number with a fractional part"),
    worded("input should be a valid number"),
    worded("input should be a valid number, unable to parse string as a number"),
    worded("input should be a finite number"),
    worded("input should be a valid string"),
    worded("input should be a valid tuple"),
    worded("input should be a valid list"),
    worded("input should be a valid dictionary"),
    worded("input should be a valid dictionary or instance of {class_name}", class_name=""),
)
ELSEWHERE = {  # what other programs call it
    "start": "date datetime time when at publish published publish_date scheduled schedule дата время начало старт",
    "title": "name heading subject заголовок название",
    "language": "lang locale язык",
    "pause": "delay interval wait sleep пауза",
    "open": "duration open_for open_period timeout",
    "multiple": "multiple_choice multiple_answers allows_multiple_answers",
    "hide_results": "hidden hide",
    "anonymous": "is_anonymous public",
    "kind": "type",
    "run": "experiment",
}
NOWHERE = "tags tag author authors draft layout description category categories slug aliases cssclasses keywords"
MEANT = {name: key for key, names in ELSEWHERE.items() for name in names.split()}
SMART = re.compile(f"[{slips.OPENING}].*[{slips.CLOSING}]")  # around the whole: no quotes of YAML


def sentence(model: type[BaseModel], name: str, detail: ErrorDetails) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return _unknown(last, _keys(model, detail["loc"][:-1]))
    if kind == "missing":
        return worded("{name} is missing: add a line {last}: …", name=name, last=last)
    if value is None:
        return worded("{name} has no value: write one after the colon", name=name)
    if kind == "value_error":
        return worded("{name}: {error}", name=name, error=context["error"].args[0])
    return worded(
        "{name} cannot be {value}{looks}: {allowed}",
        name=name,
        value=characters.shown(value),
        looks=_looks(value),
        allowed=_allowed(detail),
    )


def misspelt(missing: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether another key stands for the one that is missing: then that is told."""
    *path, key = missing["loc"]
    unknown = [
        str(one["loc"][-1]) for one in details if one["type"] == "extra_forbidden" and [*one["loc"][:-1]] == path
    ]
    return any(MEANT.get(name.lower()) == key or get_close_matches(name, [str(key)]) for name in unknown)


def _allowed(detail: ErrorDetails) -> str:
    kind, value, context = detail["type"], str(detail["input"]), detail.get("ctx", {})
    if kind == "literal_error":
        return nearest(value, re.findall(r"'([^']*)'", context["expected"]) or [context["expected"]])
    if kind.startswith("bool"):
        return worded("it is true or false")
    pattern = f"{detail['msg'][0].lower()}{detail['msg'][1:]}".replace("{", "{{").replace("}", "}}")
    for name, limit in context.items():
        pattern = pattern.replace(str(limit), f"{{{name}}}", 1)
    return worded(pattern, **context)


def _looks(value: object) -> str:
    """What a value has that its author may not see."""
    if not isinstance(value, str):
        return ""
    return worded(" (“ and ” are no quotes here)") if SMART.fullmatch(value) else characters.odd(value)


def _unknown(key: str, allowed: list[str]) -> str:
    told = worded("unknown key {value}{odd}", value=characters.shown(key), odd=characters.odd(key))
    if MEANT.get(key.lower()) in allowed:
        return worded("{told}: write {meant} instead", told=told, meant=MEANT[key.lower()])
    if key.lower() in NOWHERE.split():
        return worded(
            "{told}: nothing here has it, delete the line (allowed: {listed})", told=told, listed=", ".join(allowed)
        )
    return worded("{told}: {nearest}", told=told, nearest=nearest(key, allowed))


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed in the model at `path` of `model`."""
    for name in path:
        inner = model.model_fields[str(name)].annotation if str(name) in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)
