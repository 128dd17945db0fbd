"""The control API under /sim: a chat that shows a file while it is written. A draft is filled, then shown at once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.sim import body
from emulator.sim.body import chat_of
from emulator.sim.control import language_of
from emulator.world.chats import Message
from emulator.world.renewal import renew


async def add_note(request: Request) -> Response:
    """Put a note, what is wrong with a post, behind the messages that are there."""
    given = await body.read(request)
    chat = chat_of(given.world, request.path_params["chat"])
    message = given.world.post(Message(chat, 0, given.world.clock.now(), None, note=given.fields))
    return JSONResponse({"message_id": message.id})


async def show(request: Request) -> Response:
    """Show in a chat what `draft` holds, and under `preview` how the file stands; the draft is empty then."""
    given = await body.read(request)
    chat, draft = chat_of(given.world, request.path_params["chat"]), given.chat("draft")
    chat.language, chat.preview = language_of(given, chat), given.optional("preview", dict)
    renew(given.world, chat, draft)
    given.world.rename(chat, given.text("title", chat.title))
    return JSONResponse({"chat": chat.json(), "message_ids": list(chat.messages)})


routes = [
    Route("/sim/chats/{chat}/notes", add_note, methods=["POST"]),
    Route("/sim/chats/{chat}/contents", show, methods=["POST"]),
]
