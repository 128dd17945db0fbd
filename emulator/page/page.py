"""The page at /, and the stream of server-sent events that keeps it live."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from emulator.page import words
from emulator.page.view import Viewer, viewer_of
from emulator.wire import Json
from emulator.world.feed import Watcher

HERE = Path(__file__).parent
ASSETS = ("page.css", "page.js", "bubble.js", "poll.js", "media.js", "text.js", "note.js", "look.js", "words.js")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
GATHER_S = 0.05  # changes this close together become one event


async def page(_: Request) -> Response:
    return FileResponse(HERE / "page.html", headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


async def asset(request: Request) -> Response:
    name = request.url.path.removeprefix("/")
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    return FileResponse(HERE / name, media_type=kind, headers={"Cache-Control": "no-store"})


async def said(_: Request) -> Response:
    """What the page says, in each language."""
    return JSONResponse(words.told(), headers={"Cache-Control": "no-store"})


async def people(request: Request) -> Response:
    """Who may look: every user that is no bot."""
    users = request.app.state.world.users.values()
    return JSONResponse({"users": [user.json() for user in users if not user.is_bot]})


async def events(request: Request) -> Response:
    """Changes as the given user sees them."""
    viewer = viewer_of(request)
    return EventSourceResponse(_changes(viewer), ping=15)


async def _changes(viewer: Viewer) -> AsyncIterator[str]:
    feed, watcher = viewer.world.feed, Watcher()
    feed.watchers.add(watcher)
    try:
        shown = [viewer.chat(chat) for chat in viewer.world.chats.values() if not chat.draft]
        yield json.dumps({"first": True, "chats": shown})
        while feed.open:
            await watcher.woken.wait()
            await asyncio.sleep(GATHER_S)
            if any((news := _news(viewer, watcher)).values()):
                yield json.dumps(news, ensure_ascii=False)
    finally:
        feed.watchers.discard(watcher)


def _news(viewer: Viewer, watcher: Watcher) -> Json:
    """Every changed message as it stands now, those gone, and the chat list's rows that changed."""
    places, notes = watcher.take()
    seen = [(viewer.world.chats[chat], message) for chat, message in places if not viewer.world.chats[chat].draft]
    found = [(chat, message) for chat, message in seen if message is not None]
    return {
        "chats": [viewer.chat(chat) for chat in {chat.id: chat for chat, _ in seen}.values()],
        "messages": [viewer.message(chat.messages[m]) for chat, m in found if m in chat.messages],
        "gone": [{"chat": chat.id, "message_id": m} for chat, m in found if m not in chat.messages],
        "notes": [text for user, text in notes if user == viewer.user.id and text],
    }


routes = [
    Route("/", page),
    *(Route(f"/{name}", asset) for name in ASSETS),
    Route("/words.json", said),
    Route("/sim/users", people, methods=["GET"]),
    Route("/sim/events", events),
]
