"""
Every experiment by name: its question, parameters, option keys and limits.

Importable without torch, so that the bot can check a thread file and key a run by content; the experiment's
own module (same name) is imported only in the process that measures or draws.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadsParams(Params):
    """`lr` and `momentum` are SGD's; one epoch is one pass over 1437 digits in batches of 64."""

    epochs: int = Field(default=30, ge=1, le=100)
    lr: float = Field(default=0.1, gt=0, le=1)
    momentum: float = Field(default=0.9, ge=0, lt=1)


class ZeroInitParams(Params):
    """Which of the three weight matrices (1, 2, 3) start at zero, and what surrounds them."""

    zeroed: tuple[Literal[1, 2, 3], ...] = Field(default=(2,), min_length=1, max_length=3)
    activation: Literal["relu", "tanh", "identity"] = "relu"
    bias: Literal["default", "zero", "none"] = "default"
    epochs: int = Field(default=30, ge=1, le=100)

    @field_validator("zeroed")
    @classmethod
    def _in_order(cls, zeroed: tuple[Literal[1, 2, 3], ...]) -> tuple[Literal[1, 2, 3], ...]:
        return tuple(sorted(set(zeroed)))  # 2,1 asks the same as 1,2 and has the same key


@dataclass(frozen=True)
class Entry:
    """`version` changes whenever the code would measure something else; `limit_s` ends a run that hangs."""

    name: str
    question: str
    params: type[Params]
    options: tuple[str, ...]
    version: int = 1
    limit_s: float = 120.0


ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(
            name="heads",
            question="What should stand at the head of a network for multiclass classification?",
            params=HeadsParams,
            options=("softmax+nll", "logsoftmax+nll", "softmax+ce", "logsoftmax+ce"),
        ),
        Entry(
            name="zero_init",
            question="Can weight matrices of an MLP start at zero?",
            params=ZeroInitParams,
            options=("learns", "dead"),
        ),
    )
}


def nearest(word: str, allowed: tuple[str, ...] | list[str]) -> str:
    """The end of an error message: the word that was probably meant, or all that are allowed."""
    close = get_close_matches(word, allowed, n=1)
    return f"did you mean {close[0]!r}?" if close else f"allowed: {', '.join(allowed)}"


def run_key(name: str, params: dict[str, JsonValue], seeds: int, device: str = "cpu") -> str:
    """The content key of a run: the same question asked twice has the same key, whatever the order of parameters."""
    entry = ENTRIES[name]
    full = entry.params(**params).model_dump(mode="json")
    text = json.dumps([name, full, seeds, entry.version, device], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
