"""Inline keyboards."""

from __future__ import annotations

from emulator.botapi.params import Params
from emulator.wire import Json, bad_request

CALLBACK_BYTES = 64
BUTTON_USES = (
    "callback_data",
    "url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "web_app",
)
OTHER_USES = ("keyboard", "remove_keyboard", "force_reply")


def read(params: Params) -> Json | None:
    """The inline keyboard; None for none, and for the keyboards that stand under the input field, not a message."""
    given = params.json("reply_markup", "reply keyboard markup")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    rows = given.get("inline_keyboard")
    if not rows:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array')
    return {"inline_keyboard": [[_checked(button) for button in row] for row in rows if row]}


def read_inline(params: Params) -> Json | None:
    """For what stands already only an inline keyboard will do, or none (TDLib, get_inline_reply_markup)."""
    given = params.json("reply_markup", "reply keyboard markup")
    if isinstance(given, dict) and not given.get("inline_keyboard") and any(given.get(use) for use in OTHER_USES):
        raise bad_request("inline keyboard expected")
    return read(params)


def _checked(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: field "text" must be non-empty')
    if not any(use in button for use in BUTTON_USES):
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return button
