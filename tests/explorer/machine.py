"""
One step of one world, played by the bot's own parts; and every world that is left where the bot dies in it.

A dead process leaves what is committed and what Telegram has, so nobody has to be killed: both are copied where the
death would be, and what the living process goes on to write is in another world.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zlib import crc32

import structlog
from sqlalchemy import select, update

from bot.commands import apart as reader
from bot.loops import apart, comparing, intake, news
from bot.loops.actions import Kept
from bot.loops.admin import Admins
from bot.loops.backlog import Backlog
from bot.loops.clock import Clock
from bot.loops.drafts import Drafts
from bot.loops.inbox import Inbox
from bot.loops.intake import Intake
from bot.loops.pace import Pace
from bot.store import chats, correcting, heartbeat, schedule, votes
from bot.store.chats import Known
from bot.store.tables import runs as run_rows
from bot.telegram import probe
from bot.telegram.api import Telegram
from bot.telegram.limits import Limits
from bot.telegram.wire import NoAnswer, Wire
from bot.thread import writer
from bot.thread.examined import Examined
from bot.thread.model import Language, Post
from emulator.app import create_app
from emulator.sim import acting
from emulator.sim.acting import Place
from emulator.world.chats import Chat, Message
from emulator.world.files import Upload
from emulator.world.members import User
from emulator.world.world import World as Emulated
from tests.explorer import disk, memory, road, seen
from tests.explorer.disk import digest
from tests.explorer.loop import Loop
from tests.explorer.scene import (
    ADMIN,
    AGREED,
    ANN,
    BOB,
    DISPUTED,
    EVER,
    HEADS,
    START,
    Answer,
    Ask,
    Delete,
    Event,
    Order,
    Say,
    Scene,
    Send,
    Tap,
    Upgrade,
    Vote,
    Write,
)
from tests.factory import png

KEY, TOKEN = b"key", "4242:demo"
REST_S = 6.0  # time goes by when the bot has nothing to do: longer than any of its waits for a chat
BUSY = "state IN ('new', 'showing', 'asking', 'wanted') OR unsaid IS NOT NULL"
QUESTIONS = ("v1|", "c1|")  # what their buttons carry
FAST = 1000  # messages a minute: limits are no choice of anybody


@contextmanager
def simplified() -> Iterator[None]:
    """
    While this block runs nothing is logged, and the heartbeat rests.

    A rough look finds the end of a chat, the kinds of updates are looked up each time, files are read here, and no
    news waits for others.
    """
    logs, sure, beat, look = structlog.get_config(), probe.SURE, heartbeat.beat, intake.LOOK_S
    apart_ = apart.examined
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    probe.SURE, heartbeat.beat, intake.LOOK_S = probe.ROUGH, lambda *_: None, 0.0
    apart.examined = _examined
    gather, news.GATHER_S = news.GATHER_S, 0.0
    try:
        yield
    finally:
        structlog.configure(**logs)
        probe.SURE, heartbeat.beat, intake.LOOK_S = sure, beat, look
        apart.examined = apart_
        news.GATHER_S = gather


async def _examined(content: bytes) -> Examined:
    """In this process, by the same code, and each file once."""
    return _read(content)


@lru_cache(100)
def _read(content: bytes) -> Examined:
    with TemporaryDirectory() as folder:
        return reader.examined(Path(folder), content)


@dataclass(frozen=True)
class World:
    """
    Everything that there is.

    `memory` is what a living bot remembers (None: it is dead), `late` are the calls that still take effect, `happened`
    is how many of the scene's events are over, `rested` that the bot had nothing to do, `behind` for how many ticks
    something has been put off that could have happened, or be taken in.
    """

    content: bytes = field(repr=False)
    telegram: bytes = field(repr=False)
    late: tuple[road.Asked, ...] = ()
    memory: bytes | None = field(default=None, repr=False)
    seconds: float = 0.0
    happened: int = 0
    taps: int = 0
    rested: bool = False
    behind: int = 0
    key: bytes = b""


@dataclass(frozen=True)
class Choice:
    """A step, which of its calls fail and how, and where in it the bot dies, if it does; `cut` is a power cut's."""

    step: str
    faults: tuple[tuple[int, str], ...] = ()
    death: int | None = None
    cut: int | None = None

    def __str__(self) -> str:
        faults = "".join(f"!{call}{fault}" for call, fault in self.faults)
        death = "" if self.death is None else f"#{self.death}"
        return f"{self.step}{faults}{death}" + ("" if self.cut is None else f"~{self.cut}")


