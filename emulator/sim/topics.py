"""The control API under /sim: what people do with the topics of a forum."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.botapi import forums
from emulator.sim import body
from emulator.sim.body import Body, chat_of
from emulator.wire import ApiError, SimError
from emulator.world.chats import Chat
from emulator.world.topics import GENERAL, Topic


async def steer(request: Request) -> Response:
    """Make a topic; or rename, close, open or delete the one that `topic` names."""
    given = await body.read(request)
    chat = chat_of(given.world, request.path_params["chat"])
    if not chat.forum:
        raise SimError(400, f'chat {chat.id} is no forum: make it with "forum": true')
    user = given.user()
    try:
        topic = _changed(given, chat) if "topic" in given.fields else None
    except ApiError as error:
        raise SimError(400, error.description.partition(": ")[2]) from None
    topic = topic or forums.begin(given.world, chat, user, Topic(0, given.text("name")))
    given.world.feed.touch(chat.id)
    return JSONResponse({"topic": topic.json() | {"is_closed": topic.closed}})


def _changed(given: Body, chat: Chat) -> Topic:
    number, user, closed = given.integer("topic"), given.user(), given.fields.get("closed")
    topic = chat.topics.get(number)
    if topic is None:
        raise SimError(404, f"no topic {number} in chat {chat.id}")
    if given.fields.get("deleted") and topic.id != GENERAL:
        forums.remove(given.world, chat, topic)
        return topic
    if name := given.text("name", ""):
        forums.rename(given.world, chat, user, topic, name)
    if closed is not None:
        forums.shut(given.world, chat, user, topic, closed=bool(closed))
    return topic


routes = [Route("/sim/chats/{chat}/topics", steer, methods=["POST"])]
