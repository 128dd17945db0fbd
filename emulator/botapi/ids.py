"""Identifiers in a call: of messages in bulk, of users; what is none is refused (telegram-bot-api, get_message_ids)."""

from __future__ import annotations

from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.wire import bad_request
from emulator.world.members import User

MOST = 100


def messages(params: Params) -> list[int]:
    given = params.array("message_ids", "message identifiers", "message_ids")
    if not given:
        raise bad_request("message identifiers are not specified")
    if len(given) > MOST:
        raise bad_request("too many message identifiers specified")
    if not all(isinstance(number, int) and number > 0 for number in given):
        raise bad_request("invalid message identifier specified")
    return [number for number in given if isinstance(number, int)]


def user(asked: Asked, name: str = "user_id", unknown: str = "PARTICIPANT_ID_INVALID") -> User:
    """Whom the call names; `unknown` is the refusal of somebody whom this world does not know."""
    number = asked.params.integer(name)
    if number <= 0:
        raise bad_request(f"invalid {name} specified")
    found = asked.world.users.get(number)
    if not found:
        raise bad_request(unknown)
    return found
