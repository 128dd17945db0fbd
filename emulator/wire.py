"""What travels: JSON objects, and the errors that Telegram answers with."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


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
