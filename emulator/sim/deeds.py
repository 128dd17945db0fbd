"""The control API under /sim: what people do with chats and messages besides writing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.botapi import reactions
from emulator.botapi.params import Params
from emulator.sim import body, moving
from emulator.sim.body import Body, chat_of
from emulator.wire import ApiError, SimError
from emulator.world.joining import InviteLink
from emulator.world.members import STATUSES, Member


async def join(request: Request) -> Response:
    """By a `link`, or, where there is none, as into a public chat or by the hand of a friend."""
    given = await body.read(request)
    chat, link = given.chat(), _link(given)
    done = moving.join(given.world, given.user(), chat, link, given.text("bio", ""))
    return JSONResponse({"done": done, "member": chat.member(given.user()).json(chat.type)})


def _link(given: Body) -> InviteLink | None:
    url = given.text("link", "")
    if url and url not in given.chat().links:
        raise SimError(404, f"chat {given.chat().id} has no link {url!r}")
    return given.chat().links[url] if url else None


async def leave(request: Request) -> Response:
    given = await body.read(request)
    moving.leave(given.world, given.user(), given.chat())
    return JSONResponse({"member": given.chat().member(given.user()).json(given.chat().type)})


async def seat(request: Request) -> Response:
    """Let a user stand in a chat in some way; `by` is who makes it so, the owner where nobody is named."""
    given = await body.read(request)
    chat, user, status = chat_of(given.world, request.path_params["chat"]), given.user(), given.text("status")
    if status not in STATUSES:
        raise SimError(400, f"no status {status!r}; there are {', '.join(STATUSES)}")
    until, tag = given.integer("until", 0), given.text("tag", "")
    after = Member(user, status, given.flags("rights"), until, bool(given.fields.get("outside")), tag)
    actor = given.user("by") if "by" in given.fields else given.owner(chat)
    return JSONResponse({"member": moving.seat(given.world, actor, chat, after).json(chat.type)})


async def open_link(request: Request) -> Response:
    """Follow a link of t.me: an invitation, `?start=` or, with `chat`, `?startgroup=`."""
    given = await body.read(request)
    chat = given.chat() if "chat" in given.fields else None
    return JSONResponse(moving.open_link(given.world, given.user(), given.text("url"), chat))


async def edit(request: Request) -> Response:
    """The text, or the caption."""
    given = await body.read(request)
    message = moving.edit(given.world, given.user(), given.message(), given.text("text"))
    return JSONResponse({"message": message.json()})


async def delete(request: Request) -> Response:
    """Bots hear nothing of it."""
    given = await body.read(request)
    message, user = given.message(), given.user()
    member = message.chat.member(user)
    if message.sender != user and not (member.runs_it and member.may("can_delete_messages")):
        raise SimError(403, "MESSAGE_DELETE_FORBIDDEN")
    given.world.remove(message)
    return JSONResponse({"deleted": message.id})


async def react(request: Request) -> Response:
    """With these from now on, with none to take them back."""
    given = await body.read(request)
    try:
        wanted = reactions.types(Params({"reaction": given.fields.get("reaction", [])}))
    except ApiError as error:
        raise SimError(400, error.description.removeprefix("Bad Request: ")) from None
    message = given.message()
    moving.react(given.world, given.user(), message, wanted)
    return JSONResponse({"reactions": reactions.counted(message)})


async def pin(request: Request) -> Response:
    given = await body.read(request)
    moving.pin(given.world, given.user(), given.message())
    return JSONResponse({"pinned": given.chat().pinned})


async def unpin(request: Request) -> Response:
    given = await body.read(request)
    moving.unpin(given.world, given.message())
    return JSONResponse({"pinned": given.chat().pinned})


async def forward(request: Request) -> Response:
    """A message of `from_chat` into `chat`."""
    given = await body.read(request)
    source, number = given.chat("from_chat"), given.integer("message_id")
    if number not in source.messages:
        raise SimError(404, f"no message {number} in chat {source.id}")
    message = moving.forward(given.world, given.user(), source.messages[number], given.chat())
    return JSONResponse({"message": message.json()})


routes = [
    Route("/sim/join", join, methods=["POST"]),
    Route("/sim/leave", leave, methods=["POST"]),
    Route("/sim/chats/{chat}/members", seat, methods=["POST"]),
    Route("/sim/open", open_link, methods=["POST"]),
    Route("/sim/edit", edit, methods=["POST"]),
    Route("/sim/delete", delete, methods=["POST"]),
    Route("/sim/react", react, methods=["POST"]),
    Route("/sim/pin", pin, methods=["POST"]),
    Route("/sim/unpin", unpin, methods=["POST"]),
    Route("/sim/forward", forward, methods=["POST"]),
]
