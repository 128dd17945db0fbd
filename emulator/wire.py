"""What travels: JSON objects, and the errors that Telegram answers with."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

Json = dict[str, Any]

DEEPEST = 100  # levels of JSON; Telegram's own structures have ten


class ApiError(Exception):
    """A refusal in Telegram's words; becomes `{"ok": false, ...}` with HTTP status `code`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def json(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


class SimError(Exception):
    """A refusal of the control API, as `{"error": ...}` with HTTP status `status`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def filled(fields: Json) -> Json:
    """Without what is None or empty: Telegram leaves out optional fields rather than sending null."""
    return {key: value for key, value in fields.items() if value is not None and value not in ("", [], ())}


def decoded(source: str | bytes) -> object:
    """
    JSON as the standard has it, and as it can be said again: no NaN, no number beyond all bounds, no half of a letter.

    Raises ValueError with what is wrong.
    """
    text = source.decode() if isinstance(source, bytes) else source
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
    except RecursionError:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels") from None
    _check_depth(found)
    if "\\u" in text:
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is a UnicodeEncodeError, a ValueError
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _whole(digits: str) -> int:
    if len(digits) > 19:  # as many as 64 bits have
        raise ValueError(f"{digits[:40]} is beyond all numbers")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:40]} is beyond all numbers")
    return value


def _check_depth(found: object) -> None:
    level: list[object] = [found]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner += [value for value in one.values() if isinstance(value, dict | list)]
            elif isinstance(one, list):
                inner += [value for value in one if isinstance(value, dict | list)]
        if not inner:
            return
        level = inner
    raise ValueError(f"it is nested deeper than {DEEPEST} levels")
