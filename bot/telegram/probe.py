"""
Does a message stand in the chat? The Bot API has no way to ask for it, so the bot looks.

Ids grow with every message of a chat, so what is in doubt stands behind the last of ours that is known. The end of the
chat is bracketed from above, a hundred ids a call, and from there the bot looks downwards: which messages are its own
is told without any effect (`telegram.oracle`), and only those are read. Found: adopted. Nowhere: it was never sent.

Holes prove nothing: messages are deleted, old ones are gone, a group hides those of others from a bot in privacy mode,
and a basic group shares its ids with every other chat of the bot. So an end is believed only where none of the next
990 ids exists, nor one of 990 more that grow by 1.5 % each up to the largest id that there can be.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from telegram import Message, Poll

from bot.telegram import oracle
from bot.telegram.api import Telegram
from bot.telegram.oracle import Standing
from bot.telegram.outcome import Refused, Unclear
from bot.telegram.outgoing import Outgoing, PhotoMessage, PollMessage, TextMessage
from bot.telegram.result import Sent

LARGEST = 2**31 - 1  # of the ids that the Bot API takes
ANCHORED = oracle.BATCH - 1  # ids of a call, beside one that must be there
ANCHORS = 10  # of our newest messages, until one still stands
FAR = 10_000  # ids before one that is known to stand behind it
LEAF = 16  # ids that are asked about one by one
MOST_ASKED = 5_000  # messages of others that are looked through, one call each
MOST_READ = 100  # of those that may be ours: in a channel whose every post the bot may edit

Read = Callable[[int], Awaitable[Message | None]]


class Steps(NamedTuple):
    """How far behind the last known id is asked: all `near` ones, then ever further apart."""

    near: int
    every: list[int]


def _steps(near: int, ratio: float) -> Steps:
    steps = list(range(1, near + 1))
    while (further := int(steps[-1] * ratio)) <= LARGEST:
        steps.append(further)
    return Steps(near, steps)


ROUGH = _steps(32, 1.31)  # one call
SURE = _steps(10 * ANCHORED, 1.015)  # twenty


@dataclass(frozen=True)
class Absent:
    """It is not there, behind the last id that was known."""

    after: int


@dataclass(frozen=True)
class Unsure:
    """It may be one of these, and they cannot be read; or there is more than anybody would look at."""

    candidates: tuple[int, ...]


@dataclass
class Search:
    """
    The look for one message; what has been found out stays, so that one that is broken off goes on where it was.

    `known` are ids of ours that are recorded, `after` the last before the one that is looked for, `before` one behind
    it, if there is such a one. `going` raises where the bot must stop. By the private chats of `readers` a hundred ids
    are asked about in one call; without them, or where the server does not take such calls, it is one by one.
    """

    telegram: Telegram
    chat_id: int
    known: set[int]
    after: int
    readers: Sequence[int] = ()
    going: Callable[[], None] = lambda: None
    anchor: int | None = None
    before: int | None = None
    asked: dict[int, Standing] = field(default_factory=dict)

    async def look(self, message: Outgoing, read: Read) -> Sent | Absent | Unsure:
        """Look for `message`; raises what `read` and the telegram do."""
        await self._find_anchor()
        unread: list[int] = []
        seen, floor = 0, self.after
        for steps in (ROUGH, SURE) if self.before is None else (None,):  # nearly always a rough look reaches it
            top = await self._end(floor, steps) if steps else (self.before or 0) - 1
            floor = max(floor, top - FAR)
            async for number in self._own(floor, top):
                found = await read(number)
                seen += 1
                if found is None:
                    unread.append(number)
                elif matches(message, found):
                    return Sent(_ids(message, number), found.poll.id if found.poll else None)
                if seen == MOST_READ or len(self.asked) > MOST_ASKED:
                    return Unsure(tuple(unread[:3]))
            floor = top
        return Unsure(tuple(unread[:3])) if unread else Absent(self.after)

    async def _find_anchor(self) -> None:
        """Find the newest of our messages that still stands: what is asked together with it is surely answered."""
        for number in sorted(self.known, reverse=True)[:ANCHORS]:
            if await self._standing(number) != "absent":
                self.anchor = number
                return
        self.anchor = None

    async def _end(self, after: int, steps: Steps) -> int:
        """
        The last id that can be found by these steps, each time anew from the last that was found.

        What was absent a moment ago has come since, and is not what is looked for: so there is an end also where people
        write faster than the bot looks.
        """
        last = empty = after  # from `last` to `empty` there was nothing
        while True:
            ids = [last + step for step in steps.every if empty < last + step <= LARGEST]
            further = await self._further(ids)
            if further is None:
                return last
            empty = max(empty, last + steps.near) if further <= last + steps.near else further
            last = further

    async def _further(self, ids: Sequence[int]) -> int | None:
        """The highest of these ids that exists, the furthest batch that has one first."""
        for end in range(len(ids), 0, -ANCHORED):
            batch = ids[max(end - ANCHORED, 0) : end]
            if not await self._some(batch):
                continue
            while len(batch) > 1:
                upper = batch[len(batch) // 2 :]
                batch = upper if await self._some(upper) else batch[: len(batch) // 2]
            return batch[0]
        return None

    async def _own(self, after: int, last: int) -> AsyncIterator[int]:
        """Messages behind `after` up to `last` that may be ours and are not known, the newest first."""
        for end in range(last, after, -ANCHORED):
            async for number in self._own_of(range(max(end - ANCHORED, after) + 1, end + 1)):
                yield number

    async def _own_of(self, ids: range) -> AsyncIterator[int]:
        if not await self._some(ids):
            return
        if len(ids) > LEAF:
            for half in (ids[len(ids) // 2 :], ids[: len(ids) // 2]):
                async for number in self._own_of(half):
                    yield number
            return
        for number in reversed(ids):
            if number not in self.known and await self._standing(number) == "own":
                yield number

    async def _some(self, ids: Sequence[int]) -> bool:
        """Does any of these exist? Asked together with the anchor: where that is not counted, nothing is known."""
        self.going()
        anchored = self.anchor is not None and self.anchor not in ids
        asked = sorted({*ids, self.anchor} if anchored and self.anchor else ids)
        count = await self._count(asked)
        if count == 3 and anchored:  # a protected chat does not count
            self.anchor = None
            return await self._some(ids)
        if count == 0 and anchored:
            await self._find_anchor()
            if self.anchor is not None:
                raise Unclear(f"messages of chat {self.chat_id} cannot be asked for just now")
            return await self._some(ids)
        if count == 0:
            await self._standing(ids[0])  # which is refused in other words, where nothing can be asked for
        return count > anchored

    async def _count(self, ids: Sequence[int]) -> int:
        """As `oracle.counted`, by the first reader who can be written to."""
        refused = None
        for reader in self.readers if self.telegram.counts else ():
            try:
                return await oracle.counted(self.telegram, self.chat_id, ids, reader)
            except Refused as error:
                refused = error
        if refused and self.telegram.counts:
            raise refused
        count = 0
        for number in ids:
            count += await self._standing(number) != "absent"
            if count == 2:  # several
                break
        return count

    async def _standing(self, number: int) -> Standing:
        """What one message is; what is there once is not asked about again."""
        self.going()
        if number not in self.asked:
            standing = await oracle.standing(self.telegram, self.chat_id, number)
            if standing == "absent":
                return standing
            self.asked[number] = standing
        return self.asked[number]


def matches(message: Outgoing, seen: Message) -> bool:
    """Is this what was meant to be sent?"""
    match message:
        case TextMessage(body):
            return seen.text == body.text
        case PhotoMessage(_, caption):
            return bool(seen.photo) and (seen.caption or "") == caption.text
        case PollMessage():
            return seen.poll is not None and _asks(message, seen.poll)


def _asks(message: PollMessage, seen: Poll) -> bool:
    """Its words, the description's too: options that are letters tell little."""
    asked = [message.poll.question, *(option.voted for option in message.poll.options)]
    same = asked == [seen.question, *(option.text for option in seen.options)]
    return same and message.about.text.split() == (seen.description or "").split()


def _ids(message: Outgoing, found: int) -> list[int]:
    """An album has one id for each photo, in a row; a caption is the first one's, without one its last photo is met."""
    if not isinstance(message, PhotoMessage) or len(message.photos) == 1:
        return [found]
    first = found if message.caption.text else found - len(message.photos) + 1
    return list(range(first, first + len(message.photos)))
