"""Keyboards: under a message and under the input field, read as telegram-bot-api does and checked as TDLib does."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.botapi import buttons
from emulator.botapi.params import Params
from emulator.wire import Json, bad_request

ROW_LIMIT, BUTTONS_LIMIT = 12, 300
ARRAYS = 'field "keyboard" must be an Array of Arrays'
FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective")


@dataclass(frozen=True)
class Keyboard:
    """`inline` stands under the message; `field` under the input field: keys, a call for a reply, or an end of keys."""

    inline: Json | None = None
    field: Json | None = None

    @property
    def any(self) -> bool:
        return bool(self.inline or self.field)


def read(params: Params) -> Keyboard:
    """As it is told, each button parsed; refused is what is none."""
    given = params.json("reply_markup", "reply keyboard markup")
    if given is None or given == "":
        return Keyboard()
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    told = Params(given)
    keys = [[buttons.key(button) for button in row] for row in _rows(given, "keyboard", ARRAYS)]
    wrong = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    inline = [[buttons.inline(button) for button in row] for row in _rows(given, "inline_keyboard", wrong)]
    placeholder = {"input_field_placeholder": told.text("input_field_placeholder")}
    personal = {"selective": True} if told.flag("selective") else {}
    if keys:
        return Keyboard(field={"keyboard": keys} | {one: True for one in FLAGS if told.flag(one)} | placeholder)
    if inline:
        return Keyboard(inline={"inline_keyboard": inline})
    if told.flag("remove_keyboard"):
        return Keyboard(field={"remove_keyboard": True} | personal)
    return Keyboard(field={"force_reply": True} | personal | placeholder) if told.flag("force_reply") else Keyboard()


def checked(given: Keyboard, chat_type: str) -> Keyboard:
    """What a chat of this type may have; in a channel only an inline keyboard."""
    if chat_type == "channel" and given.field:
        raise bad_request("inline keyboard expected")
    if given.inline:
        rows = _kept(given.inline["inline_keyboard"])
        shown = [[buttons.checked(button, chat_type) for button in row] for row in rows]
        return Keyboard(inline={"inline_keyboard": shown} if shown else None)
    if given.field and "keyboard" in given.field:
        rows = _kept(given.field["keyboard"])
        for button in (button for row in rows for button in row):
            buttons.check_key(button, chat_type)
        return Keyboard(field=given.field | {"keyboard": rows}) if rows else Keyboard()
    return given


def read_inline(params: Params, chat_type: str) -> Json | None:
    """For what stands already only an inline keyboard will do, or none (TDLib, get_inline_reply_markup)."""
    found = read(params)
    if found.field:
        raise bad_request("inline keyboard expected")
    return checked(found, chat_type).inline


def _rows(given: Json, name: str, wrong: str) -> list[list[object]]:
    rows = given.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(wrong)
    return rows


def _kept(rows: list[list[Json]]) -> list[list[Json]]:
    """Those with something on them, at most so many in a row and altogether; the rest is dropped in silence."""
    kept, left = [], BUTTONS_LIMIT
    for row in rows:
        shown = [button for button in row if button["text"] or button.get("icon_custom_emoji_id")][
            : min(ROW_LIMIT, left)
        ]
        left -= len(shown)
        kept += [shown] if shown else []
    return kept
