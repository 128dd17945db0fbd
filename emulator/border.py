"""
The border: who may speak to the emulator at all, asked before any route, so that no route can forget it.

It listens on loopback, where every web page that is open on this machine sends requests, too. A stranger's page gives
itself away: by the name that it had pointed at this machine (Host), by where it comes from (Origin), or by what its
browser says of that (Sec-Fetch-Site: a picture or a form has no Origin). Whoever sends none of them is no browser.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024 * 1024  # bytes: Telegram takes files of 50 MB
HERE = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")
OURS = ("same-origin", "none")  # none: typed, or opened from a terminal
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # the page has its own
}


class Border:
    """Refuses whoever has no business here, bounds what is sent, and gives every answer the headers of `SAFE`."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = _refusal(scope)
        if refused:
            await refused(scope, receive, safely)
        else:
            await self.inner(scope, _bounded(receive), safely)


def answer(path: str, status: int, reason: str) -> Response:
    """A refusal as whoever asked expects it: the control API's, or the Bot API's."""
    told = {"error": reason} if path.startswith("/sim") else {"ok": False, "error_code": status, "description": reason}
    return JSONResponse(told, status, {"Connection": "close"} if status == 413 else None)


def _refusal(scope: Scope) -> Response | None:
    headers, path = Headers(scope=scope), str(scope["path"])
    host = headers.get("host", "").lower()
    if not HERE.fullmatch(host):
        reason = f"this is an emulator at 127.0.0.1, localhost or [::1], and nothing is served for the host {host!r}"
        return answer(path, 421, f"Misdirected Request: {reason}")
    origin = headers.get("origin")
    if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
        return answer(path, 403, f"Forbidden: a page from {origin!r} has no business here, only the emulator's own has")
    if headers.get("sec-fetch-site", "none") not in OURS and not _linked(scope, headers):
        return answer(path, 403, "Forbidden: another site's page has no business here, only the emulator's own has")
    if _length(headers) > LARGEST_BODY:
        return answer(path, 413, _too_large())
    if not _is_typed(scope, headers):
        return answer(path, 415, "Unsupported Media Type: /sim takes JSON, with Content-Type: application/json")
    return None


def _linked(scope: Scope, headers: Headers) -> bool:
    """Another site may link to the page, as to any: it opens in a window of its own, and does nothing by itself."""
    opened = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return opened and scope["path"] == "/" and scope["method"] == "GET"


def _is_typed(scope: Scope, headers: Headers) -> bool:
    """What is told to the control API is JSON, and says so: no form of any page can say that."""
    if not scope["path"].startswith("/sim") or scope["method"] in ("GET", "HEAD"):
        return True
    if scope["method"] == "DELETE" and not _length(headers) and "transfer-encoding" not in headers:
        return True
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _length(headers: Headers) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else LARGEST_BODY + 1


def _bounded(receive: Receive) -> Receive:
    """Also where no length was said beforehand."""
    got = 0

    async def bounded() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > LARGEST_BODY:
            raise HTTPException(413, _too_large())
        return message

    return bounded


def _too_large() -> str:
    return f"Request Entity Too Large: at most {LARGEST_BODY} bytes are taken at once"
