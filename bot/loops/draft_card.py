"""What stands in the message of a draft: what was found in it, then where to, when, and whether that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from string import Formatter

from bot.loops import comparing, comparing_words, draft_words, time_words, topic_words, words
from bot.loops.comparing import Compared
from bot.loops.draft_words import BUTTON, Refusal
from bot.loops.reply import Button, Reply
from bot.store import drafts
from bot.store.chats import Known
from bot.store.correcting import Change
from bot.store.drafts import Draft
from bot.store.topics import GENERAL, Topic, label
from bot.thread import differing, rhythm, spoken, versions, zones
from bot.thread.examined import Examined, Finding
from bot.thread.model import Language, Thread
from bot.thread.worded import reason
from experiments.measurement import Text

LONGEST = 3500  # characters of a report in a message; what is longer is attached as a file
DIFFERS = 600  # characters of what differs in a post
LABEL = 60  # characters of a chat on its button
NAME = 64  # of a file
QUOTED = ("name", "title", "chat", "reason")  # fields that are others' words
CHAPTERS = 8  # of a series, whose times are told
EVENING, MORNING = "18:00", "10:00"


class Said:
    """A draft in words."""

    def __init__(self, draft: Draft, language: Language, now: datetime) -> None:
        self.draft = draft
        self.language = language
        self.now = now

    def say(self, text: Text, /, **fields: object) -> str:
        return words.say(text, self.language, **fields)

    @property
    def name(self) -> str:
        """The file's, as far as anybody reads it."""
        return self.draft.name[:NAME] or self.say(draft_words.PASTED)

    @property
    def chat(self) -> str:
        return str(self.draft.chat_title or self.draft.chat)

    def refused(self, refusal: Refusal, /, **fields: object) -> Reply:
        """Why nothing was read, or nothing done; what is allowed."""
        return told(draft_words.REFUSED[refusal], self.language, **{"name": self.name, "chat": self.chat, **fields})

    def report(self, found: Examined, before: Thread | None, runs: Sequence[Compared] = ()) -> Reply:
        """All that `pollbot check` would say, what it changes of a thread that `runs`, and what can be done."""
        if found.unread:
            return told(draft_words.UNREAD[found.unread], self.language, name=self.name)
        errors = sum(not one.warning for one in found.findings)
        warnings = len(found.findings) - errors
        about = [self.say(draft_words.WRONG, name=self.name, errors=errors)]
        if found.thread:
            about = [*self._holds(found.thread), *(self._changed(before, found.thread) if before else ())]
        if warnings:
            about.append(self.say(draft_words.WARNINGS, warnings=warnings))
        mends = self.compared(runs[0]) if len(runs) == 1 else None
        parts = ["\n".join(about), *map(self._told, found.findings), *((mends.text,) if mends else ())]
        if len(runs) > 1:
            parts.append(self.say(comparing_words.SEVERAL))
        text, rest = "\n\n".join(parts), ""
        if len(text) > LONGEST:
            rest = text
            while len("\n\n".join(parts)) > LONGEST:
                parts.pop()
            text = "\n\n".join([*parts, self.say(draft_words.ATTACHED)])
        title = found.thread.title if found.thread else self.name
        quoted = (title, *(one.source for one in found.findings), *(mends.verbatim if mends else ()))
        buttons = mends.buttons if mends else tuple(map(self._diff, runs))
        buttons = (*buttons, *self._first()) if found.thread else ()
        return Reply(text=text, buttons=buttons, verbatim=quoted, attached=rest)

    def compared(self, runs: Compared) -> Reply:
        """What the draft changes of a thread that runs, and a button that does it; or why that cannot be."""
        where = {"publication": runs.publication, "chat": runs.chat}
        if not (runs.changes or runs.faults):
            return told(comparing_words.SAME, self.language, **where)
        head = self.say(comparing_words.CANNOT if runs.faults else comparing_words.RUNS, **where)
        if runs.faults:
            return Reply(text=f"{head}\n{comparing.said(runs, self.language)}", verbatim=(runs.chat,))
        shown = [self._shown(runs, one) for one in runs.changes]
        text = "\n\n".join([head, *(f"{words}\n{lines}" for words, lines in shown)])
        quoted = (runs.chat, *(lines for _, lines in shown))
        data = ("mend", self.draft.id, runs.publication, runs.mark)
        yes = self._button("mend", *data, text=self.say(comparing_words.BUTTON["mend"], publication=runs.publication))
        return Reply(text=text, buttons=(yes,), verbatim=quoted)

    def _shown(self, runs: Compared, one: Change) -> tuple[str, str]:
        """What becomes of a post, and the lines that differ, as far as anybody reads them here."""
        lines = "\n".join(differing.lines(runs.before[one.position], one.post)) or self.say(comparing_words.PICTURES)
        return comparing.change(one, self.language), lines if len(lines) <= DIFFERS else f"{lines[: DIFFERS - 1]}…"

    def _diff(self, runs: Compared) -> Button:
        label = self.say(comparing_words.BUTTON["diff"], publication=runs.publication, chat=runs.chat)
        return self._button("diff", "diff", self.draft.id, runs.publication, text=label)

    def back(self, said: Reply) -> Reply:
        """With the buttons that a draft begins with, in the place of the message."""
        return said.model_copy(update={"buttons": (*said.buttons, *self._first()), "card": True})

    def _holds(self, thread: Thread) -> Iterator[str]:
        polls = [post.poll for post in thread.posts if post.poll]
        runs = sorted({poll.experiment.run for poll in polls if poll.experiment})
        yield self.say(draft_words.FINE, title=thread.title)
        held = {"posts": len(thread.posts), "polls": len(polls)}
        if thread.rhythm:
            chapters, when = len(thread.chapters), rhythm.written(thread.rhythm, self.language)
            yield self.say(draft_words.SERIES, **held, chapters=chapters, rhythm=when)
        else:
            yield self.say(draft_words.HOLDS, **held, span=words.duration(_span(thread)))
        yield self.say(draft_words.MEASURED, runs=", ".join(runs)) if runs else self.say(draft_words.UNMEASURED)

    def _changed(self, before: Thread, after: Thread) -> Iterator[str]:
        found = versions.changes(before, after)
        texts = (draft_words.CHANGED, draft_words.ADDED, draft_words.REMOVED)
        if not any(found):
            yield self.say(draft_words.SAME)
        for text, numbers in zip(texts, found, strict=True):
            if numbers:
                yield self.say(text, numbers=", ".join(map(str, numbers)))

    def _told(self, one: Finding) -> str:
        text = draft_words.WARNING if one.warning else draft_words.PROBLEM
        line = self.say(text, line=one.line, column=one.column, message=one.message)
        return f"{line}\n{one.source}" if one.source.strip() else line

    def _first(self) -> tuple[Button, ...]:
        return self._button("plan"), self._button("show"), self._button("try"), self._button("drop")

    def _button(self, name: str, *data: object, text: str = "", **fields: object) -> Button:
        return text or self.say(BUTTON[name], **fields), "|".join(map(str, ("d1", *(data or (name, self.draft.id)))))

    def shown(self) -> Reply:
        """It stands above."""
        said = told(draft_words.SHOWN, self.language, title=drafts.thread(self.draft).title)
        return said.model_copy(update={"buttons": self._first()})

    def where(self, known: Sequence[Known], refused: Reply | None = None) -> Reply:
        """Which chat is meant, where the last one was `refused`."""
        title = drafts.thread(self.draft).title
        asked = told(draft_words.WHERE if known else draft_words.NOWHERE, self.language, title=title)
        if refused:
            asked = Reply(text=f"{refused.text}\n\n{asked.text}", verbatim=refused.verbatim + asked.verbatim)
        chats = [self._button("to", "to", self.draft.id, one.id, text=_label(one)) for one in known]
        return asked.model_copy(update={"buttons": (*chats, self._button("drop")), "card": True})

    def topics(self, known: Sequence[Topic]) -> Reply:
        """Which topic of the forum that the draft has is meant."""
        title = drafts.thread(self.draft).title
        asked = told(topic_words.WHICH, self.language, title=title, chat=self.chat)
        names = [(GENERAL, self.say(topic_words.GENERAL)), *((one.thread, _name(one, self.language)) for one in known)]
        place = ("topic", self.draft.id, self.draft.chat_id)
        buttons = [self._button("topic", *place, number, text=name) for number, name in names]
        back = self._button("where", "plan", self.draft.id)
        return asked.model_copy(update={"buttons": (*buttons, back), "card": True})

    def when(self, slot: datetime | None = None) -> Reply:
        """Which time is meant, for the chat that the draft has; a series goes into no slot."""
        thread, zone = drafts.thread(self.draft), self.draft.zone
        here = spoken.clocks(zone, self.now)
        asked = {"title": thread.title, "chat": self.chat, "now": self.at(here)}
        times = self._times(thread, here)
        if thread.start and thread.start > self.now:
            times.insert(0, ("file", thread.start))
        if slot and not thread.rhythm:
            times.insert(0, ("slot", slot))
        buttons = [self._at(name, at) for name, at in times]
        buttons.append(self._button("where", "plan", self.draft.id))
        return told(draft_words.WHEN, self.language, **asked).model_copy(
            update={"buttons": tuple(buttons), "card": True}
        )

    def _times(self, thread: Thread, here: datetime) -> list[tuple[str, datetime]]:
        """What is offered; a series begins when its rhythm says."""
        if thread.rhythm and thread.rhythm.cron:
            try:
                first = thread.rhythm.first(here, thread.clocks(here))
                return [("next", first), ("next", thread.rhythm.after(first, first, thread.clocks(here)))]
            except ValueError:  # that very time is skipped by clocks: others can be written
                return []
        times = [("hour", self.now + timedelta(hours=1))]
        if f"{here:%H:%M}" < EVENING:
            times.append(("evening", spoken.read(f"today {EVENING}", self.now, self.draft.zone)))
        return [*times, ("morning", spoken.read(f"tomorrow {MORNING}", self.now, self.draft.zone))]

    def _at(self, name: str, at: datetime) -> Button:
        fields = {"at": self.at(at)} if name in ("file", "next", "slot") else {}
        verb = "slot" if name == "slot" else "at"
        return self._button(name, verb, self.draft.id, self.draft.chat_id, int(at.timestamp()), **fields)

    def sure(self, start: datetime, notes: Sequence[str] = (), *, slot: bool = False) -> Reply:
        """Chat and time as they were understood, to be confirmed; or why a series cannot begin then."""
        thread, start = drafts.thread(self.draft), spoken.clocks(self.draft.zone or "UTC", start)
        try:
            due = thread.due(start)
        except ValueError as error:
            return told(draft_words.NO_TIME, self.language, reason=reason(error, self.language)).model_copy(
                update={"card": True}
            )
        asked = {"title": thread.title, "chat": self.chat, "posts": len(due)}
        sure = told(draft_words.SURE, self.language, **asked, first=self.at(due[0]), last=self.at(max(due)))
        notes = [*notes, *self._twice(thread, start, due)]
        yes = self._button("yes", "take" if slot else "yes", self.draft.id, self.draft.chat_id, int(start.timestamp()))
        back = self._button("when", "when", self.draft.id), self._button("where", "plan", self.draft.id)
        text = "\n".join(
            [sure.text, *self._chapters(thread, due), *notes, self._late(thread), self.say(draft_words.SCHEDULE)]
        )
        return sure.model_copy(update={"text": text, "buttons": (yes, *back), "card": True})

    def _twice(self, thread: Thread, start: datetime, due: Sequence[datetime]) -> Iterator[str]:
        """Of the chapters that begin at an hour that comes twice."""
        if thread.rhythm:
            clocks = thread.rhythm.clocks(thread.clocks(start))
            for first, *_ in thread.chapters:
                yield from time_words.notes(due[first - 1].astimezone(clocks), self.language)

    def _chapters(self, thread: Thread, due: Sequence[datetime]) -> Iterator[str]:
        if thread.rhythm:
            begun = [self.at(due[chapter[0] - 1]) for chapter in thread.chapters]
            more = [] if len(begun) <= CHAPTERS else ["…"]
            yield self.say(draft_words.CHAPTERS, chapters=len(begun), times="; ".join(begun[:CHAPTERS] + more))

    def _late(self, thread: Thread) -> str:
        return self.say(draft_words.LATE[thread.late], span=words.duration(thread.late_after))

    def at(self, at: datetime) -> str:
        """A time by the clocks that its admin means."""
        zone = self.draft.zone or "UTC"
        return self.say(draft_words.AT, at=spoken.clocks(zone, at), zone="UTC" if zone == "+00:00" else zone)


def told(text: Text, language: Language, /, **fields: object) -> Reply:
    """A text, in which what others have written is `verbatim`."""
    order = (field for _, field, _, _ in Formatter().parse(text[language]) if field in QUOTED)
    return Reply(text=words.say(text, language, **fields), verbatim=tuple(str(fields[name]) for name in order))


def _name(topic: Topic, language: Language) -> str:
    name = label(topic)[:LABEL]
    return words.say(topic_words.SHUT, language, name=name) if topic.closed else name


def _span(thread: Thread) -> timedelta:
    """From the first post until the last poll is over."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    timed = zip(thread.posts, thread.due(start), strict=True)
    return max(at + (post.poll.open if post.poll else timedelta(0)) for post, at in timed) - start


def zone_of(thread: Thread) -> str:
    """Whose clocks a thread's author means: those of its start."""
    return zones.name(thread.start) if thread.start else "UTC"


def _label(chat: Known) -> str:
    label = f"{chat.title} ({chat.ref})" if chat.ref.startswith("@") and chat.title != chat.ref else chat.title
    return label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"
