"""The card of a publication: how it stands, what comes next, how people vote, and what an admin may do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import UnreadableError
from bot.loops import card_words, inquiry_card, naming, plan_words, words
from bot.loops.reply import Button, Reply
from bot.store import content, overview
from bot.store.overview import StoredPoll, StoredPost, StoredPublication
from bot.store.states import HALTED
from bot.store.steering import Among
from bot.store.tables import publications
from bot.thread import rhythm, zones
from bot.thread.model import Language, Post
from bot.thread.rhythm import Rhythm
from experiments.measurement import Text

BAR = 10  # squares of a full bar
LISTED = 20  # publications in one list
AGAIN = 3  # the newest polls that can be asked again
HOUR_S, DAY_S = 3600, 86_400


def card(connection: Connection, publication: int, language: Language, notice: str = "") -> Reply | None:
    """The card of one publication; None where there is none."""
    found = overview.read(connection, overview.one(publication))
    if not found:
        return None
    stored = found[0]
    said = _Said(stored, language)
    lines = [said.title(), said.say(card_words.OUT, out=said.out(), all=len(stored.posts))]
    if stored.rhythm:
        lines.append(said.say(plan_words.SERIES, rhythm=rhythm.written(Rhythm.model_validate(stored.rhythm), language)))
    if stored.next:
        when = said.when(stored.next.due)
        lines += [
            "",
            said.say(card_words.NEXT, position=stored.next.position, words=said.words(stored.next), when=when),
        ]
    for post in said.open():
        lines += ["", *said.poll(post)]
    asked, buttons = inquiry_card.counted(connection, publication, language)
    lines += asked
    return Reply(
        text="\n".join(lines),
        buttons=(*buttons, *said.buttons()),
        card=True,
        notice=notice,
        verbatim=tuple(filter(None, (stored.title, stored.topic))),
        about=stored.id,
    )


def listed(connection: Connection, language: Language, among: Among) -> Reply:
    """All publications into chats `among` these of which something more becomes, a button each."""
    live = overview.live().where(among(publications.c.chat_id))
    every = overview.count(connection, live)
    found = overview.read(connection, live.limit(LISTED))
    if not found:
        return Reply(text=words.say(card_words.NO_THREADS, language))
    buttons = tuple((_Said(stored, language).title(), f"t1|card|{stored.id}") for stored in found)
    text = words.say(card_words.THREADS, language)
    if every > LISTED:
        text += "\n" + words.say(card_words.MORE, language, number=every - LISTED)
    return Reply(text=text, buttons=buttons)


class _Said:
    """A publication in words."""

    def __init__(self, stored: StoredPublication, language: Language) -> None:
        self.stored = stored
        self.language = language

    def say(self, text: Text, **fields: object) -> str:
        return words.say(text, self.language, **fields)

    def title(self) -> str:
        state = self.say(card_words.STATE[self._state()])
        return f"«{self.stored.title}» → {self.stored.place}: {state}"

    def _state(self) -> str:
        stored = self.stored
        if any(post.halt or post.state in HALTED for post in stored.posts):
            return "stopped"
        if all(post.over for post in stored.posts):
            return "cancelled" if stored.cancelled else "done"
        if stored.paused:
            return "paused"
        return "planned" if all(post.state == "planned" for post in stored.posts) else "running"

    def out(self) -> int:
        return sum(post.state == "sent" for post in self.stored.posts)

    def open(self) -> list[StoredPost]:
        return [post for post in self.stored.posts if post.poll and post.poll.state == "open"]

    def closed(self) -> list[StoredPost]:
        """Those that can be asked again; not what was only tried."""
        asked = [post for post in self.stored.posts if post.poll and post.poll.state in ("closed", "revealed")]
        return [] if self.stored.trial else asked

    def when(self, at: datetime) -> str:
        """A time by the clocks that the author meant."""
        zone = self.stored.zone or "UTC"
        day = at.astimezone(zones.find(zone, at.replace(tzinfo=None))[0])
        return self.say(card_words.WHEN, day=day, zone="UTC" if zone == "+00:00" else zone)

    def ahead(self, post: StoredPost) -> str:
        told = {"position": post.position, "words": self.words(post)}
        return self.say(card_words.NEXT, **told, when=self.when(post.due))

    def words(self, post: StoredPost) -> str:
        """What it begins with, in one line."""
        return naming.first_words(post.content)

    def _understood(self, post: StoredPost) -> Post | None:
        try:
            return content.understood(post.content)
        except UnreadableError:
            return None

    def poll(self, post: StoredPost) -> list[str]:
        """An open poll: until when, and how people have voted so far."""
        assert post.poll
        told = {"position": post.position, "words": self.words(post), "voters": post.poll.voters}
        lines = [self.say(card_words.OPEN, **told, when=self.when(post.poll.closes))]
        said = self._understood(post)
        options = [option.text for option in said.poll.options] if said and said.poll else []
        return lines + _bars(options, post.poll)

    def buttons(self) -> list[Button]:
        number, planned = self.stored.id, self.stored.next
        found: list[Button] = []
        if planned and self.stored.paused:
            found.append(self._button("resume", f"t1|resume|{number}"))
        elif planned:
            found.append(self._button("pause", f"t1|pause|{number}"))
            if planned.position == self.stored.first:
                found.append(self._button("send", f"t1|sure|{number}|send|{planned.position}", planned.position))
        if planned:
            found += [
                self._button("later", f"t1|move|{number}|{HOUR_S}"),
                self._button("tomorrow", f"t1|move|{number}|{DAY_S}"),
                (self.say(plan_words.BUTTON["when"]), f"t1|when|{number}"),
                self._button("skip", f"t1|sure|{number}|skip|{planned.position}", planned.position),
            ]
        found += [
            self._button("close", f"t1|sure|{number}|close|{post.position}", post.position) for post in self.open()
        ]
        found += [
            (self.say(plan_words.BUTTON["again"], position=post.position), f"t1|ask|{number}|{post.position}")
            for post in self.closed()[-AGAIN:]
        ]
        if planned:
            found.append(self._button("cancel", f"t1|sure|{number}|cancel"))
        if any(post.state != "skipped" for post in self.stored.posts):
            found.append(self._button("how", f"t1|how|{number}"))
        return [*found, self._button("card", f"t1|card|{number}"), self._button("threads", "t1|threads")]

    def _button(self, name: str, data: str, position: int = 0) -> Button:
        return self.say(card_words.BUTTON[name], position=position), data


def _bars(options: Sequence[str], poll: StoredPoll) -> list[str]:
    voters = max(poll.voters, 1)
    lines = []
    for number, text in enumerate(options):
        votes = poll.votes.get(number, 0)
        full = round(BAR * min(votes / voters, 1))
        lines.append(f"{'▓' * full}{'░' * (BAR - full)} {votes} · {naming.short(text)}")
    return lines
