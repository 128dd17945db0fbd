"""The application: Bot API, control API and page over one world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.botapi import http
from emulator.page import page
from emulator.sim import control, drafts, levers
from emulator.wire import SimError
from emulator.world.world import World

DEFAULT_TOKENS = ("4242:demo",)
TICK_S = 0.5


def create_app(tokens: Sequence[str] = DEFAULT_TOKENS) -> Starlette:
    """A fresh, empty world whose bots have these tokens; it is at `app.state.world`."""
    app = Starlette(
        routes=[*http.routes, *control.routes, *drafts.routes, *levers.routes, *page.routes],
        exception_handlers={SimError: _refused, 404: _missing},
        lifespan=_lifespan,
    )
    app.state.world = World(tokens)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    ticking = asyncio.ensure_future(_tick(app.state.world))
    yield
    ticking.cancel()


async def _tick(world: World) -> None:
    """Close polls whose time is over also while nobody calls."""
    while True:
        world.close_due_polls()
        await asyncio.sleep(TICK_S)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, SimError)
    return JSONResponse({"error": error.message}, error.status)


async def _missing(_: Request, __: Exception) -> Response:
    return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
