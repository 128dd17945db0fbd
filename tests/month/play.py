"""
A month of a channel, played by the bot's own loops over HTTP, on a clock that goes from one thing to the next.

What admins want is sent, tapped and written in their private chats. `Played` is what they were told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from bot.store import chats as known
from bot.store import schedule
from bot.store.chats import Known
from bot.store.tables import polls, publications
from bot.thread import zones
from tests.bot.conftest import Stage
from tests.bot.loops.test_drafts import say, send, settle, tap
from tests.factory import png
from tests.month.calendar import CHATS, Doing, Month

TOLD = re.compile(r"(\d\d:\d\d) (?:⏸ |⏰ )?(Thread \d\d) → @\w+, no\. (\d+)(?:–(\d+))?")
DAY = re.compile(r"\w+, (\d\d \w{3})")
DOWN = timedelta(hours=6)
VOTERS = 5
ZONE = ("Europe/Berlin", "America/New_York")  # the two admins' own


@dataclass
class Played:
    """`told`: by publication and position, when somebody was told that it goes out, and when that was said."""

    stage: Stage
    numbers: dict[str, int] = field(default_factory=dict)  # publications by their titles
    told: dict[tuple[int, int], tuple[datetime, datetime]] = field(default_factory=dict)
    down: list[tuple[datetime, datetime]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Player:
    def __init__(self, stage: Stage, month: Month, seed: int) -> None:
        self.stage = stage
        self.month = month
        self.random = Random(seed)
        self.written = {one.title: one for one in month.threads}
        self.played = Played(stage)
        self.voters = stage.users(VOTERS)
        # What other things happen in a month, by the word that stands in the calendar: corrections and questions
        # find their place here.
        self.does: dict[str, Callable[[Doing, int], Coroutine[Any, Any, None]]] = {
            "send it": self.send_it, "plan": self.plan, "down": self.go_down, "words": self.move, "close": self.close,
            "pause": self.card("Pause"), "resume": self.card("Go on"), "later": self.card("An hour later"),
            "tomorrow": self.card("A day later"), "skip": self.card("Skip no", "Yes"), "send": self.card(" now", "Yes"),
            "cancel": self.card("Cancel the thread", "Yes"),
        }  # fmt: skip

    async def play(self) -> Played:
        stage = self.stage
        await self.begin()
        for doing in self.month.doings:
            await self.until(doing.at)
            await self.does[doing.what](doing, stage.admins[doing.admin])
            await settle(stage)
            await self.now(stage.now)
        await self.until(self.month.end)
        for _ in range(400):  # what began goes to its end
            due = schedule.next_due(stage.database, stage.now)
            if due is None:
                break
            await self.now(max(due, stage.now))
        return self.played

    async def begin(self) -> None:
        stage = self.stage
        with stage.database.begin() as connection:
            for name in CHATS:
                chat = next(one for one in stage.get("/chats")["chats"] if one.get("username") == name)
                known.keep(connection, Known(chat["id"], f"@{name}", name), stage.now)
        for admin, zone in zip(stage.admins, ZONE, strict=True):
            await say(stage, admin, f"/zone {zone}")
        await say(stage, stage.admins[0], "/slots @channel mon,wed,fri 18:00 Europe/Berlin; sat 11:00 America/New_York")

    # Time

    async def until(self, end: datetime) -> None:
        """From one thing that is due to the next."""
        while self.stage.now < end:
            due = schedule.next_due(self.stage.database, self.stage.now)
            if due is None or due >= end:
                break
            await self.now(due)
        await self.now(max(end, self.stage.now))

    async def now(self, at: datetime) -> None:
        """All that is due at a moment."""
        stage = self.stage
        stage.now = at
        stage.post("/clock", {"fixed": at.timestamp()})
        await stage.take_votes()
        for _ in range(12):
            before = len(stage.get("/calls")["calls"])
            await stage.tick()
            while stage.queued():
                stage.compute("draw", png())
            if len(stage.get("/calls")["calls"]) == before:
                break
            self.vote()
            await stage.take_votes()
        stage.sim.delete("/calls").raise_for_status()

    def vote(self) -> None:
        open_ = [one["id"] for one in self.stage.get("/polls")["polls"] if not one["is_closed"]]
        votes = [
            {"poll": poll, "user": user, "options": [self.random.randrange(2)]}
            for poll in open_
            for user in self.random.sample(self.voters, 2)
        ]
        self.stage.post("/votes", {"votes": votes})

    # What admins do

    async def send_it(self, doing: Doing, admin: int) -> None:
        """From the file to the thread that is scheduled, in four taps."""
        stage, one = self.stage, self.written[doing.title]
        slot = one.kind == "slot"
        await send(stage, admin, one.text, f"{doing.title}.md")
        time = "Next free slot" if slot else "From " if one.kind == "series" else None
        chat = "channel" if slot else self.random.choice(CHATS)
        for words in ("Schedule", f"{chat} (@{chat})"):
            await tap(stage, admin, words)
        if time:
            said = await tap(stage, admin, time)
        else:
            said = await say(
                stage, admin, self.random.choice(("завтра в 10", "tomorrow at 6pm", "через 3 часа", "+90m"))
            )
        assert "Schedule it?" in said.get("text", ""), (one.text, said)
        await tap(stage, admin, "Yes")
        with stage.database.connect() as connection:
            number = connection.scalar(select(publications.c.id).where(publications.c.title == doing.title))
        assert number is not None
        self.played.numbers[doing.title] = number

    def card(self, *words: str) -> Callable[[Doing, int], Coroutine[Any, Any, None]]:
        async def does(doing: Doing, admin: int) -> None:
            if await self.open(doing.title, admin, *words):
                await settle(self.stage)

        return does

    async def open(self, title: str, admin: int, *words: str) -> bool:
        """Tap one's way through a card; False where that has no such button by now."""
        stage = self.stage
        await say(stage, admin, "/threads")
        for word in (title, *words):
            if not self.button(admin, word):
                self.played.refused.append(f"{title}: {word}")
                return False
            await tap(stage, admin, word)
        return True

    def button(self, admin: int, words: str) -> bool:
        markup = self.stage.messages(admin)[-1].get("reply_markup", {"inline_keyboard": []})
        return any(words in button["text"] for row in markup["inline_keyboard"] for button in row)

    async def close(self, doing: Doing, admin: int) -> None:
        await self.open(doing.title, admin, "Close poll", "Yes")

    async def move(self, doing: Doing, admin: int) -> None:
        """By words, in reply to the card, confirmed."""
        stage = self.stage
        if not await self.open(doing.title, admin, "Another time"):
            return
        card = stage.messages(admin)[-1]
        words = self.random.choice(("tomorrow 10:00", "в пятницу в 18:00", "+1d", "через 5 часов", "in 2 days at noon"))
        stage.post("/write", {"user": admin, "chat": admin, "text": words, "reply_to": card["message_id"]})
        await settle(stage)
        if self.button(admin, "Yes"):
            await tap(stage, admin, "Yes")
        else:
            self.played.refused.append(stage.messages(admin)[-1]["text"])

    async def plan(self, doing: Doing, admin: int) -> None:
        """What the screen says counts, until somebody orders something else."""
        text = (await say(self.stage, admin, "/plan"))["text"]
        zone = zones.find(ZONE[doing.admin], doing.at.replace(tzinfo=None))[0]
        day = None
        for line in text.splitlines():
            if found := DAY.fullmatch(line):
                day = datetime.strptime(f"{found[1]} {doing.at:%Y}", "%d %b %Y").date()  # noqa: DTZ007 a day of a calendar
            elif (found := TOLD.fullmatch(line)) and day and "⏸" not in line and "⏰" not in line:
                hour, minute = map(int, found[1].split(":"))
                at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
                self.played.told[self.played.numbers[found[2]], int(found[3])] = (at, doing.at)

    async def go_down(self, doing: Doing, _: int) -> None:
        """The bot is not there for a while, and another process goes on."""
        stage = self.stage
        self.played.down.append((doing.at, doing.at + DOWN))
        stage.now = doing.at + DOWN
        stage.restart()


def revealed(stage: Stage) -> bool:
    with stage.database.connect() as connection:
        return set(connection.scalars(select(polls.c.state))) == {"revealed"}
