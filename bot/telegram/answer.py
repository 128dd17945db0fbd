"""
What the Bot API answered, or somebody in its place: a proxy, a captive portal, a server that is not well.

Believed is only what has the Bot API's own form: `ok` with a result, or a refusal whose code is the answer's status.
"""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_S = 3600.0  # who asks before the time is told the rest of it
SHOWN = 200  # characters of what others write


class RefusalError(Exception):
    """The Bot API said no."""

    def __init__(self, code: int, description: str, parameters: object) -> None:
        super().__init__(description)
        self.code = code
        self._parameters = parameters if isinstance(parameters, dict) else {}

    @property
    def token_unknown(self) -> bool:
        """404 is said of a token that is none, and of a method that an old server does not have."""
        return self.code == 401 or (self.code == 404 and "method" not in str(self).casefold())

    @property
    def wait_s(self) -> float | None:
        """How long to wait, if that is said and makes sense."""
        wait_s = self._parameters.get("retry_after")
        if isinstance(wait_s, bool) or not isinstance(wait_s, (int, float)) or not wait_s > 0:
            return None
        return float(min(wait_s, LONGEST_S))

    @property
    def chat_id(self) -> int | None:
        """The id that the chat has now, if it has another."""
        chat_id = self._parameters.get("migrate_to_chat_id")
        return chat_id if type(chat_id) is int and -(2**63) < chat_id < 0 else None


class GarbledError(Exception):
    """No answer of the Bot API."""


def result(status: int, body: bytes) -> Any:  # noqa: ANN401 plain data
    """The result of a call; raises `RefusalError` or `GarbledError`."""
    try:
        answer = json.loads(body)
    except (RecursionError, ValueError):
        answer = None
    match answer:
        case {"ok": True, "result": found} if status == 200:
            return found
        case {"ok": False, "error_code": int(code)} if code == status >= 400:
            raise RefusalError(code, _small(line(answer.get("description") or status)), answer.get("parameters"))
    raise GarbledError(line(f"{status} with what the Bot API does not answer: {body[:SHOWN].decode(errors='replace')}"))


def _small(description: str) -> str:
    """As part of a sentence."""
    words = description.removeprefix("Bad Request: ")
    return words if words.isupper() else words[:1].lower() + words[1:]


def line(words: object) -> str:
    """One line, not too long, and nothing that a terminal would obey."""
    text = re.sub(r"\s+", " ", str(words)).strip()
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
