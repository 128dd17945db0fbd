"""The application: Bot API, control API and page over one world."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from emulator import border
from emulator.botapi import http
from emulator.page import page
from emulator.sim import control, deeds, drafts, levers, things, topics
from emulator.wire import SimError
from emulator.world.world import World

DEFAULT_TOKENS = ("4242:demo",)  # known to everybody: what a web page could do with it, the border refuses
SIM = [*control.routes, *deeds.routes, *drafts.routes, *levers.routes, *things.routes, *topics.routes]
TICK_S = 0.5
log = logging.getLogger(__name__)


class Application(Starlette):
    """Within the border."""

    def build_middleware_stack(self) -> ASGIApp:
        return border.Border(super().build_middleware_stack())


def create_app(tokens: Sequence[str] = DEFAULT_TOKENS) -> Starlette:
    """A fresh, empty world whose bots have these tokens; it is at `app.state.world`."""
    app = Application(
        routes=[*http.routes, *SIM, *page.routes],
        exception_handlers={SimError: _refused, 404: _missing, HTTPException: _wrong},
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
    """End polls and bans whose time is over also while nobody calls."""
    while True:
        try:
            world.close_due_polls()
            world.end_terms()
        except Exception:  # whatever is wrong with a world, the next moment may be better
            log.exception("what is due cannot be ended")
        await asyncio.sleep(TICK_S)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, SimError)
    return JSONResponse({"error": error.message}, error.status)


async def _missing(_: Request, __: Exception) -> Response:
    return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)


async def _wrong(request: Request, error: Exception) -> Response:
    """What Starlette refuses: a form that it cannot read, a way of asking that an address does not have."""
    assert isinstance(error, HTTPException)
    return border.answer(request.url.path, error.status_code, error.detail)
