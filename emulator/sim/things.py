"""The control API under /sim: things. Files, what stands at web addresses, and what the dice show next."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.botapi import media
from emulator.sim import body
from emulator.texts import links
from emulator.texts.entity import TextError
from emulator.wire import ApiError, SimError
from emulator.world.files import KINDS, SHOWN_INLINE
from emulator.world.world import World

MOST_ADDRESSES = 10_000
MOST_DICE = 1000


async def add_address(request: Request) -> Response:
    """Let a file stand at an address, for bots that send files by their address."""
    given = await body.read(request)
    try:
        address = links.whole_address(given.text("url"))
    except TextError as reason:
        raise SimError(400, f"no address: {reason}") from None
    if len(given.world.addresses) >= MOST_ADDRESSES:
        raise SimError(400, f"files stand at {MOST_ADDRESSES} addresses already")
    name = given.text("name", address.rpartition("/")[2].partition("?")[0] or "file")
    given.world.addresses[address] = replace(given.upload(), name=name)
    return list_addresses(request)


def list_addresses(request: Request) -> Response:
    world: World = request.app.state.world
    shown = {url: {"name": one.name, "size": len(one.content)} for url, one in world.addresses.items()}
    return JSONResponse({"addresses": shown})


def clear_addresses(request: Request) -> Response:
    world: World = request.app.state.world
    world.addresses.clear()
    return list_addresses(request)


async def add_file(request: Request) -> Response:
    """A file that Telegram has already: its id can be chosen, for tests that know one by heart."""
    given = await body.read(request)
    kind, file_id = given.text("kind"), given.text("id", "")
    if kind not in KINDS:
        raise SimError(400, f"no kind of file {kind!r}; there are {', '.join(KINDS)}")
    try:
        file = media.stored(given.world, kind, given.upload(), {"plain": True, "emoji": given.text("emoji", "")})
    except ApiError as error:
        raise SimError(400, error.description) from None
    if file_id:
        file = given.world.files[file_id] = replace(file, id=file_id)
    return JSONResponse({"file": file.json() | {"kind": file.kind}})


async def load_dice(request: Request) -> Response:
    """What the next ones show, whatever their emoji; then chance decides again."""
    given = await body.read(request)
    values = given.numbers("values")
    if len(values) > MOST_DICE or not all(1 <= value <= 64 for value in values):
        raise SimError(400, f"'values' must be at most {MOST_DICE} numbers from 1 to 64")
    given.world.dice = values
    return JSONResponse({"values": values})


async def show_file(request: Request) -> Response:
    """A stored file; only pictures open in the browser, so nothing uploaded can run on the page."""
    file = request.app.state.world.files.get(request.path_params["file"])
    if not file:
        raise SimError(404, "no such file")
    kept = {"Cache-Control": "max-age=86400"}
    if file.mime in SHOWN_INLINE:
        return Response(file.content, media_type=file.mime, headers=kept)
    saved = kept | {"Content-Disposition": "attachment"}
    return Response(file.content, media_type="application/octet-stream", headers=saved)


routes = [
    Route("/sim/addresses", add_address, methods=["POST"]),
    Route("/sim/addresses", list_addresses, methods=["GET"]),
    Route("/sim/addresses", clear_addresses, methods=["DELETE"]),
    Route("/sim/files", add_file, methods=["POST"]),
    Route("/sim/files/{file}", show_file),
    Route("/sim/dice", load_dice, methods=["POST"]),
]
