"""
The loop beside the inbox for what admins send: a draft is fetched and read, its chat asked for, then it is scheduled.

What a step finds is committed with what is to be said of it; saying it may happen twice after a death, and shows the
same. One draft at a time is read, each goes its own way otherwise, and what goes wrong with one is its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import ChatError
from bot.loops import apart, card, comparing, draft_words, showing, topic_words, words
from bot.loops.apart import CrashedError, SlowError
from bot.loops.comparing import Compared
from bot.loops.draft_card import Said, told, zone_of
from bot.loops.draft_desk import choices
from bot.loops.draft_words import Refusal
from bot.loops.pauses import Pauses
from bot.loops.reply import Reply
from bot.loops.rights import SOON_S, Rights
from bot.store import cards, chats, drafts, schedule, slots, store, topics, zoned
from bot.store.address import Chat
from bot.store.cards import Opened
from bot.store.chats import Known
from bot.store.drafts import Draft
from bot.store.inbox import NotYet
from bot.store.store import Database
from bot.telegram.api import Telegram
from bot.telegram.outcome import Later, Refused
from bot.thread import spoken
from bot.thread.examined import Examined
from bot.thread.model import Language

log = structlog.get_logger()
LOOK_S = 0.5


class Drafts:
    """Those of everybody who may."""

    def __init__(
        self,
        database: Database,
        telegram: Telegram,
        rights: Rights,
        speaks: Callable[[int], Language],
        time: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self.database = database
        self.telegram = telegram
        self.rights = rights
        self.speaks = speaks
        self.time = time
        self.monotonic = monotonic
        self._at_work: dict[int, asyncio.Task[None]] = {}
        self._later: dict[int, float] = {}  # by draft: not before, by the monotonic clock
        self._pauses: dict[int, Pauses] = {}
        self._reading = asyncio.Semaphore(1)

    async def run(self) -> None:
        """Do what there is to do, for ever; cancel to stop."""
        try:
            while True:
                self.step()
                await asyncio.sleep(LOOK_S)
        finally:
            tasks = list(self._at_work.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def quiet(self) -> None:
        """Do what there is to do now."""
        while self.step() or self._at_work:
            await asyncio.gather(*self._at_work.values())

    def step(self) -> bool:
        """Begin the next step of each draft that has one; False where there is none."""
        try:
            found = drafts.busy(self.database)
        except DBAPIError as error:
            log.error("drafts not read", reason=str(error.orig), again_in_s=LOOK_S)  # noqa: TRY400
            return False
        self._later = {one.id: self._later[one.id] for one in found if one.id in self._later}
        self._pauses = {one.id: self._pauses[one.id] for one in found if one.id in self._pauses}
        due = [one for one in found if self._later.get(one.id, float("-inf")) <= self.monotonic()]
        for one in due:
            if one.id not in self._at_work:
                self._at_work[one.id] = asyncio.create_task(self._advance(one))
        return bool(due)

    async def _advance(self, draft: Draft) -> None:
        try:
            await self._next(draft)
        except Later as error:
            pause_s = self._pauses.setdefault(draft.id, Pauses()).after_failure(error.wait_s)
            log.warning("a draft waits", draft=draft.id, reason=str(error), again_in_s=pause_s)
            self._later[draft.id] = self.monotonic() + pause_s
        except NotYet as error:  # who runs a chat is known no more
            await error.ask()
        except DBAPIError as error:
            log.error("a draft's step not stored", draft=draft.id, reason=str(error.orig))  # noqa: TRY400
            self._later[draft.id] = self.monotonic() + LOOK_S
        else:
            self._pauses.pop(draft.id, None)
        finally:
            del self._at_work[draft.id]

    async def _next(self, draft: Draft) -> None:
        try:
            if draft.state in drafts.WORK and not await self._is_theirs(draft):
                return
            match draft.state:
                case "new":
                    await self._read(draft)
                case "showing":
                    await self._show(draft)
                case "asking":
                    await self._ask(draft)
                case "wanted":
                    await self._schedule(draft)
                case _:
                    await self._tell(draft)
        except (Later, NotYet, DBAPIError):
            raise
        except Exception:  # a mistake of ours is that draft's
            log.exception("a draft's step failed", draft=draft.id, state=draft.state)
            self._give_up(draft)

    async def _is_theirs(self, draft: Draft) -> bool:
        """Whether its admin still is one; else they are told so, and nothing more becomes of it."""
        person = await self.rights.settled(draft.admin)
        if person.something:
            return True
        if person.untold():
            raise Later("Telegram does not tell who runs the chats", SOON_S)
        if draft.state == "new":
            self._conclude(draft, Examined(), "former")
        else:
            with self.database.begin() as connection:
                if _still(connection, draft):
                    self._refuse(connection, draft, "former")
        return False

    def _give_up(self, draft: Draft) -> None:
        if draft.state == "new":
            self._conclude(draft, Examined(), "crashed")
        elif draft.state in ("showing", "asking", "wanted"):
            with self.database.begin() as connection:
                self._refuse(connection, draft, "crashed")
        else:
            drafts.said(self.database, draft, draft.shown)

    def _said(self, draft: Draft) -> Said:
        return Said(draft, self.speaks(draft.admin), self.time())

    async def _read(self, draft: Draft) -> None:
        async with self._reading:
            try:
                content = draft.text.encode() if draft.file_id is None else await self.telegram.file(draft.file_id)
                found = await apart.examined(content)
            except Refused as error:
                self._conclude(draft, Examined(), "missing", reason=error)
            except SlowError:
                self._conclude(draft, Examined(), "slow")
            except CrashedError as error:
                log.error("a draft's reader died", draft=draft.id, reason=str(error))  # noqa: TRY400
                self._conclude(draft, Examined(), "crashed")
            else:
                self._conclude(draft, found)

    def _conclude(self, draft: Draft, found: Examined, refusal: Refusal | None = None, **fields: object) -> None:
        """What was read, or why nothing was, with what is to be said of it."""
        with self.database.begin() as connection:
            if drafts.one(connection, draft.id) is None:  # another has taken its place meanwhile
                return
            if refusal or found.unread:
                drafts.unread(connection, draft)
                before = None
            else:
                before = drafts.read(connection, draft, found.thread, found.files)
            said = self._said(draft)
            runs = self._runs(connection, draft, found)
            reply = said.refused(refusal, **fields) if refusal else said.report(found, before, runs)
            drafts.change(connection, draft.id, unsaid=reply.stored())

    def _runs(self, connection: Connection, draft: Draft, found: Examined) -> list[Compared]:
        """Its admin's publications that a file may be a new version of, and what it would change of each."""
        if found.thread is None:
            return []
        person = self.rights.of(connection, draft.admin)
        runs = comparing.runs(connection, found.thread, found.files, self.speaks(draft.admin))
        placed = ((one, schedule.chat_of(connection, one.publication)) for one in runs)
        return [one for one, chat in placed if chat and person.may(chat[0])]

    def _refuse(self, connection: Connection, draft: Draft, refusal: Refusal, **fields: object) -> None:
        """It cannot go there, or not so: its admin is asked once more for a chat."""
        drafts.change(connection, draft.id, state="fine", chat_id=None)
        drafts.await_(connection, draft, "chat")
        said = self._said(draft)
        reply = said.refused(refusal, **fields)
        person = self.rights.of(connection, draft.admin)
        if refusal != "former":
            reply = said.where(choices(connection, person), reply)
        drafts.change(connection, draft.id, unsaid=reply.stored())

    def _unfit(self, connection: Connection, draft: Draft, chat: Chat) -> bool:
        """Whether the chat does not take it, which its admin is told then."""
        thread = drafts.thread(draft)
        if chat.type == "private" and chat.id != draft.admin:
            self._refuse(connection, draft, "private")
        elif not (person := self.rights.of(connection, draft.admin)).may(chat.id):
            self._refuse(
                connection, draft, "untold" if person.untold(chat.id) else "yours", chat=chat.title or chat.ref
            )
        elif thread.restricted and chat.type != "channel":
            self._refuse(connection, draft, "voters", poll=thread.restricted)
        elif thread.leaderboard and chat.type == "channel":
            self._refuse(connection, draft, "board")
        elif (twin := schedule.twin(connection, thread, chat.id)) is not None:
            self._refuse(connection, draft, "twice", publication=twin)
        else:
            return False
        return True

    async def _ask(self, draft: Draft) -> None:
        """May it go there? Then only the time is to be told."""
        chat = await self._may(draft)
        with self.database.begin() as connection:
            if chat is None or not _still(connection, draft) or self._unfit(connection, draft, chat):
                return
            known = Known(chat.id, chat.ref, chat.title or chat.ref)
            if chat.type != "private":
                chats.keep(connection, known, self.time())
            about = {"chat_id": chat.id, "chat_type": chat.type, "chat_title": known.title}
            zone = zoned.chosen(connection, chat.id, draft.admin)
            if zone is None or drafts.thread(draft).start:
                zone = zone_of(drafts.thread(draft))
            drafts.change(connection, draft.id, state="fine", chat=chat.ref, **about, zone=zone)
            fresh = drafts.one(connection, draft.id)
            assert fresh
            drafts.change(connection, draft.id, unsaid=self._next_asked(connection, fresh, chat).stored())

    def _next_asked(self, connection: Connection, draft: Draft, chat: Chat) -> Reply:
        """A forum's topic, unless its link has told it; else the time."""
        if chat.forum and draft.topic is None:
            drafts.await_(connection, draft, "chat")
            return self._said(draft).topics(topics.known(connection, chat.id, chats.CHOICES))
        topic = topics.one(connection, chat.id, draft.topic or topics.GENERAL)
        if chat.forum and topic.closed:
            refused = told(topic_words.CLOSED, self.speaks(draft.admin), name=topics.label(topic))
            drafts.change(connection, draft.id, topic=None)
            return self._said(draft).topics(topics.known(connection, chat.id, chats.CHOICES)).after(refused)
        if chat.forum:
            drafts.into(connection, draft, topic)
        drafts.await_(connection, draft, "time")
        fresh = drafts.one(connection, draft.id)
        assert fresh
        return self._said(fresh).when(slots.free(connection, chat.id, self.time()))

    async def _may(self, draft: Draft) -> Chat | None:
        """The chat, where Telegram says that the bot may post; else its admin is told why not. Who runs it is asked."""
        try:
            chat = await self.telegram.chat(draft.chat)
            await self.rights.settled(draft.admin, chat.id, anew=True)
        except ChatError as error:
            with self.database.begin() as connection:
                if _still(connection, draft):
                    self._refuse(connection, draft, "chat", reason=error)
            return None
        return chat

    async def _schedule(self, draft: Draft) -> None:
        """What the admin has confirmed is asked of Telegram once more, then stored with the end of the draft."""
        chat = await self._may(draft)
        with self.database.begin() as connection:
            if chat is None or not _still(connection, draft) or self._unfit(connection, draft, chat):
                return
            start = spoken.clocks(draft.zone, draft.start)
            if chat.forum and draft.topic not in (None, topics.GENERAL):
                chat = replace(chat, topic=draft.topic)
            if draft.slot and slots.taken(connection, chat.id, start):  # two have wanted it at once
                self._taken(connection, draft, chat)
                return
            publication = drafts.schedule_it(connection, draft, chat, start, self.time())
            language = self.speaks(draft.admin)
            shown = card.card(connection, publication, language, words.say(draft_words.SCHEDULED, language))
            assert shown
            drafts.change(connection, draft.id, unsaid=shown.stored())
        log.info("scheduled", publication=publication, admin=draft.admin, chat=chat.ref)

    def _taken(self, connection: Connection, draft: Draft, chat: Chat) -> None:
        """The slot that it was to go out in is no longer free: its admin is asked for a time once more."""
        drafts.change(connection, draft.id, state="fine", slot=False)
        drafts.await_(connection, draft, "time")
        said = self._said(draft)
        refused = said.refused("taken")
        asked = said.when(slots.free(connection, chat.id, self.time()))
        text, quoted = f"{refused.text}\n\n{asked.text}", refused.verbatim + asked.verbatim
        reply = asked.model_copy(update={"text": text, "verbatim": quoted})
        drafts.change(connection, draft.id, unsaid=reply.stored())

    async def _show(self, draft: Draft) -> None:
        """One post as it will be; a bot that dies before the record shows it again."""
        thread = drafts.thread(draft)
        with store.reading(self.database) as connection:
            files = drafts.pictures(connection, draft, draft.part)
        refused: Reply | None = None
        try:
            await showing.post(self.telegram, draft.admin, thread.posts[draft.part], files, thread.language)
        except Refused as error:
            refused = self._said(draft).refused("unshown", position=draft.part + 1, reason=error)
        with self.database.begin() as connection:
            if not _still(connection, draft):
                return
            if refused or draft.part + 1 == len(thread.posts):
                reply = refused or self._said(draft).shown()
                drafts.change(connection, draft.id, state="fine", part=None, unsaid=reply.stored())
            else:
                drafts.change(connection, draft.id, part=draft.part + 1)

    async def _tell(self, draft: Draft) -> None:
        reply = Reply.model_validate_json(draft.unsaid)
        shown = draft.shown
        try:
            shown = await showing.reply(self.telegram, draft.admin, reply, shown, self.speaks(draft.admin))
        except Refused as error:
            log.warning("not said of a draft", draft=draft.id, reason=str(error))
        drafts.said(self.database, draft, shown)
        if reply.about is not None and shown is not None:
            now = self.time()
            with self.database.begin() as connection:
                cards.opened(connection, Opened(draft.admin, shown, reply.about, now, now, reply.digest))


def _still(connection: Connection, draft: Draft) -> bool:
    """Whether it has not gone on meanwhile."""
    fresh = drafts.one(connection, draft.id)
    return fresh is not None and fresh.state == draft.state
