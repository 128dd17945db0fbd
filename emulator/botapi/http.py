"""The HTTP side of the Bot API: tokens, the envelope of answers, faults, the record of calls, file download."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
import struct

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.botapi import params
from emulator.botapi.methods import METHODS
from emulator.botapi.registry import Asked
from emulator.wire import ApiError, Json
from emulator.world.calls import KEPT, Call
from emulator.world.faults import Fault
from emulator.world.world import Bot, World

LONGEST_TOKEN = 80
TOKEN = re.compile(r"[1-9]\d{0,18}:\S+")


def bot_of(world: World, token: str) -> Bot:
    if len(token) > LONGEST_TOKEN or not TOKEN.fullmatch(token):
        raise ApiError(401, "Unauthorized: invalid token specified")
    if token not in world.bots:
        raise ApiError(401, "Unauthorized")
    return world.bots[token]


async def call(request: Request) -> Response:
    """One call of a method, with whatever fault was ordered for it."""
    world: World = request.app.state.world
    name = request.path_params["method"]
    try:
        bot = bot_of(world, request.path_params["token"])
        given = await params.read(request)
    except ApiError as error:
        return _refusal(error)
    fault = world.faults.take(name)
    began = {"bot_id": bot.user.id, "method": name, "params": given.shown(), "time": world.clock.now()}
    world.unanswered.append(began)
    try:
        answer = await _answer(Asked(world, bot, given), name, fault)
    finally:
        world.unanswered.remove(began)
    _record(world, Call(**began, answer=answer, fault=fault.kind if fault else None))
    if fault and fault.kind in ("reset", "lost"):
        return await _break(request, fault)
    return _response(answer)


async def _answer(asked: Asked, name: str, fault: Fault | None) -> Json:
    """The body of the answer, after the effect, unless a fault prevents it."""
    try:
        if fault:
            await _before_effect(fault)
        return {"ok": True, "result": await _run(asked, name)}
    except ApiError as error:
        return error.json()


async def _before_effect(fault: Fault) -> None:
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    refusal = fault.refusal()
    if refusal:
        raise refusal
    if fault.kind == "reset":
        raise ApiError(0, "connection reset before the effect")


async def _run(asked: Asked, name: str) -> object:
    if asked.bot.logged_out:
        raise ApiError(400, "Logged out")
    asked.world.close_due_polls()
    asked.world.end_terms()
    function = METHODS.get(name.lower())
    if not function:
        raise ApiError(404, "Not Found: method not found")
    result = function(asked)
    return await result if inspect.isawaitable(result) else result


def _record(world: World, made: Call) -> None:
    world.calls.append(made)
    del world.calls[:-KEPT]


async def _break(request: Request, fault: Fault) -> Response:
    """Reset the TCP connection: the client learns nothing of what was done."""
    if fault.kind == "lost":
        await asyncio.sleep(fault.seconds)
    transport: asyncio.Transport = request.scope["emulator.transport"]
    if not transport.is_closing():  # the client may have gone first
        sock: socket.socket = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with RST, not FIN
        transport.abort()
    await request.receive()  # the server has noticed when this returns
    return Response()


def _response(answer: Json) -> Response:
    wait = answer.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else None
    return JSONResponse(answer, 200 if answer["ok"] else answer["error_code"], headers)


def _refusal(error: ApiError) -> Response:
    return _response(error.json())


async def not_found(_: Request) -> Response:
    return _refusal(ApiError(404, "Not Found"))


async def download(request: Request) -> Response:
    world: World = request.app.state.world
    try:
        bot_of(world, request.path_params["token"])
    except ApiError as error:
        return _refusal(error)
    path = request.path_params["path"]
    found = next((file for file in world.files.values() if file.path == path), None)
    if not found:
        return _refusal(ApiError(404, "Not Found"))
    return Response(found.content, media_type="application/octet-stream")


async def elsewhere(_: Request) -> Response:
    """Telegram's test environment has other bots than this one."""
    return _refusal(ApiError(401, "Unauthorized"))


routes = [
    Route("/bot{token}/test/{method}", elsewhere, methods=["GET", "POST"]),
    Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
    Route("/file/bot{token}/{path:path}", download),
    Route("/bot{rest:path}", not_found, methods=["GET", "POST"]),
]
