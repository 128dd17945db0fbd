"""Texts with entities between a call and a message: read, cleaned, and refused in the Bot API's words."""

from __future__ import annotations

from emulator.texts import reading
from emulator.texts.entity import TextError
from emulator.wire import ApiError, Json, bad_request
from emulator.world.world import World


def read(text: str, mode: str, given: list[object]) -> tuple[str, list[Json]]:
    """As a message holds it, perhaps empty. Of a user who is mentioned only the id is there: see `named`."""
    try:
        text, entities = reading.kept(*reading.read(text, mode, given))
    except TextError as reason:
        raise _refused(str(reason)) from None
    return text, [entity.json() for entity in entities]


def named(world: World, entities: list[Json]) -> list[Json]:
    """With the users whom they mention; a mention of nobody that is known here is dropped, as by Telegram's servers."""
    return [_named(world, one) for one in entities if "user" not in one or one["user"]["id"] in world.users]


def _named(world: World, entity: Json) -> Json:
    return entity | {"user": world.users[entity["user"]["id"]].json()} if "user" in entity else entity


def _refused(reason: str) -> ApiError:
    """The first letter becomes small, unless it begins a name (telegram-bot-api, fail_query_with_error)."""
    is_name = reason[1:2] == "_" or "A" <= reason[1:2] <= "Z"
    return bad_request(reason if is_name else reason[0].lower() + reason[1:])
