"""
What an admin sends that becomes a draft, and the taps and words by which a draft is scheduled.

Callback data: `d1|plan|DRAFT`, `d1|show|DRAFT`, `d1|try|DRAFT`, `d1|to|DRAFT|CHAT`, `d1|topic|DRAFT|CHAT|TOPIC`,
`d1|when|DRAFT`, `d1|at|DRAFT|CHAT|TIME`, `d1|yes|DRAFT|CHAT|TIME`, the same of a slot, `d1|slot|…` and `d1|take|…`,
`d1|drop|DRAFT`; a TIME is in seconds since 1970. `d1|diff|DRAFT|PUBLICATION` shows what it changes of a thread that
runs, and `d1|mend|DRAFT|PUBLICATION|MARK` does it, where the MARK tells that what was shown still holds. Nothing here
asks Telegram: what needs it is left to `drafts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection

from bot.errors import PollbotError, SettingsError
from bot.loops import card, card_words, comparing, comparing_words, draft_words, time_words, topic_words, words
from bot.loops.actions import OF, Turn, button, message
from bot.loops.comparing import Compared
from bot.loops.draft_card import NAME, Said, told
from bot.loops.draft_words import Refusal
from bot.loops.reply import Reply
from bot.loops.rights import Person
from bot.store import chats, correcting, drafts, schedule, slots, topics
from bot.store.chats import Known
from bot.store.drafts import Draft, Source
from bot.telegram import named
from bot.telegram.answer import line
from bot.thread import spoken, zones
from bot.thread.spoken import SaidError
from experiments.measurement import Text

CHAT, TIME, RUNS, MARK = r"(-?\d{1,18})", r"(\d{1,11})", r"(?P<runs>\d{1,9})", r"([0-9a-f]{12})"
BUTTONS = {
    "": ("plan", "show", "when", "drop", "try"),
    rf"\|{CHAT}": ("to",),
    rf"\|{CHAT}\|{TIME}": ("at", "yes", "slot", "take", "topic"),
}
BUTTONS |= {rf"\|{RUNS}": ("diff",), rf"\|{RUNS}\|{MARK}": ("mend",)}
BEGINS = re.compile(r"\s*---\s*\n")
THREADS, ARCHIVES = (".md", ".markdown", ".txt"), (".zip",)
MOST_THREAD, MOST_ARCHIVE = 128 << 10, 6_000_000  # bytes
PICTURED = ("photo", "video", "animation", "audio", "voice", "video_note", "sticker")
PLAIN = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}  # no markup is lost in these
FAR = timedelta(days=366)
LATEST = 253_402_214_400  # seconds: what no calendar ends before
TITLE = 128


class Desk:
    """What one admin does with drafts, at one moment, within one transaction."""

    def __init__(self, turn: Turn) -> None:
        self.person = turn.person
        self.connection = turn.connection
        self.admin = turn.person.id
        self.now = turn.now
        self.language = turn.language

    def said(self, draft: Draft) -> Said:
        return Said(draft, self.language, self.now)

    def pasted(self, message: Mapping[str, Any], text: str) -> Reply | None:
        marks = [entity.get("type") for entity in message.get("entities") or ()]
        if not PLAIN.issuperset(marks):
            return self.refused("marked")
        drafts.keep(self.connection, Source(self.admin, message["message_id"], text=text), self.now)
        return None

    def sent(self, message: Mapping[str, Any]) -> Reply | None:
        number, document = message["message_id"], message["document"]
        name = line(document.get("file_name") or "")
        size, kind = document.get("file_size") or 0, PurePath(name.lower()).suffix
        if (document.get("mime_type") or "").startswith(("image/", "video/", "audio/")):
            return self.refused("photo")
        if kind not in THREADS + ARCHIVES:
            return self.refused("kind", name)
        if size > (MOST_ARCHIVE if kind in ARCHIVES else MOST_THREAD):
            shown = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{-(-size // 1024)} KiB"
            return self.refused("large", name, size=shown)
        drafts.keep(self.connection, Source(self.admin, number, name, file_id=document["file_id"]), self.now)
        return None

    def refused(self, refusal: Refusal, name: str = "", **fields: object) -> Reply:
        name = name[:NAME] or words.say(draft_words.PASTED, self.language)
        return told(draft_words.REFUSED[refusal], self.language, name=name, **fields)

    def told(self, text: str) -> Reply | None:
        """Where a draft waits for its chat or its time, an admin's words tell it."""
        draft = drafts.awaiting(self.connection, self.admin)
        if draft is None or not text.strip():
            return None
        return self._chat_told(draft, text) if draft.awaits == "chat" else self._time_told(draft, text)

    def _chat_told(self, draft: Draft, text: str) -> Reply | None:
        try:
            ref = named.ref(text)
        except SettingsError:
            return told(draft_words.REFUSED["stranger"], self.language, chat=line(text))
        drafts.ask(self.connection, draft, ref)
        drafts.change(self.connection, draft.id, shown=None, topic=named.topic(text))
        return None

    def _time_told(self, draft: Draft, text: str) -> Reply:
        try:
            start = spoken.read(text, self.now, draft.zone)
        except SaidError as error:
            return told(draft_words.NO_TIME, self.language, reason=time_words.refused(error, self.language))
        if refusal := self._wrong(start):
            return self.said(draft).refused(refusal)
        drafts.change(self.connection, draft.id, zone=zones.name(start))
        notes = time_words.notes(start, self.language)
        return self.said(self._fresh(draft)).sure(start, notes).model_copy(update={"card": False})

    def _wrong(self, start: datetime) -> Refusal | None:
        """Less than a minute ago is now: somebody has read and tapped meanwhile."""
        if start < self.now - timedelta(minutes=1):
            return "past"
        return "far" if start > self.now + FAR else None

    def tap(self, verb: str, number: int, shown: int, *rest: str) -> Reply | None:
        """Do what a button of a draft says."""
        draft = drafts.one(self.connection, number)
        if draft is None:
            return Reply(text=self._say(draft_words.STALE), card=True)
        if draft.state != "fine":
            return self._noticed(draft_words.OUTDATED)
        drafts.change(self.connection, draft.id, shown=shown)
        if verb in ("diff", "mend"):
            return self._mend(draft, int(rest[0]), *rest[1:])
        return self._do(verb, draft, *map(int, rest))

    def _mend(self, draft: Draft, publication: int, mark: str = "") -> Reply:
        """What the draft changes of a publication is shown; or done, where that was shown and is so still."""
        try:
            found = self._compared(draft, publication)
        except PollbotError as error:
            return told(comparing_words.UNREAD, self.language, reason=error)
        if found is None:
            return self._noticed(card_words.REFUSED["unknown"])
        if not found.faults and found.changes and mark == found.mark:
            done = correcting.carry_out(self.connection, publication, found.changes, self.now, self.admin)
            assert done, "what was compared in this transaction stands"
            drafts.finish(self.connection, draft.id, publication)
            notice = self._say(card_words.DONE["correct"])
            return card.card(self.connection, publication, self.language, notice) or self._noticed(draft_words.STALE)
        said = self.said(draft)
        shown = said.back(said.compared(found))
        return shown.model_copy(update={"notice": self._say(comparing_words.ANEW)}) if mark else shown

    def _compared(self, draft: Draft, publication: int) -> Compared | None:
        if correcting.chat(self.connection, publication) is None:
            return None
        thread = drafts.thread(draft)
        files = [drafts.pictures(self.connection, draft, post) for post in range(len(thread.posts))]
        return comparing.compare(self.connection, publication, thread, files, self.language)

    def _do(self, verb: str, draft: Draft, chat: int = 0, seconds: int = 0) -> Reply:
        match verb:
            case "plan":
                drafts.await_(self.connection, draft, "chat")
                said = self.said(draft).where(choices(self.connection, self.person))
            case "show":
                drafts.change(self.connection, draft.id, state="showing", part=0)
                said = self._noticed(draft_words.SHOWING)
            case "drop":
                drafts.drop(self.connection, draft.id)
                title = drafts.thread(draft).title
                said = told(draft_words.DROPPED, self.language, title=title).model_copy(update={"card": True})
            case "to":
                said = self._ask(draft, chat)
            case "topic":
                said = self._topic(draft, chat, seconds)
            case "try":
                said = self._try(draft)
            case _:
                said = self._when(verb, draft, chat, min(seconds, LATEST))
        return said

    def _noticed(self, text: Text) -> Reply:
        """The message stays; who has tapped sees this for a moment."""
        return Reply(text="", card=True, notice=self._say(text))

    def _ask(self, draft: Draft, chat: int) -> Reply:
        known = {one.id: one for one in chats.known(self.connection, chats.MOST)}
        if chat not in known or not self.person.may(chat):
            return self._noticed(draft_words.OUTDATED)
        drafts.ask(self.connection, draft, known[chat].ref)
        return self._noticed(draft_words.LOOKING)

    def _topic(self, draft: Draft, chat: int, number: int) -> Reply:
        """Which topic of the forum is meant; a closed one takes nothing."""
        if draft.chat_id is None or draft.chat_id != chat:
            return self._noticed(draft_words.OUTDATED)
        topic = topics.one(self.connection, chat, number)
        if topic.closed:
            return Reply(text="", card=True, notice=self._say(topic_words.CLOSED, name=topics.label(topic)))
        drafts.into(self.connection, draft, topic)
        drafts.await_(self.connection, draft, "time")
        return self._at(self._fresh(draft))

    def _try(self, draft: Draft) -> Reply:
        """It goes out here, in seconds, one at a time."""
        if schedule.trying(self.connection, self.admin):
            return self._noticed(draft_words.TRYING)
        drafts.try_it(self.connection, draft, self._say(draft_words.TRIED), self.now)
        return self._noticed(draft_words.TRIES)

    def _at(self, draft: Draft, notice: Text | None = None) -> Reply:
        """Which time is meant."""
        assert draft.chat_id is not None
        said = self.said(draft).when(slots.free(self.connection, draft.chat_id, self.now))
        return said.model_copy(update={"notice": self._say(notice)}) if notice else said

    def _when(self, verb: str, draft: Draft, chat: int, seconds: int) -> Reply:
        """A button tells the chat that it was made for: the draft's may be another by now."""
        if draft.chat_id is None or (verb != "when" and draft.chat_id != chat):
            return self._noticed(draft_words.OUTDATED)
        if verb == "when":
            drafts.await_(self.connection, draft, "time")
            return self._at(draft)
        start = datetime.fromtimestamp(seconds, UTC)
        if refusal := self._wrong(start):
            return self._at(draft, draft_words.REFUSED[refusal])
        if verb in ("slot", "take") and slots.taken(self.connection, chat, start):
            return self._at(draft, draft_words.REFUSED["taken"])
        if verb in ("at", "slot"):
            return self.said(draft).sure(start, slot=verb == "slot")
        drafts.change(self.connection, draft.id, state="wanted", start=start, awaits=None, slot=verb == "take")
        return self._noticed(draft_words.LOOKING)

    def _fresh(self, draft: Draft) -> Draft:
        found = drafts.one(self.connection, draft.id)
        assert found
        return found

    def _say(self, text: Text, /, **fields: object) -> str:
        return words.say(text, self.language, **fields)


