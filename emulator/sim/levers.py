"""The control API under /sim: the machine itself. Faults, the clock, tokens, and the calls received."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.botapi.http import LONGEST_TOKEN, TOKEN
from emulator.botapi.looking import FLAGS
from emulator.sim import body
from emulator.wire import SimError
from emulator.world.faults import Fault
from emulator.world.world import World


async def add_fault(request: Request) -> Response:
    given = await body.read(request)
    fault = Fault(
        given.text("method", "*"),
        given.text("kind"),
        given.integer("times", 1),
        given.integer("retry_after", 1),
        given.number("seconds", 0.0),
        given.integer("status", 500, least=400, most=599),
        given.text("description", Fault.description),
    )
    given.world.faults.order(fault)
    return JSONResponse({"faults": [fault.json() for fault in given.world.faults.waiting]})


async def list_faults(request: Request) -> Response:
    return JSONResponse({"faults": [fault.json() for fault in request.app.state.world.faults.waiting]})


async def clear_faults(request: Request) -> Response:
    request.app.state.world.faults.waiting.clear()
    return JSONResponse({"faults": []})


async def show_clock(request: Request) -> Response:
    clock = request.app.state.world.clock
    return JSONResponse({"now": clock.now(), "offset": clock.offset, "fixed": clock.fixed})


async def set_clock(request: Request) -> Response:
    """`offset` in seconds, or `fixed` at a Unix time; neither for the real time."""
    given = await body.read(request)
    clock = given.world.clock
    clock.offset = given.number("offset", 0.0)
    clock.fixed = given.number("fixed") if "fixed" in given.fields else None
    given.world.close_due_polls()
    return await show_clock(request)


async def list_calls(request: Request) -> Response:
    """Calls answered, oldest first, and those in work: getUpdates while it waits, what is delayed; `method` narrows."""
    wanted = request.query_params.get("method", "").lower()
    world: World = request.app.state.world
    calls = [call.json() for call in world.calls if wanted in ("", call.method.lower())]
    unanswered = [call for call in world.unanswered if wanted in ("", call["method"].lower())]
    return JSONResponse({"calls": calls, "unanswered": unanswered})


async def clear_calls(request: Request) -> Response:
    request.app.state.world.calls.clear()
    return await list_calls(request)


async def add_token(request: Request) -> Response:
    """A bot, or what a bot that is there is called from now on; it is let in again after logOut."""
    given = await body.read(request)
    token = given.text("token")
    if not TOKEN.fullmatch(token) or len(token) > LONGEST_TOKEN:
        raise SimError(400, "a token is digits, a colon, and letters")
    bot = given.world.bots.get(token) or given.world.add_bot(token)
    name, username = given.text("name", bot.user.first_name), given.text("username", bot.user.username or "")
    if not re.fullmatch(r"\w{2,29}bot", username, re.ASCII | re.IGNORECASE):
        raise SimError(400, f"a bot's username has 5 to 32 letters, digits or _ and ends in bot, not {username!r}")
    given.world.rename_bot(bot, name, username)
    bot.flags |= {flag: value for flag, value in given.flags("flags").items() if flag in (*FLAGS, "can_join_groups")}
    bot.logged_out = False
    return JSONResponse({"bot": bot.user.json()})


async def revoke_token(request: Request) -> Response:
    given = await body.read(request)
    world: World = given.world
    bot = world.bots.pop(given.text("token"), None)
    if not bot:
        raise SimError(404, "no bot with this token")
    bot.updates.wake("terminated by other getUpdates request")
    if bot.webhook:
        bot.webhook.close()
    return JSONResponse({"tokens": list(world.bots)})


routes = [
    Route("/sim/faults", add_fault, methods=["POST"]),
    Route("/sim/faults", list_faults, methods=["GET"]),
    Route("/sim/faults", clear_faults, methods=["DELETE"]),
    Route("/sim/clock", show_clock, methods=["GET"]),
    Route("/sim/clock", set_clock, methods=["POST"]),
    Route("/sim/calls", list_calls, methods=["GET"]),
    Route("/sim/calls", clear_calls, methods=["DELETE"]),
    Route("/sim/tokens", add_token, methods=["POST"]),
    Route("/sim/tokens", revoke_token, methods=["DELETE"]),
]
