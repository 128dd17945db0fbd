"""
Every experiment by name: its question, parameters, option keys and limits, read from the files of `experiments.topics`.

Importable without torch, so that the bot can check a thread file and key a run by content.
"""

from __future__ import annotations

import hashlib
import json
import pkgutil
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType

from pydantic import JsonValue

from experiments import code, quantity, topics
from experiments.machine import own as own_machine
from experiments.quantity import Quantity
from experiments.topic import AGAIN, LIMITED, Params, Topic


@dataclass(frozen=True)
class Entry:
    """An experiment by its name."""

    name: str
    topic: Topic
    module: ModuleType

    @property
    def question(self) -> str:
        """The first line of the file."""
        return (self.module.__doc__ or "").strip().partition("\n")[0]

    @property
    def params(self) -> type[Params]:
        return self.topic.params

    @property
    def options(self) -> tuple[str, ...]:
        return self.topic.options

    @property
    def numbers(self) -> dict[str, Quantity]:
        """What the texts of a poll may name, by key."""
        return {"seeds": quantity.SEEDS, **self.topic.numbers}

    def limit_s(self, seeds: int) -> float:
        """What a chunk may take: of as many seeds as are asked for, where all of them are one chunk."""
        return self.topic.limit_s * (1 if self.topic.chunk else -(-seeds // LIMITED))

    def chunks(self, seeds: int, again: int = 0) -> list[range]:
        """The seeds, or those of a repetition, in the portions that one process measures: the same for every engine."""
        size, first = self.topic.chunk or seeds, again * AGAIN
        return [range(first + start, first + min(start + size, seeds)) for start in range(0, seeds, size)]


def _entries() -> dict[str, Entry]:
    names = sorted(found.name for found in pkgutil.iter_modules(topics.__path__))
    files = {name: import_module(f"{topics.__name__}.{name}") for name in names}
    return {name: Entry(name, file.TOPIC, file) for name, file in files.items()}


ENTRIES = _entries()


def nearest(word: str, allowed: tuple[str, ...] | list[str]) -> str:
    """The end of an error message: the word that was probably meant, or all that are allowed."""
    close = get_close_matches(word, allowed, n=1)
    return f"did you mean {close[0]!r}?" if close else f"allowed: {', '.join(allowed)}"


def run_key(
    name: str, params: dict[str, JsonValue], seeds: int, device: str = "cpu", machine: str | None = None
) -> str:
    """
    The content key of a run: the same question asked twice has the same key, whatever the order of parameters.

    Its code and the `machine` that measures it, this one unless told otherwise, are part of the question.
    """
    entry = ENTRIES[name]
    full = entry.params(**params).model_dump(mode="json")
    text = json.dumps([name, full, seeds, code.digest(name), device, machine or own_machine()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
