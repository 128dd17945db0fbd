"""
The YAML of a thread file, front matter and fences, checked by pydantic models; every problem has its line and column.

Scalars stay what the author wrote (`19:00` is no number, `2026-12-01` no date); anchors and tags are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import Problem
from bot.thread.reader.source import Problems, Section
from experiments.catalogue import nearest

Keys = tuple[str | int, ...]
Mark = tuple[int, int]
Model = TypeVar("Model", bound=BaseModel)
QUOTE = "put the value in quotes"


@dataclass
class Yaml:
    """A block of YAML as plain values, and where in the file each key and value stands."""

    data: dict[str, JsonValue]
    start: Mark
    keys: dict[Keys, Mark] = field(default_factory=dict)
    values: dict[Keys, Mark] = field(default_factory=dict)

    def mark(self, path: Keys, *, key: bool = False) -> Mark:
        """Of the value (or key) at `path`; if there is none, of the nearest that holds it."""
        places = {**self.values, **self.keys} if key else self.values
        while path and path not in places:
            path = path[:-1]
        return places.get(path, self.start)


def load(section: Section, problems: Problems) -> Yaml | None:
    """The mapping in `section`; None if it cannot be read."""
    try:
        root = YAML(typ="rt").compose(section.text + "\n")
    except MarkedYAMLError as error:
        problems.append(_syntax(section, error))
        return None
    except (YAMLError, RecursionError) as error:
        problems.append(Problem(section.first - 1, 1, f"this cannot be read as YAML: {type(error).__name__}"))
        return None
    block = Yaml({}, (section.first - 1, 1))  # the line that opens the block
    if root is None:
        return block
    if not isinstance(root, MappingNode):
        problems.append(Problem(*_mark(section, root), "settings are lines of the form key: value"))
        return None
    reader = _Reader(section, block, problems)
    block.data = reader.mapping(root, ())
    return None if reader.failed else block


def check(model: type[Model], block: Yaml, problems: Problems, at: Keys = ()) -> Model | None:
    """The block's values at `at` as a model; None after adding what is wrong with them."""
    data: Any = block.data
    for name in at:
        data = data[name]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems.extend(explain(model, block, error, at))
        return None


def explain(model: type[BaseModel], block: Yaml, error: ValidationError, at: Keys = ()) -> list[Problem]:
    """Every error of validating the block's values at `at`, in words and in its place."""
    return [_problem(model, block, detail, at) for detail in error.errors()]


class _Reader:
    """Turns YAML nodes into plain values and notes their places."""

    def __init__(self, section: Section, block: Yaml, problems: Problems) -> None:
        self.section, self.block, self.problems = section, block, problems
        self.failed = False

    def refuse(self, node: Node, message: str) -> None:
        self.failed = True
        self.problems.append(Problem(*_mark(self.section, node), message))

    def mapping(self, node: MappingNode, path: Keys) -> dict[str, JsonValue]:
        values: dict[str, JsonValue] = {}
        for name, value in node.value:
            key = name.value if isinstance(name, ScalarNode) else None
            if key is None:
                self.refuse(name, "a key is one word")
            elif key in values:
                first = self.block.keys[*path, key][0]
                self.refuse(name, f"the key {key!r} stands here twice (first in line {first}): delete one")
            else:
                self.block.keys[*path, key] = _mark(self.section, name)
                values[key] = self.value(value, (*path, key))
        return values

    def value(self, node: Node, path: Keys) -> JsonValue:
        self.block.values[path] = _mark(self.section, node)
        if node.anchor or (node.ctag and not str(node.ctag).startswith("tag:yaml.org,2002:")):
            self.refuse(node, f"a value cannot begin with & or ! here: {QUOTE}")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return _scalar(node)


def _scalar(node: ScalarNode) -> JsonValue:
    text, kind = str(node.value), str(node.ctag).rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in ("int", "float") and re.fullmatch(r"[-+]?[0-9]{1,15}", text):
        return int(text)
    if kind in ("int", "float") and re.fullmatch(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", text, re.IGNORECASE):
        return float(text)
    return text


def _mark(section: Section, node: Node) -> Mark:
    """Where a node begins; one that is left out at the very end begins after the last line."""
    if node.start_mark.line >= len(section.lines):
        return section.first + len(section.lines) - 1, len(section.lines[-1]) + 1
    return section.first + node.start_mark.line, node.start_mark.column + 1


def _syntax(section: Section, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if section.lines and line >= len(section.lines):
        line, column = len(section.lines) - 1, len(section.lines[-1])
    rest = section.lines[line][column:] if section.lines else ""
    message = (
        str(error.problem or error.context or "this is not YAML").split("\n", 1)[0].replace("<stream end>", "the end")
    )
    if rest[:1] in ("@", "`", "%", "*", "&", "!") or "mapping values are not allowed" in message:
        why = (
            f"a value cannot begin with {rest[0]!r}"
            if rest[:1] != ":"
            else "a colon followed by a space begins a value"
        )
        return Problem(section.first + line, column + 1, f'{why}: {QUOTE}, for example "{_excerpt(rest)}"')
    return Problem(section.first + line, column + 1, f"this is not YAML: {message}")


def _excerpt(text: str) -> str:
    return text.strip() if len(text) <= 40 else text[:40].strip() + "…"


def _problem(model: type[BaseModel], block: Yaml, detail: ErrorDetails, at: Keys) -> Problem:
    path = (*at, *detail["loc"])
    name = ".".join(str(part) for part in path) or "settings"
    key = detail["type"] == "extra_forbidden"
    return Problem(*block.mark(path, key=key), _sentence(model, name, detail))


def _sentence(model: type[BaseModel], name: str, detail: ErrorDetails) -> str:
    kind, value, context = detail["type"], _shown(detail["input"]), detail.get("ctx", {})
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return f"unknown key {last!r}: {nearest(last, _keys(model, detail['loc'][:-1]))}"
    if kind == "missing":
        return f"{name} is missing: add a line {last}: …"
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"]) or [context["expected"]]
        return f"{name} cannot be {value}: {nearest(str(detail['input']), allowed)}"
    if kind == "value_error":
        return f"{name}: {context['error']}"
    if kind.startswith("bool"):
        return f"{name} cannot be {value}: it is true or false"
    return f"{name} cannot be {value}: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _keys(model: type[BaseModel], path: Keys) -> list[str]:
    """The keys that are allowed in the model at `path` of `model`."""
    for name in path:
        inner = model.model_fields[str(name)].annotation if str(name) in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)
