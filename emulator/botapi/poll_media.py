"""What a poll shows besides its words: with its description, in its options, with the explanation of a quiz."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from emulator.botapi import albums, media, special
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.texts import links
from emulator.texts.entity import TextError
from emulator.wire import Json, bad_request
from emulator.world.files import Media, Special
from emulator.world.polls import Poll

Place = Literal["poll", "option"]

BOTH = ("animation", "photo", "live_photo", "video", "location", "venue")
ALLOWED = {"poll": (*BOTH, "audio", "document"), "option": (*BOTH, "sticker", "link")}
PLACES = ("location", "venue", "link")
WRONG = {"poll": "failed to parse InputPollMedia", "option": "failed to parse poll option media"}


@dataclass(frozen=True)
class Described:
    """Media as they are described in a call; no file has been looked at."""

    poll: Json | None
    options: list[Json | None]
    explanation: Json | None

    def keep(self, asked: Asked, poll: Poll) -> None:
        """Put them into a poll whose words are right; raises Telegram's refusal of a file."""
        poll.media = _kept(asked, self.poll, "poll")
        pairs = zip(poll.options, self.options, strict=True)
        poll.options = [replace(option, media=_kept(asked, given, "option")) for option, given in pairs]
        poll.explanation_media = _kept(asked, self.explanation, "poll")


def read(params: Params, *, quiz: bool) -> Described:
    given = params.array("options", "String as options")
    return Described(
        _checked(params.json("media", "InputPollMedia"), "poll"),
        [_checked(one.get("media") if isinstance(one, dict) else None, "option") for one in given],
        _checked(params.json("explanation_media", "InputPollMedia"), "poll") if quiz else None,
    )


def _checked(given: object, place: Place) -> Json | None:
    """The description of a medium that may stand there."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request(f"{WRONG[place]}: expected an Object")
    if "type" not in given:
        raise bad_request(f'{WRONG[place]}: Can\'t find field "type"')
    if given["type"] not in ALLOWED[place]:
        raise bad_request(f"{WRONG[place]}: invalid type specified")
    if given["type"] not in PLACES and not given.get("media"):
        raise bad_request(f"{WRONG[place]}: media not found")
    return given


def _kept(asked: Asked, given: Json | None, place: Place) -> Media | Special | None:
    if given is None:
        return None
    told = Params(given)
    match given["type"]:
        case "location":
            return Special({"location": special.location(told)})
        case "venue":
            return Special(special.venue(told, special.location(told)))
        case "link":
            return Special({"link": {"url": _address(told)}})
        case "sticker":
            return Media(media.taken(asked, "sticker", told.text("media"), told={"emoji": told.text("emoji")}))
    try:
        shown = albums.described(asked, given)
    except albums.MisreadError as error:
        reason = error.description.removeprefix("Bad Request: ")
        raise bad_request(f"{WRONG[place]}: {reason}") from None
    return replace(shown, spoiler=False, above=False)


def _address(told: Params) -> str:
    if not told.text("url"):
        raise bad_request("poll option link must be non-empty")
    try:
        return links.checked(told.text("url"))
    except TextError as reason:
        raise bad_request(f"URL '{told.text('url')}' is invalid: {reason}") from None
