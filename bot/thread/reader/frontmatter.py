"""
The YAML of a thread file, front matter and fences, checked by pydantic models; every problem has its line and column.

Scalars stay the text that the author wrote (`1.10`, `no`, `19:00`): what they become is the model's to say. Only what
is `set` for an experiment has YAML's own types. Anchors and tags are refused; length and depth are bounded beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import Problem
from bot.thread import characters
from bot.thread.reader import faults, slips
from bot.thread.reader.source import Problems, Section
from bot.thread.worded import worded

Keys = tuple[str | int, ...]
Mark = tuple[int, int]
Model = TypeVar("Model", bound=BaseModel)
LONGEST, VALUED, DEEPEST = 16 * 1024, 128, 16  # characters, values and levels of a block
MOST = 20  # problems of a block that are told
TYPED = "set"
VALUES = re.compile(r"^[ \t]*[^\s#]|[,\[{]", re.MULTILINE)
BRACKETS, DASHES = re.compile(r"[\[{}\]]"), re.compile(r"^(?:[ \t]*[-?][ \t])*", re.MULTILINE)
NESTED = worded("more than {deepest} levels are nested here: settings need three", deepest=DEEPEST)


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
    block = Yaml({}, (section.first - 1, 1))  # the line that opens the block
    root = _root(section, block.start)
    if isinstance(root, Problem):
        problems.append(root)
        return None
    reader = _Reader(section, block)
    block.data = reader.mapping(root, ()) if root else {}
    problems.extend(_some(reader.refused))
    return None if reader.refused else block


def check(model: type[Model], block: Yaml, problems: Problems, at: Keys = ()) -> Model | None:
    """The block's values at `at` as a model, with what it warns of; None after adding what is wrong with them."""
    data: Any = block.data
    for name in at:
        data = data[name]
    warnings: dict[str, list[str]] = {}
    try:
        found = model.model_validate(data, context=warnings)
    except ValidationError as error:
        problems.extend(explain(model, block, error, at))
        found = None
    for name, notes in warnings.items():
        problems.extend(Problem(*block.mark((*at, name)), note, "warning") for note in notes)
    return found


def explain(model: type[BaseModel], block: Yaml, error: ValidationError, at: Keys = ()) -> list[Problem]:
    """What is wrong with the block's values at `at`, in words and in its place."""
    found = []
    details = error.errors()
    for detail in details[: MOST + 1]:
        if detail["type"] == "missing" and faults.misspelt(detail, details):
            continue
        path = (*at, *detail["loc"])
        name = ".".join(str(part) for part in path) or "settings"
        mark = block.mark(path, key=detail["type"] == "extra_forbidden")
        found.append(Problem(*mark, faults.sentence(model, name, detail)))
    return _some(found)


def _root(section: Section, start: Mark) -> MappingNode | Problem | None:
    """What YAML makes of a block; None if there is nothing in it."""
    if too_much := _too_much(section.text):
        return Problem(*start, too_much)
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # all of them are refused
    try:
        root = yaml.compose(section.text + "\n")
    except MarkedYAMLError as error:
        return slips.cause(section, error)
    except (YAMLError, RecursionError) as error:
        return Problem(
            *start,
            NESTED
            if isinstance(error, RecursionError)
            else worded("this cannot be read as YAML: {error}", error=error),
        )
    return root if isinstance(root, MappingNode) or root is None else slips.cause(section, None, _mark(section, root))


def _some(found: Sequence[Problem]) -> list[Problem]:
    told = list(found[:MOST])
    if len(found) > MOST:
        told.append(
            Problem(
                told[-1].line,
                told[-1].column,
                worded("{most} problems in one block: mend them to see the rest", most=MOST),
            )
        )
    return told


def _too_much(text: str) -> str:
    """Why a block is not even parsed: the time that takes grows with its length, its values and its depth."""
    if len(text) > LONGEST:
        return worded(
            "this block has {count} characters: settings have at most {longest}", count=len(text), longest=LONGEST
        )
    if len(VALUES.findall(text)) > VALUED:
        return worded("this block has more than {valued} lines and values: settings need a dozen", valued=VALUED)
    opened = deepest = 0
    for sign in BRACKETS.findall(text):
        opened = max(0, opened + (1 if sign in "[{" else -1))
        deepest = max(deepest, opened)
    dashes = max(len(found.split()) for found in DASHES.findall(text))
    return NESTED if max(deepest, dashes) > DEEPEST else ""


class _Reader:
    """Turns YAML nodes into plain values and notes their places."""

    def __init__(self, section: Section, block: Yaml) -> None:
        self.section, self.block = section, block
        self.refused: list[Problem] = []

    def refuse(self, node: Node, message: str) -> None:
        problem = Problem(*_mark(self.section, node), message)
        if problem not in self.refused:  # an alias is the very node that it names
            self.refused.append(problem)

    def mapping(self, node: MappingNode, path: Keys) -> dict[str, JsonValue]:
        values: dict[str, JsonValue] = {}
        for name, value in node.value:
            key = name.value if isinstance(name, ScalarNode) else None
            if key is None:
                self.refuse(name, worded("a key is one word"))
            elif wrong := slips.in_key(str(key), plain=not name.style):
                self.refuse(name, wrong)
            elif key in values:
                first = self.block.keys[*path, key][0]
                self.refuse(
                    name,
                    worded(
                        "the key {key!r} stands here twice (first in line {first}): delete one", key=key, first=first
                    ),
                )
            else:
                self.block.keys[*path, key] = _mark(self.section, name)
                values[key] = self.value(value, (*path, key))
        return values

    def value(self, node: Node, path: Keys) -> JsonValue:
        self.block.values[path] = _mark(self.section, node)
        if node.anchor or (node.ctag and not str(node.ctag).startswith("tag:yaml.org,2002:")):
            self.refuse(node, worded("a value cannot begin with & or ! here: put the value in quotes"))
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        for message in characters.coded(str(node.value), self.section.text):
            self.refuse(node, message)
        if not node.style and (slip := slips.swallowed(self.section, node.start_mark.line, node.end_mark.line)):
            self.refused.append(slip)
        return _typed(node) if path[0] == TYPED else _written(node)


def _written(node: ScalarNode) -> JsonValue:
    return str(node.value).rstrip("\n") if node.style or node.value else None


def _typed(node: ScalarNode) -> JsonValue:
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
