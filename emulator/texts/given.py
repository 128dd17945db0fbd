"""Entities as a bot gives them, in JSON (telegram-bot-api, get_text_entity; TDLib, get_message_entities)."""

from __future__ import annotations

from emulator.texts import links
from emulator.texts.cleaning import cleaned
from emulator.texts.entity import FOUND, KINDS, Entity, TextError
from emulator.wire import Json


def read(given: list[object]) -> list[Entity]:
    """Those that a bot may give; what Telegram finds by itself is left to it. Raises TextError."""
    try:
        entities = [_entity(one) for one in given]
    except TextError as reason:
        raise TextError(f"Can't parse MessageEntity: {reason}") from None
    return [checked(one) for one in entities if one]


def _entity(given: object) -> Entity | None:
    if not isinstance(given, dict):
        raise TextError("expected an Object")
    offset, length, kind = _number(given, "offset", 32), _number(given, "length", 32), _string(given, "type")
    if kind is None:
        raise TextError('Can\'t find field "type"')
    if not kind:
        raise TextError("Type is not specified")
    if kind in FOUND:
        return None
    if kind not in KINDS:
        raise TextError("Unsupported type specified")
    if kind == "date_time":
        return Entity(kind, offset, length, _format(given), _number(given, "unix_time", 32))
    return Entity(kind, offset, length, _value(given, kind))


def _value(given: Json, kind: str) -> str:
    match kind:
        case "pre":
            return _string(given, "language") or ""
        case "text_link":
            url = _string(given, "url")
            if url is None:
                raise TextError('Can\'t find field "url"')
            return url
        case "custom_emoji":
            return str(_number(given, "custom_emoji_id"))
        case "text_mention":
            user = given.get("user")
            if user is None:
                raise TextError('Can\'t find field "user"')
            if not isinstance(user, dict):
                raise TextError('Field "user" must be of type Object')
            return str(_number(user, "id"))
    return ""


def _format(given: Json) -> str:
    form = _string(given, "date_time_format") or ""
    if not links.is_date_format(form):
        raise TextError("Invalid date-time format specified")
    return links.date_format(form)


def _number(given: Json, name: str, bits: int = 64) -> int:
    value = given.get(name)
    if value is None:
        raise TextError(f'Can\'t find field "{name}"')
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TextError(f'Field "{name}" must be a Number')
    number = links.whole(str(value), bits)
    if number is None:
        raise TextError(f'Can\'t parse as an integer string "{value}"')
    return number


def _string(given: Json, name: str) -> str | None:
    """A number will do."""
    value = given.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TextError(f'Field "{name}" must be of type String')
    return str(value)


def checked(one: Entity) -> Entity:
    """As it is kept: a link completed, or a mention where it means a user."""
    match one.kind:
        case "text_link":
            return _link(one, cleaned(_encoded(one.value, "TextUrl.url")))
        case "pre":
            return Entity("pre", one.offset, one.length, cleaned(_encoded(one.value, "PreCode.language")))
        case "custom_emoji" if one.value == "0":
            raise TextError("Invalid custom emoji identifier specified")
        case "date_time" if one.date <= 0:
            raise TextError("Invalid date specified")
    return one


def _link(one: Entity, url: str) -> Entity:
    if user := links.user_id(url):
        return Entity("text_mention", one.offset, one.length, str(user))
    try:
        return Entity("text_link", one.offset, one.length, links.checked(url))
    except TextError as reason:
        raise TextError(f"Entity URL '{url}' is invalid: {reason}") from None


def _encoded(text: str, name: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise TextError(f"MessageEntity{name} must be encoded in UTF-8")
    return text
