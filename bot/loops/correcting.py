"""
Corrections that the chats do not show yet: the messages of a post, or of a reveal, are edited one after the other.

That a message is about to be edited is committed before the call. What is not known to be done is done again: an edit
twice is once, and a call that was given up has five seconds to take effect before another is made. A reveal that says
more than before goes on in messages of its own, by the way that everything goes out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError

from bot import points
from bot.errors import PollbotError
from bot.loops import reveal, words
from bot.loops.closing import BARRED
from bot.loops.delivery import Delivery
from bot.loops.pace import where
from bot.store import correcting, due_polls, messages, polls, schedule
from bot.store.correcting import Due
from bot.store.messages import Part
from bot.store.polls import ClosedPoll
from bot.store.states import Undone
from bot.telegram import outgoing
from bot.telegram.outcome import EFFECT_S, Migrated, NotSent, Refused, Unclear
from bot.telegram.outgoing import Outgoing, PhotoMessage, TextMessage
from bot.thread.rich import Rich

log = structlog.get_logger()
TROUBLE_S = 1.0  # what the database did not let be stored is tried again after this
DELETED = ("message to edit not found", "message to be edited not found")
GONE = "message to delete not found"


class UnfitError(PollbotError):
    """What is to be said does not go into the messages that stand."""


class Edit(NamedTuple):
    """One message says something else, and shows another picture where that is `pictured`."""

    message_id: int
    message: TextMessage | PhotoMessage
    pictured: bool


class Drop(NamedTuple):
    """A message that a shorter text does not need: its part, and its id."""

    part: int
    message_id: int


Step = Edit | Drop
Compose = Callable[[], list[Outgoing]]


class Plan(NamedTuple):
    """The steps in their order; then `parts` by their numbers, as they go out where they have not yet."""

    steps: list[Step]
    parts: list[Outgoing | None]


class Correcting:
    """`rendered` composes beside the loop; `seen` holds when this process first saw a call in doubt, monotonic."""

    def __init__(self, delivery: Delivery, rendered: Callable[[Compose], Awaitable[list[Outgoing]]]) -> None:
        self.database = delivery.database
        self.telegram = delivery.telegram
        self.delivery = delivery
        self.pace = delivery.pace
        self.time = delivery.time
        self.rendered = rendered
        self.seen: dict[tuple[int, datetime], float] = {}

    def awaits(self, due: Due, now: datetime) -> bool:
        """Has it to wait for a worker? Queues the drawing where that is to be done."""
        if due.purpose == "post" or due.poll is None:
            return False
        drawn = due.drawn if due.drawing else None
        shown = due_polls.DueReveal(due.poll, due.address, None, due.made, due.measured, drawn)
        if reveal.awaits(shown, self.pace.waited("correction", due.id, now - due.made)):
            return True
        if not due.drawing or due.drawn is not None:
            return False
        try:
            reveal.queue_drawing(self.database, polls.closed_poll(self.database, due.poll), now)
        except (PollbotError, DBAPIError) as error:
            self._stumbled(due, error)
        return True

    async def advance(self, due: Due) -> None:
        """Bring a correction as far as it goes now; what is missing is due again at the next tick."""
        if not self.pace.ready(due.address.chat.id):
            return
        try:
            await self._advance(due)
        except Exception as error:  # noqa: BLE001 a mistake of ours is that correction's
            self._stumbled(due, error)

    def _stumbled(self, due: Due, error: Exception) -> None:
        match error:
            case DBAPIError():
                log.error("not stored", **where(due.address), reason=str(error.orig), again_in_s=TROUBLE_S)
                self.pace.rest(due.address.post_id, TROUBLE_S)
            case reveal.UndrawnError():
                self._fail(due, "undrawn", str(error))
            case PollbotError():
                self._fail(due, "unfit", str(error))
            case _:
                log.error("not corrected", **where(due.address), exc_info=error)
                self._fail(due, "unfit", repr(error))

    def _fail(self, due: Due, why: Undone, reason: str) -> None:
        log.error("not corrected", **where(due.address), purpose=due.purpose, why=why, reason=reason)
        correcting.fail(self.database, due.id, why, reason)

    async def _advance(self, due: Due) -> None:
        address, chat = due.address, due.address.chat
        if (early := self._may_take_effect_s(due)) > 0:
            self.pace.wait(address, early)
            return
        poll = polls.closed_poll(self.database, due.poll) if due.purpose == "reveal" and due.poll else None
        rows = messages.parts(self.database, address.post_id, due.purpose)
        if any(part.chat_id != chat.id for part in rows.values()):
            raise UnfitError(self.delivery.admins.text(words.STAYED))
        parts = await self.rendered(partial(self._composed, due, poll, rows))
        plan = planned(rows, parts, pictured=due.pictured or poll is not None)
        for number, step in enumerate(plan.steps):
            # What was dropped is no step any more, so all steps before a drop stay where they are.
            if (number >= due.part or isinstance(step, Drop)) and not await self._take(due, number, step):
                return
        if not plan.steps and not correcting.begin(self.database, due.id, self.time()):
            return
        if poll and not self._arrived(address.post_id, plan):
            await self.delivery.deliver(address, "reveal", plan.parts, reply_to=self._poll_message(address.post_id))
            if not self._arrived(address.post_id, plan):
                return
        correcting.finish(self.database, due.id)
        points.reach("corrected")
        log.info("corrected", **where(address), purpose=due.purpose)

    def _composed(self, due: Due, poll: ClosedPoll | None, rows: Mapping[int, Part]) -> list[Outgoing]:
        if poll is None:
            content = schedule.content(self.database, due.address.post_id)
            return outgoing.of_post(content.post, content.pictures)
        photos = sum(part.kind == "photo" for part in rows.values())
        return reveal.recompose(self.database, poll, drawn=photos > bool(poll.poll.explained))

    def _arrived(self, post_id: int, plan: Plan) -> bool:
        """Does all of a reveal stand?"""
        rows = messages.parts(self.database, post_id, "reveal")
        return len(rows) >= len(plan.parts) and all(part.state in ("sent", "skipped") for part in rows.values())

    def _poll_message(self, post_id: int) -> int | None:
        """What a reveal answers: the last message of its post."""
        rows = messages.parts(self.database, post_id, "post")
        return next((part.message_ids[0] for _, part in sorted(rows.items(), reverse=True) if part.message_ids), None)

    async def _take(self, due: Due, number: int, step: Step) -> bool:
        """One message is edited; False where it has to wait, or cannot be."""
        if not self.pace.ready(due.address.chat.id) or not correcting.begin(self.database, due.id, self.time()):
            return False
        points.reach("correcting")
        self.pace.take(due.address.chat.id)
        try:
            await self._call(due, step)
        except NotSent as error:
            correcting.withdraw(self.database, due.id)
            self.pace.wait(due.address, error.wait_s, str(error))
        except Unclear as error:
            self.pace.wait(due.address, max(error.wait_s, EFFECT_S), str(error))
        except Migrated as error:
            correcting.withdraw(self.database, due.id)
            self.delivery.moved(due.address, error)
        except Refused as error:
            self._fail(due, _why(str(error)), str(error))
        else:
            points.reach("edited")
            if isinstance(step, Drop):
                correcting.skip(self.database, due.address.post_id, due.purpose, step.part)
            correcting.edited(self.database, due.id, number + 1)
            return True
        return False

    async def _call(self, due: Due, step: Step) -> None:
        chat = due.address.chat.id
        if isinstance(step, Edit):
            await self.telegram.amend((chat, step.message_id), step.message, pictured=step.pictured)
            return
        try:
            await self.telegram.delete(chat, step.message_id)
        except Refused as error:
            if GONE not in str(error).casefold():
                raise

    def _may_take_effect_s(self, due: Due) -> float:
        """For how many seconds more a call that nobody has recorded may take effect; see `Doubts`."""
        if due.tried is None:
            return 0.0
        now = self.pace.monotonic()
        seen = self.seen.setdefault((due.id, due.tried), now)
        return min(seen + EFFECT_S - now, EFFECT_S - (self.time() - due.tried).total_seconds())


def planned(rows: Mapping[int, Part], parts: Sequence[Outgoing], *, pictured: bool) -> Plan:
    """
    What is to be done so that the messages that stand say `parts`. Raises `UnfitError`.

    Photos go where photos stand, texts where texts do; of an album each photo is a message of its own.
    """
    standing = [(number, rows[number]) for number in sorted(rows) if rows[number].state != "skipped"]
    photos = [one for one in parts if isinstance(one, PhotoMessage)]
    texts = [one for one in parts if isinstance(one, TextMessage)]
    there = [(number, rows[number]) for number in sorted(rows) if rows[number].kind == "photo"]
    wanted, stand = ([len(one.photos) for one in photos], [len(part.message_ids) for _, part in there])
    if len(wanted) != len(stand) or any(one not in (0, other) for one, other in zip(stand, wanted, strict=True)):
        raise UnfitError(f"{sum(wanted)} ≠ {sum(stand)}")
    steps = [
        step for one, (_, part) in zip(photos, there, strict=True) for step in _photos(one, part, pictured=pictured)
    ]
    said = [one for one in standing if one[1].kind == "text"]
    for text, (_, part) in zip(texts, said, strict=False):
        steps += [Edit(number, text, pictured=False) for number in part.message_ids]
    surplus = said[len(texts) :]
    steps += [Drop(number, part.message_ids[0]) for number, part in surplus if part.state == "sent"]
    numbered: dict[int, Outgoing] = {number: one for one, (number, _) in zip(photos, there, strict=True)}
    numbered |= {number: one for one, (number, _) in zip(texts, said, strict=False)}
    behind = max(rows, default=-1) + 1
    numbered |= dict(enumerate(texts[len(said) :], behind))
    return Plan(list(steps), [numbered.get(number) for number in range(max([*rows, *numbered], default=-1) + 1)])


def _photos(message: PhotoMessage, part: Part, *, pictured: bool) -> Iterator[Step]:
    """Each photo of an album is a message; the caption is the first one's. An admin may have gone on without it."""
    if not part.message_ids:
        return
    captions = [message.caption, *(Rich("") for _ in message.photos[1:])]
    for number, (photo, caption, message_id) in enumerate(zip(message.photos, captions, part.message_ids, strict=True)):
        if pictured or number == 0:
            yield Edit(message_id, PhotoMessage((photo,), caption), pictured)


def _why(reason: str) -> Undone:
    if any(words in reason.casefold() for words in DELETED):
        return "deleted"
    return "barred" if any(words in reason.casefold() for words in BARRED) else "refused"
