"""What a poll shows besides its words: with its description, in its options, with the explanation of a quiz."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from emulator.botapi import content
from emulator.botapi.params import Params
from emulator.botapi.registry import Asked
from emulator.wire import Json, bad_request
from emulator.world.files import Media
from emulator.world.polls import Poll

Place = Literal["poll", "option"]

BOTH = ("animation", "photo", "live_photo", "video", "location", "venue")
ALLOWED = {"poll": (*BOTH, "audio", "document"), "option": (*BOTH, "sticker")}
KEPT = ("photo", "document")  # of what Telegram allows, by the emulator
WRONG = {"poll": "failed to parse InputPollMedia", "option": "failed to parse poll option media"}


@dataclass(frozen=True)
class Described:
    """Media as they are described in a call; no file has been looked at."""

    poll: Json | None
    options: list[Json | None]
    explanation: Json | None

    def keep(self, asked: Asked, poll: Poll) -> None:
        """Put them into a poll whose words are right; raises Telegram's refusal of a file."""
        poll.media = _kept(asked, self.poll)
        pairs = zip(poll.options, self.options, strict=True)
        poll.options = [replace(option, media=_kept(asked, given)) for option, given in pairs]
        poll.explanation_media = _kept(asked, self.explanation)


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
        raise bad_request(f'{WRONG[place]}: can\'t find field "type"')
    if given["type"] not in ALLOWED[place]:
        raise bad_request(f"{WRONG[place]}: invalid type specified")
    if given["type"] not in KEPT:
        raise bad_request(f"the emulator keeps no {given['type']} in polls")
    if not given.get("media"):
        raise bad_request(f"{WRONG[place]}: media not found")
    return given


def _kept(asked: Asked, given: Json | None) -> Media | None:
    return content.media(asked, str(given["type"]), str(given["media"])) if given else None
