"""
Updates at the border: what Telegram sent becomes votes, snapshots, strays, and the rest for the handlers.

Decoding never fails: an update that cannot be read becomes a stray, and those after it are read all the same. Of such
a one only the shape is kept, for a person may stand anywhere in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, NamedTuple

from bot.store import overheard, shape

Update = dict[str, Any]
QUEUE = 100_000  # updates that Telegram keeps for a bot
OPTIONS = 12  # Telegram's limit for a poll
ID_LIMIT = 2**31  # Telegram's own update ids end at 2,000,000,000
KINDS = (
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message",
    "edited_message",
)  # of what is no vote, and asked for
RUNS = ("creator", "administrator")
COMMAND = re.compile(r"/[a-z_]{1,32}(@\w{1,64})?(\s|$)")
NAMES = ("first_name", "last_name", "username")  # of a person: no handler asks for them
KEPT_CHARACTERS = 20_000  # of the shape of an update that cannot be read
VOTER_LIMIT = 2**63  # Telegram's own ids end at 2**52


class Vote(NamedTuple):
    """One `poll_answer`: `options` is a bit mask, 0 takes the vote back; `voter` is Telegram's id, in memory alone."""

    update_id: int
    telegram_id: str
    voter: int
    options: int


class Snapshot(NamedTuple):
    """
    One `poll` update: the counts of a poll at a moment, and what it asks: question and options.

    Of polls of others a bot hears when they are stopped by hand: what a closed one asks tells nothing of ours.
    """

    update_id: int
    telegram_id: str
    counts: list[int]
    voters: int
    asks: Sequence[str] = ()


class Stray(NamedTuple):
    """
    What cannot be read or belongs to no poll known here, as JSON. An update without a number gets a negative one.

    `telegram_id` is the poll that it is for: its own record may be on its way.
    """

    update_id: int
    reason: str
    content: str
    telegram_id: str | None = None


class Other(NamedTuple):
    """What is no vote, as JSON without people's names; `chat_id`: whence; `kind`: of `KINDS`, of `heard`, or none."""

    update_id: int
    chat_id: int
    kind: str
    content: str


@dataclass(frozen=True)
class Batch:
    """Updates, sorted; `others` is for the inbox, `idle` is nothing to the bot, `ids` are the numbers of all."""

    votes: list[Vote] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    def renumbered(self, base: int) -> Batch:
        """The same with `base` added to the numbers of what is stored."""
        if not base:
            return self
        return replace(
            self,
            votes=[vote._replace(update_id=base + vote.update_id) for vote in self.votes],
            snapshots=[snapshot._replace(update_id=base + snapshot.update_id) for snapshot in self.snapshots],
            strays=[s._replace(update_id=base + s.update_id) if s.update_id >= 0 else s for s in self.strays],
            others=[other._replace(update_id=base + other.update_id) for other in self.others],
        )

    def without(self, apart: Sequence[Vote | Snapshot]) -> Batch:
        """The same without some of its votes and snapshots."""
        gone = set(map(id, apart))  # a server in trouble may give two updates the same number
        votes = [vote for vote in self.votes if id(vote) not in gone]
        return replace(self, votes=votes, snapshots=[one for one in self.snapshots if id(one) not in gone])

    def with_strays(self, more: Sequence[Stray]) -> Batch:
        """The same, and more that is kept aside."""
        return replace(self, strays=[*self.strays, *more]) if more else self

    def apart(self) -> Iterator[tuple[int, Batch]]:
        """Each update by itself, with its number."""
        for vote in self.votes:
            yield vote.update_id, Batch(votes=[vote])
        for snapshot in self.snapshots:
            yield snapshot.update_id, Batch(snapshots=[snapshot])
        for stray in self.strays:
            yield stray.update_id, Batch(strays=[stray])
        for other in self.others:
            yield other.update_id, Batch(others=[other])


def decode(updates: Iterable[object]) -> Batch:
    """Sort raw updates."""
    batch = Batch()
    for raw in updates:
        try:
            _sort(raw, batch)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            batch.strays.append(_unreadable(raw, f"cannot be read: {error!r}"))
    return batch


def _sort(raw: Any, batch: Batch) -> None:  # noqa: ANN401 whatever came
    update_id = _integer(raw["update_id"])
    batch.ids.append(update_id)
    if (answer := raw.get("poll_answer")) is not None:
        batch.votes.append(_vote(update_id, answer))
    elif (poll := raw.get("poll")) is not None:
        batch.snapshots.append(_snapshot(update_id, poll))
    elif _overheard(raw) or _usual(raw.get("chat_member")):
        message, mended = raw.get("message"), raw.get("edited_message")
        if found := overheard.of(message or mended or {}, edited=message is None):
            update = {"update_id": update_id, **found}
            batch.others.append(Other(update_id, chat_of(update), next(iter(found)), json.dumps(update)))
        else:
            batch.idle.append(update_id)
    else:
        kind = next((name for name in KINDS if name in raw), "")
        batch.others.append(Other(update_id, chat_of(raw), kind, json.dumps(_unnamed(raw))))