def choices(connection: Connection, person: Person) -> list[Known]:
    """The chats to choose from, which are theirs."""
    known = chats.known(connection, chats.MOST)
    return [one for one in known if person.may(one.id)][: chats.CHOICES]


@message("thread as a file", lambda turn: "document" in turn.message)
@message("thread as a file, mended", lambda turn: "document" in turn.message, edited=True)
def sent(turn: Turn) -> Reply | None:
    """A thread that is a draft from now on."""
    return Desk(turn).sent(turn.message)


@message("picture", lambda turn: any(kind in turn.message for kind in PICTURED))
def pictured(turn: Turn) -> Reply:
    return Desk(turn).refused("photo")


@message("thread as a text", lambda turn: bool(BEGINS.match(turn.text)))
@message("thread as a text, mended", lambda turn: bool(BEGINS.match(turn.text)), edited=True)
def pasted(turn: Turn) -> Reply | None:
    return Desk(turn).pasted(turn.message, turn.text)


@message("words", lambda turn: bool(turn.text), last=True)
def told_(turn: Turn) -> Reply | None:
    """Where a draft waits for its chat or its time, its admin's words tell it."""
    return Desk(turn).told(turn.text)


def tapped(turn: Turn, number: str, *rest: str, verb: str) -> Reply | None:
    if "message_id" not in turn.message:
        return None
    return Desk(turn).tap(verb, int(number), turn.message["message_id"], *rest)


for fields, verbs in BUTTONS.items():
    for verb in verbs:
        button(f"draft {verb}", rf"d1\|{verb}\|{OF}{fields}", "draft")(partial(tapped, verb=verb))


def moved(connection: Connection, member: Mapping[str, Any], admins: tuple[int, ...], now: datetime) -> None:
    """The bot's place in a chat has changed: where an admin has brought it, threads may go."""
    chat, status = member["chat"], member["new_chat_member"].get("status")
    if status in ("left", "kicked"):
        chats.forget(connection, chat["id"])
    elif chat.get("type") != "private" and member["from"]["id"] in admins:
        ref = f"@{chat['username']}" if chat.get("username") else str(chat["id"])
        title = line(chat.get("title") or "")[:TITLE] or ref
        chats.keep(connection, Known(chat["id"], ref, title), now)
