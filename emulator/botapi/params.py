"""Parameters of a call, whichever of Telegram's four ways they came: query, form, JSON, multipart."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.requests import Request

from emulator.wire import ApiError, Json, bad_request, decoded
from emulator.world.files import LARGEST_UPLOAD, Upload

WHOLE = re.compile(r"\s*([+-]?\d{1,18})(?!\d)", re.ASCII)


@dataclass
class Params:
    values: dict[str, object] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        if not self.text(name):
            raise bad_request(f'parameter "{name}" is required')
        return self.text(name)

    def integer(self, name: str, default: int = 0) -> int:
        """As many digits as it begins with; what is no number counts as 0 (td::to_integer)."""
        given = self.text(name).strip('"')
        if not given:
            return default
        found = WHOLE.match(given)
        return int(found[1]) if found else 0

    def long(self, name: str) -> int:
        """A number of 64 bits, as ids are; 0 for what is none."""
        given = self.text(name).strip('" ')
        return int(given) if re.fullmatch(r"-?\d{1,19}", given, re.ASCII) and abs(int(given)) < 1 << 63 else 0

    def clamped(self, name: str, most: int, least: int = 0) -> int:
        """A number between two bounds, as Telegram makes it one."""
        return min(max(self.integer(name), least), most)

    def real(self, name: str) -> float:
        """A number with a fraction; 0 for what is none."""
        given = self.text(name).strip()
        return float(given) if re.fullmatch(r"[+-]?\d{1,18}(\.\d*)?([eE][+-]?\d{1,2})?", given, re.ASCII) else 0.0

    def flag(self, name: str, *, default: bool = False) -> bool:
        given = self.text(name).lower()
        return given in ("true", "yes", "1") if given else default

    def json(self, name: str, what: str = "") -> object:
        """A structure, which forms carry as a string; None when absent. `what` names it in the error."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return decoded(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {what or name} JSON object") from None

    def array(self, name: str, expected: str, what: str = "") -> list[object]:
        """A JSON array, empty when absent; `expected` completes the error "expected an Array of ..."."""
        value = self.json(name, what)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {expected}")
        return value

    def loose_array(self, name: str) -> list[object]:
        """A JSON array, empty where anything else is given: so Telegram takes entities."""
        try:
            value = self.json(name)
        except ApiError:
            return []
        return value if isinstance(value, list) else []

    def shown(self) -> Json:
        """For the record of calls: files by name and size only."""
        return self.values | {name: f"<{file.name}: {len(file.content)} bytes>" for name, file in self.files.items()}


async def read(request: Request) -> Params:
    """The parameters of a request; those in the body win over the query's."""
    params = Params(dict(request.query_params))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        params.values |= await _json_body(request)
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        async with request.form(max_part_size=64 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if (value.size or 0) > LARGEST_UPLOAD:
                        raise ApiError(413, "Request Entity Too Large")
                    params.files[name] = Upload(value.filename or "file", await value.read(), value.content_type or "")
                else:
                    params.values[name] = value
    return params


async def _json_body(request: Request) -> dict[str, object]:
    raw = await request.body()
    try:
        body = decoded(raw or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "Bad Request: can't parse JSON object")
    return body