class Left(NamedTuple):
    """
    What a step, or a death in it, has left.

    A power cut may bring each of `back` instead of its database, and what stood before the step unless that is `synced`
    since; `there` tells apart what Telegram has.
    """

    choice: Choice
    world: World
    there: bytes
    synced: bool
    back: tuple[bytes, ...]


@dataclass
class Played:
    """What came of a step: where it ended, where a death would have left it, and which of its calls could fail."""

    end: World
    left: list[Left]
    calls: list[road.Asked]
    story: list[str]


class Machine:
    """A process in which one scene is played again and again."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.loop = Loop()
        self.app = create_app((TOKEN,))
        self.road = road.Road(self.app, self._answered, self._tell)
        self.disk = disk.Disk(self.time, self._committed)
        self.telegram = Telegram(TOKEN, "http://telegram", self.road)
        self.wire = Wire(TOKEN, "http://telegram", self.road)
        self.executor = ThreadPoolExecutor(1)
        self.now = START
        self.clock: Clock | None = None
        self.drafts: Drafts | None = None
        self.world: World | None = None
        self.points: list[tuple[int, Left]] | None = None
        self.last = b""
        self.story: list[str] = []
        self.loop.run_until_complete(self._begin())

    def close(self) -> None:
        self.disk.close()
        self.loop.close()

    async def _begin(self) -> None:
        emulated = self.emulated
        emulated.running = False  # no call waits for an update: one asks when there is one
        self._set_time()
        for number, name in ((ANN, "Ann"), (BOB, "Bob"), (ADMIN, "Admin")):
            emulated.add_user(User(number, name))
        private = Chat(ADMIN, "private", "Admin")
        private.put(emulated.users[ADMIN], "member")
        chat = Chat(emulated.new_chat_id(self.scene.chat), self.scene.chat, "Group", "group")
        for one in (private, chat):
            emulated.add_chat(one)
        (bot,) = emulated.bots.values()
        chat.put(bot.user, "administrator" if self.scene.chat == "channel" else "member")
        bot.updates.next_id = 1001
        bot.updates.allowed = list(intake.ALWAYS)  # it is not its first start
        self.disk.load(disk.empty())
        await self.telegram.connect()
        scene = self.scene
        place = await self.telegram.chat(str(chat.id))
        with self.disk.database.begin() as connection:
            chats.keep(connection, Known(chat.id, str(chat.id), chat.title), START)
        if not scene.dialogue:
            schedule.schedule(self.disk.database, scene.thread, place, start=START, now=START, files=scene.files)
        self._start()
        self.fresh = self._mind()
        self.first = self._keyed(World(self.disk.content, pickle.dumps(emulated)))

    @property
    def emulated(self) -> Emulated:
        return self.app.state.world

    def time(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - START).total_seconds()

    # What can happen

    def steps(self, world: World) -> list[str]:
        """What may be next; the first is what comes when nothing goes wrong and nobody is slow."""
        self.load(world)
        if self._queued():
            return ["work"]
        if self._button() is not None:
            return ["tap"]
        events = ["event"] if self._possible() else []
        taking = ["take"] if self._waiting() else []
        drafting = ["draft"] if self._drafting() else []
        ticking = ["tick"] if world.behind < self.scene.delay or not (events or taking or drafting) else []
        return [*events, *taking, *drafting, *ticking]

    def over(self, world: World) -> bool:
        """Has everything come to its end?"""
        self.load(world)
        one = self.disk.connection.execute
        posts = one("SELECT count(*) FROM posts WHERE state NOT IN ('sent', 'skipped')").fetchone()[0]
        polls = one("SELECT count(*) FROM polls WHERE state != 'revealed'").fetchone()[0]
        copies = one("SELECT (SELECT count(*) FROM copies) + (SELECT count(*) FROM news)").fetchone()[0]
        drafts = one(f"SELECT count(*) FROM drafts WHERE {BUSY}").fetchone()[0]
        open_ = "state IN ('waiting', 'editing') OR (state = 'failed' AND asked IS NULL)"
        corrections = one(f"SELECT count(*) FROM corrections WHERE {open_}").fetchone()[0]
        unshown = one("SELECT count(*) FROM publications WHERE ended IS NULL OR shown IS NULL").fetchone()[0]
        answers = one("SELECT count(*) FROM inquiries WHERE state = 'answering'").fetchone()[0]
        left = posts or polls or copies or drafts or corrections or answers or unshown or world.late
        return not (left or self._waiting() or self._queued() or self._possible() or self._button())

    def play(self, world: World, choice: Choice) -> Played:
        """Play a step with some of its calls failing; deaths are those that no play with fewer faults has seen."""
        self.load(world)
        self.dirty = True
        self.story = []
        self.points = []
        self.road.begin(blake2b(world.telegram, digest_size=16).digest(), dict(choice.faults))
        step = {"tick": self._tick, "take": self._take, "draft": self._draft}
        step |= {"work": self._work, "tap": self._tap, "event": self._event}
        rested, happened, taps = self.loop.run_until_complete(step[choice.step](world))
        points, self.points = self.points, None
        end = replace(self._snapshot(alive=True), rested=rested, happened=happened, taps=taps)
        end = replace(end, behind=self._behind(end, choice))
        end = self._keyed(end)
        last = choice.faults[-1][0] if choice.faults else -1
        left = [Left(choice, end, self._there(), self.disk.synced, self.disk.back)]
        for at, (calls, one) in enumerate(points):
            if calls > last:
                left.append(one._replace(choice=replace(choice, death=at)))
        return Played(end, left, self.road.asked, self.story)

    # The steps

    async def _tick(self, world: World) -> tuple[bool, int, int]:
        if world.rested:
            await self.road.arrive()
            self.now += timedelta(seconds=REST_S)
            self._set_time()
            self.disk.see()
        self.last = before = self._look()
        self.clock.tick(self.now)
        await self.clock.quiet()
        return self._look() == before and not self.road.asked, world.happened, world.taps

    async def _take(self, world: World) -> tuple[bool, int, int]:
        self.last = self._look()
        if self._pending():
            with suppress(NoAnswer):
                await intake._take(self.wire, self.clock.closing.backlog.intake, votes.offset(self.disk.database))
        await Inbox(self.disk.database, self.clock.admins, self.time).quiet()
        return world.rested, world.happened, world.taps

    async def _draft(self, world: World) -> tuple[bool, int, int]:
        self.last = self._look()
        await self.drafts.quiet()
        return world.rested, world.happened, world.taps

    async def _work(self, world: World) -> tuple[bool, int, int]:
        """At once, whatever another worker may have left: it has its own tests."""
        with self.disk.database.begin() as connection:
            waits = run_rows.c.state.in_(("queued", "running"))
            wanted = select(run_rows.c.key, run_rows.c.task, run_rows.c.input).where(waits)
            for key, task, asked in connection.execute(wanted).all():
                measured = AGREED if asked.get("seeds") == HEADS.seeds else DISPUTED
                done = {"state": "done", "output": picture(key) if task == "draw" else measured}
                connection.execute(update(run_rows).where(run_rows.c.key == key).values(**done))
        self.points = []  # the bot is no part of it
        return world.rested, world.happened, world.taps

    async def _tap(self, world: World) -> tuple[bool, int, int]:
        message, data = self._button()
        acting.tap(self.emulated, self.emulated.users[ADMIN], message, data)
        return world.rested, world.happened, world.taps + 1

    async def _event(self, world: World) -> tuple[bool, int, int]:
        event = self.scene.events[self._next()]
        self.story.append(str(event))
        if isinstance(event, Send):
            thread = self.scene.thread.model_copy(update={"posts": event.posts})
            file = Upload("thread.md", writer.written(thread).encode())
            one, chat = self.emulated.users[ADMIN], self.emulated.chats[ADMIN]
            acting.upload(self.emulated, one, chat, file, "", reply_to=None)
        elif isinstance(event, Order):
            self._order(event.posts)
            self.points = []  # the bot is no part of it
        elif isinstance(event, Tap):
            acting.tap(self.emulated, self.emulated.users[ADMIN], *self._labelled(event.words))
        else:
            _happen(self.emulated, event, self.chat)
        return world.rested, self._next() + 1, world.taps

    def _order(self, posts: tuple[Post, ...]) -> None:
        thread = self.scene.thread.model_copy(update={"posts": posts})
        with self.disk.database.begin() as connection:
            found = comparing.compare(connection, 1, thread, [[] for _ in posts], "en")
            if not found.faults:  # else they are told, and nothing is changed
                assert correcting.carry_out(connection, 1, found.changes, self.now)

    # What there is

    @property
    def chat(self) -> Chat:
        return [chat for chat in self.emulated.chats.values() if chat.type != "private"][-1]

    def _next(self) -> int:
        """The next event that can still happen."""
        events, at = self.scene.events, self.world.happened
        while at < len(events) and _over(self.emulated, events[at]):
            at += 1
        return at

    def _possible(self) -> bool:
        at = self._next()
        if at >= len(self.scene.events):
            return False
        event = self.scene.events[at]
        return self._labelled(event.words) is not None if isinstance(event, Tap) else self._can(event)

    def _can(self, event: Event) -> bool:
        if isinstance(event, (Send, Say)) and (self._waiting() or self._drafting()):
            return False  # the admin reads first what is said
        if isinstance(event, Answer):
            heard = "SELECT 1 FROM inquiries WHERE state = 'open' AND post_id IS NOT NULL"
            return self.disk.connection.execute(heard).fetchone() is not None
        return _can(self.emulated, event, self.chat)

    def _labelled(self, words: str) -> tuple[Any, str] | None:
        """The newest button that says so, while none is tapped: the message that it stands under, and its data."""
        if self._waiting() or self._drafting():
            return None
        for message in reversed(self.emulated.chats[ADMIN].messages.values()):
            for row in (message.markup or {}).get("inline_keyboard", []):
                if words in row[0]["text"]:
                    return message, row[0]["callback_data"]
        return None

    def _drafting(self) -> bool:
        """Has the bot something to do about a draft, and may it be done now?"""
        busy = self.disk.connection.execute(f"SELECT id FROM drafts WHERE {BUSY}").fetchall()
        return any(self.drafts._later.get(number, -inf) <= self.monotonic() for (number,) in busy)

    def _behind(self, end: World, choice: Choice) -> int:
        """For how many ticks something has been put off."""
        self.world = end
        if self.scene.delay >= EVER or not (self._possible() or self._waiting()):
            return 0
        return end.behind + (choice.step == "tick")

    def _queued(self) -> bool:
        return (
            self.disk.connection.execute("SELECT 1 FROM runs WHERE state IN ('queued', 'running')").fetchone()
            is not None
        )

    def _waiting(self) -> bool:
        """Is there something for the bot to take in, or in its inbox?"""
        unread = "SELECT 1 FROM inbox WHERE state = 'waiting'"
        return self._pending() or self.disk.connection.execute(unread).fetchone() is not None

    def _pending(self) -> bool:
        (bot,) = self.emulated.bots.values()
        return bool(bot.updates.pending)

    def _button(self) -> tuple[Any, str] | None:
        """A question that stands before the admin and has no answer on its way: its first button."""
        (bot,) = self.emulated.bots.values()
        if any(update.kind == "callback_query" for update in bot.updates.pending):
            return None
        for message in self.emulated.chats[ADMIN].messages.values():
            for row in (message.markup or {}).get("inline_keyboard", []):
                if row[0]["callback_data"].startswith(QUESTIONS):
                    return message, row[0]["callback_data"]
        return None

    # Snapshots

    def load(self, world: World) -> None:
        if self.world is world and self.points is None and not self.dirty:
            return
        self.world = world
        self.dirty = False
        self.now = START + timedelta(seconds=world.seconds)
        self.disk.load(world.content)
        self.app.state.world = pickle.loads(world.telegram)
        self.road.late = list(world.late)
        self._set_time()
        if world.memory is None:
            self._start()
        else:
            self.clock, self.drafts = memory.recall(world.memory, self._infrastructure())

    dirty = True

    def _start(self) -> None:
        """A new process."""
        database = self.disk.database
        people = (database, self.telegram, (ADMIN,), "en", self.time, self.monotonic)
        admins = Admins(*people, often=self.scene.told)
        admins.dispatch.kept = Kept(KEY, None)
        pace = Pace(Limits(FAST, FAST), self.monotonic)
        taking = Intake(database, KEY, self.time, admins, self.monotonic)
        self.clock = Clock(database, KEY, self.telegram, admins, pace, Backlog(self.wire, taking), self.time)
        self.clock._beside = self.executor
        self.drafts = Drafts(database, self.telegram, admins.rights, english, self.time, self.monotonic)

    def _infrastructure(self) -> dict[str, object]:
        return {
            "database": self.disk.database,
            "telegram": self.telegram,
            "wire": self.wire,
            "machine": self,
            "executor": self.executor,
            "loop": self.loop,
        }

    def _snapshot(self, *, alive: bool) -> World:
        remembered = memory.kept((self.clock, self.drafts), self._infrastructure()) if alive else None
        emulated = self.emulated
        emulated.calls.clear()
        return replace(
            self.world,
            content=self.disk.content,
            telegram=pickle.dumps(emulated, -1),
            late=tuple(self.road.late),
            memory=remembered,
            seconds=(self.now - START).total_seconds(),
            rested=False,
        )

    def _there(self) -> bytes:
        return digest(seen.of(self.emulated), self.road.late)

    def _look(self) -> bytes:
        """What a death would leave, as a hash."""
        return digest(self.disk.look, self._there())

    def _mind(self) -> bytes:
        return digest(memory.mind((self.clock, self.drafts), self._infrastructure(), self.monotonic()))

    def _keyed(self, world: World) -> World:
        """A living bot that remembers nothing is like a new one."""
        mind = self._mind() if world.memory else self.fresh
        return keyed(world, self.disk.look, self._there(), b"" if mind == self.fresh else mind)

    def _tell(self, words: str) -> None:
        self.story.append(words)

    def _committed(self) -> None:
        self._point(f"a commit{'' if self.disk.back else ', on the disk'}")

    def _answered(self, call: road.Asked) -> None:
        if road.changes(call):
            self._point(f"the effect of {call.method}, before its answer")

    def _point(self, what: str) -> None:
        """A moment in which the bot may die: if that would leave another world than the one before."""
        if self.points is None:
            return
        there = self._there()
        look = digest(self.disk.look, there)
        if look != self.last:
            self.last = look
            self.story.append(f"#{len(self.points)} after {what}")
            dead = keyed(self._snapshot(alive=False), self.disk.look, there)
            left = Left(Choice(""), dead, there, self.disk.synced, self.disk.back)
            self.points.append((len(self.road.asked), left))

    def _set_time(self) -> None:
        self.emulated.clock.fixed = self.now.timestamp()


def keyed(world: World, look: bytes, there: bytes, mind: bytes = b"") -> World:
    """`look` tells its database apart, `there` what Telegram has, and `mind` what the bot remembers."""
    return replace(world, key=digest(look, there, mind, world.happened, world.taps, world.rested, world.behind))


@lru_cache(1000)
def look_of(content: bytes, seconds: float) -> bytes:
    """A database that was left, as seen then."""
    with closing(disk.opened(content)) as connection:
        return digest(disk.rows(connection, START + timedelta(seconds=seconds)))


def after_cut(dead: World, there: bytes, content: bytes, seconds: float) -> World:
    """The power fails where `dead` is left, and another database is found, which stood at its own `seconds`."""
    return keyed(replace(dead, content=content, seconds=seconds), look_of(content, seconds), there)


def english(_: int) -> Language:
    """In which everybody is spoken to."""
    return "en"


def picture(key: str) -> bytes:
    """A picture for each run, told by its size."""
    return png(50 + crc32(key.encode()) % 400, 30)


def _find(emulated: Emulated, question: str) -> Any:
    return next((poll for poll in emulated.polls.values() if poll.question == question), None)


def _over(emulated: Emulated, event: Event) -> bool:
    """It cannot happen any more."""
    if isinstance(event, Vote):
        poll = _find(emulated, event.question)
        return poll is not None and poll.closed
    return False


def _can(emulated: Emulated, event: Event, chat: Chat) -> bool:
    match event:
        case Vote(_, question, _):
            return _find(emulated, question) is not None
        case Send(_, once) | Order(_, once):
            return not once or any(
                once in (m.text or (m.poll and m.poll.question) or "") for m in chat.messages.values()
            )
        case Ask(_, label):
            return any(m.text == label for m in chat.messages.values())
        case Delete(label):
            return any(label in (m.text, m.poll and m.poll.question) for m in chat.messages.values())
    return True


def _happen(emulated: Emulated, event: Event, chat: Chat) -> None:
    match event:
        case Vote(user, question, options):
            acting.vote(emulated, emulated.users[user], _find(emulated, question), list(options))
        case Write(words):
            acting.write(emulated, emulated.users[ANN], chat, words)
        case Say(words):
            acting.write(emulated, emulated.users[ADMIN], emulated.chats[ADMIN], words)
        case Delete(label):
            for number, message in list(chat.messages.items()):
                if label in (message.text, message.poll and message.poll.question):
                    del chat.messages[number]
        case Ask(words, label):
            post = next(message for message in chat.messages.values() if message.text == label)
            acting.write(emulated, emulated.users[ANN], chat, words, at=Place(post))
        case Answer(words):
            # The card that /questions shows, which nobody else has to see here: its button tells which one is answered.
            key = {"inline_keyboard": [[{"text": "done", "callback_data": "q1|done|1"}]]}
            shown = Message(emulated.chats[ADMIN], 1, emulated.clock.now(), None, markup=key)
            acting.write(emulated, emulated.users[ADMIN], emulated.chats[ADMIN], words, at=Place(shown))
        case Upgrade():
            upgraded = Chat(emulated.new_chat_id("supergroup"), "supergroup", chat.title, chat.username)
            upgraded.members = dict(chat.members)
            chat.migrated_to = emulated.add_chat(upgraded).id
