"""Methods that send what is neither words nor a file: dice, places, contacts; and places that move."""

from __future__ import annotations

import secrets

from emulator.botapi import content, markup
from emulator.botapi.content import Formatted
from emulator.botapi.editing import editable
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked, method
from emulator.wire import Json, bad_request, filled
from emulator.world.chats import Message

FACES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
SHORTEST_S, LONGEST_S, FOREVER = 60, 86_400, 0x7FFFFFFF
FARTHEST_M, ROUND, VAGUEST_M = 100_000, 360, 1500


@method
def send_dice(asked: Asked) -> Json:
    """Chance decides, or what POST /sim/dice has put next."""
    where = content.destination(asked, "dice")
    emoji = asked.params.text("emoji", "🎲").replace("\ufe0f", "") or "🎲"
    if emoji not in FACES:
        raise bad_request("EMOTICON_INVALID")
    loaded = asked.world.dice
    value = loaded.pop(0) if loaded else 1 + secrets.randbelow(FACES[emoji])
    special = {"dice": {"emoji": emoji, "value": min(value, FACES[emoji])}}
    return content.post(asked, where, Formatted(), special=special).json()


@method
def send_location(asked: Asked) -> Json:
    told, period = location(asked.params), asked.params.integer("live_period")
    where = content.destination(asked, "live location" if period else "location")
    if period:
        told |= _live(asked.params, period)
    return content.post(asked, where, Formatted(), special={"location": told}).json()


@method
def edit_message_live_location(asked: Asked) -> Json:
    told = location(asked.params)
    message = _moving(asked)
    before = (message.special or {})["location"]
    period = asked.params.integer("live_period") or before["live_period"]
    return _moved(asked, message, told | _live(asked.params, period))


@method
def stop_message_live_location(asked: Asked) -> Json:
    message = _moving(asked)
    before = (message.special or {})["location"]
    fixed = ("latitude", "longitude", "horizontal_accuracy")
    return _moved(asked, message, {name: before[name] for name in fixed if name in before})


@method
def send_venue(asked: Asked) -> Json:
    params = asked.params
    told = venue(params, location(params))
    return content.post(asked, content.destination(asked, "venue"), Formatted(), special=told).json()


@method
def send_contact(asked: Asked) -> Json:
    params = asked.params
    number, first_name = params.required("phone_number").strip(), params.required("first_name").strip()
    where = content.destination(asked, "contact")
    more = {name: params.text(name).strip() for name in ("last_name", "vcard")}
    told = {"phone_number": number, "first_name": first_name} | filled(more)
    return content.post(asked, where, Formatted(), special={"contact": told}).json()


def location(params: Params) -> Json:
    for name in ("latitude", "longitude"):
        if not params.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = params.real("latitude"), params.real("longitude")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("invalid location specified")
    accuracy = min(max(params.real("horizontal_accuracy"), 0), VAGUEST_M)
    return {"latitude": latitude, "longitude": longitude} | ({"horizontal_accuracy": accuracy} if accuracy else {})


def venue(params: Params, place: Json) -> Json:
    """Of two providers the older one counts, as in telegram-bot-api."""
    told: Json = {"location": place, "title": params.text("title").strip(), "address": params.text("address").strip()}
    if not (told["title"] and told["address"]):
        raise bad_request("wrong file identifier/HTTP URL specified")  # what TDLib makes of MEDIA_EMPTY
    for provider in (("foursquare_id", "foursquare_type"), ("google_place_id", "google_place_type")):
        named = filled({name: params.text(name) for name in provider})
        if named:
            return {"venue": told | named}
    return {"venue": told}


def _live(params: Params, period: int) -> Json:
    """As TDLib, process_live_location."""
    heading, radius = params.integer("heading"), params.integer("proximity_alert_radius")
    if period != FOREVER and not SHORTEST_S <= period <= LONGEST_S:
        raise bad_request("wrong live location period specified")
    if not 0 <= heading <= ROUND:
        raise bad_request("wrong live location heading specified")
    if not 0 <= radius <= FARTHEST_M:
        raise bad_request("wrong live location proximity alert radius specified")
    more = {"heading": heading or None, "proximity_alert_radius": radius or None}
    return {"live_period": period} | filled(more)


def _moving(asked: Asked) -> Message:
    message = editable(asked)
    place = (message.special or {}).get("location", {})
    if "live_period" not in place:
        raise bad_request("there is no live location in the message to edit")
    if place["live_period"] != FOREVER and asked.world.clock.now() > message.date + place["live_period"]:
        raise bad_request("message can't be edited")
    return message


def _moved(asked: Asked, message: Message, place: Json) -> Json:
    message.markup = markup.read_inline(asked.params, message.chat.type)
    message.special, message.edited = {"location": place}, asked.world.clock.now()
    asked.world.feed.touch(message.chat.id, message.id)
    return message.json()