def _overheard(raw: Update) -> bool:
    """
    What people say in groups is not for the bot: of a lively one, nothing is kept but what `overheard` names.

    Who gives an order in the group's name is an administrator who means the bot, and is answered.
    """
    message = raw.get("message") or raw.get("edited_message")
    chat = _chat(message)
    if not (isinstance(chat, dict) and chat.get("type") in ("group", "supergroup")):
        return False
    return "edited_message" in raw or not (isinstance(message, dict) and _anonymous_order(message, chat))


def _anonymous_order(message: Update, chat: Update) -> bool:
    sender, text = message.get("sender_chat"), message.get("text")
    same = isinstance(sender, dict) and sender.get("id") == chat.get("id")
    return same and isinstance(text, str) and COMMAND.match(text) is not None


def _usual(member: object) -> bool:
    """Whether somebody comes or goes who runs nothing: of a lively chat, nothing of that is kept."""
    if not isinstance(member, dict):
        return False
    places = (member.get("old_chat_member"), member.get("new_chat_member"))
    return not any(isinstance(place, dict) and place.get("status") in RUNS for place in places)


def _vote(update_id: int, answer: Update) -> Vote:
    voter = answer.get("voter_chat") or answer["user"]  # anonymous admins share one user id: their chat is the voter
    mask = 0
    for option in answer["option_ids"]:
        if not 0 <= option < OPTIONS:
            msg = f"option {option}: a poll has at most {OPTIONS}"
            raise ValueError(msg)
        mask |= 1 << option
    return Vote(update_id, _poll_id(answer["poll_id"]), _voter(voter["id"]), mask)


def _snapshot(update_id: int, poll: Update) -> Snapshot:
    counts = [_integer(option["voter_count"]) for option in poll["options"]]
    if len(counts) > OPTIONS:
        msg = f"{len(counts)} options: a poll has at most {OPTIONS}"
        raise ValueError(msg)
    said = (poll.get("question", ""), *(option.get("text", "") for option in poll["options"]))
    asks = [] if poll.get("is_closed") else [str(words) for words in said]
    return Snapshot(update_id, _poll_id(poll["id"]), counts, _integer(poll["total_voter_count"]), asks)


def chat_of(update: Update) -> int:
    """The chat of an update of whatever kind, or the person where it has none; 0 where neither can be read."""
    for told in filter(_is_object, update.values()):
        for place in filter(_is_object, (told.get("chat"), _chat(told.get("message")), told.get("from"))):
            number = place.get("id")
            if type(number) is int and abs(number) < 2**63:
                return number
    return 0


def _unnamed(told: Any) -> Any:  # noqa: ANN401 JSON
    """The same, but that people have only their ids."""
    if isinstance(told, list):
        return [_unnamed(one) for one in told]
    if not isinstance(told, dict):
        return told
    person = "is_bot" in told or told.get("type") == "private"
    return {name: _unnamed(one) for name, one in told.items() if not (person and name in NAMES)}


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _chat(message: object) -> object:
    return message.get("chat") if isinstance(message, dict) else None


def _voter(value: object) -> int:
    if type(value) is not int or not -VOTER_LIMIT <= value < VOTER_LIMIT:
        msg = "the voter's id is no number, or no id"  # whatever it is, it may be somebody's name
        raise ValueError(msg)
    return value


def _integer(value: object) -> int:
    if type(value) is not int or not 0 <= value < ID_LIMIT:
        msg = f"a {type(value).__name__} where a number between 0 and {ID_LIMIT} is meant"
        raise ValueError(msg)
    return value


def _poll_id(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or len(value) > 32:
        msg = f"a {type(value).__name__} that is no id of a poll"
        raise ValueError(msg)
    return value


def _unreadable(raw: Any, reason: str) -> Stray:  # noqa: ANN401 whatever came
    """Kept under its own number, or under one made of its content, so that it is kept once however often it comes."""
    try:
        update_id = _integer(raw["update_id"])
    except (KeyError, TypeError, ValueError):
        update_id = nameless(raw)
    return Stray(update_id, reason[:300], json.dumps(shape.of(raw))[:KEPT_CHARACTERS])


def nameless(raw: object) -> int:
    """A negative number for what has none of its own."""
    try:
        content = json.dumps(raw)
    except RecursionError:
        return -1
    return -1 - int.from_bytes(blake2b(content.encode(), digest_size=7).digest(), "big")
