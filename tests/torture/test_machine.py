"""Whatever happens in whatever order, on a clock that the test moves: hypothesis plays against the real bot."""

import asyncio
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.commands import doctor, status
from bot.store import store
from bot.telegram.api import Telegram
from bot.telegram.wire import Wire
from emulator.app import create_app
from emulator.server import serve_in_thread
from tests import made
from tests.bot.conftest import Stage
from tests.factory import asked, png, poll, text

METHODS = ("sendMessage", "sendPoll", "sendPhoto", "stopPoll", "forwardMessage", "deleteMessage")
KINDS = ("flood", "error", "reset", "lost")
WORDS = ("first", "second", "last")


class Publication(RuleBasedStateMachine):
    """A thread of texts and polls in a group, with faults, restarts, votes, a slow worker, and jumps in time."""

    @initialize()
    def begin(self):
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.loop = asyncio.new_event_loop()
        self.stack.callback(self.loop.close)
        url = self.stack.enter_context(serve_in_thread(create_app(("4242:demo",))))
        sim = self.stack.enter_context(httpx.Client(base_url=f"{url}/sim"))
        database = made.fresh(f"sqlite:///{folder / 'p.db'}")
        self.stack.callback(database.dispose)
        sim.post("/chats", json={"type": "supergroup", "title": "g", "username": "group"}).raise_for_status()
        telegram, wire = Telegram("4242:demo", url), Wire("4242:demo", url)
        self.connections = (telegram, wire)
        for connection in self.connections:
            self.run(connection.__aenter__())
        self.stage = Stage(database, telegram, wire, sim)
        self.people = self.stage.users(3)
        self.stage.post("/chats", {"type": "private", "user": self.people[0]})
        self.stage.admins = (self.people[0],)
        self.stage.restart()
        posts = (text("first"), asked(poll("a")), text("second"), asked(poll("b")), text("last", after="polls"))
        self.run(self.stage.publish(*posts))

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    @rule(seconds=st.sampled_from([0, 1, 6, 61, 3700]))
    def time_passes(self, seconds):
        self.run(self.stage.tick(seconds=seconds))

    @rule(method=st.sampled_from(METHODS), kind=st.sampled_from(KINDS))
    def something_will_fail(self, method, kind):
        self.stage.fault(method, kind)

    @rule()
    def the_bot_is_restarted(self):
        self.stage.restart()

    @rule(voter=st.integers(0, 2), options=st.sampled_from([(0,), (1,), (2,), ()]))
    def somebody_votes(self, voter, options):
        votes = [
            {"poll": seen["id"], "user": self.people[voter], "options": list(options)}
            for seen in self.stage.get("/polls")["polls"]
            if not seen["is_closed"]
        ]
        self.stage.post("/votes", {"votes": votes})

    @rule()
    def updates_come_in(self):
        self.run(self.stage.take_votes())

    @rule()
    def the_worker_draws(self):
        while self.stage.queued():
            self.stage.compute("draw", png())

    def said(self):
        """The thread's own texts as they stand in the chat; a reveal without its picture is a text, too."""
        return [m["text"] for m in self.stage.messages() if "text" in m and "reply_to_message" not in m]

    @invariant()
    def nothing_is_doubled_and_the_order_is_kept(self):
        messages = self.stage.messages()
        said = self.said()
        replies = Counter(m["reply_to_message"]["message_id"] for m in messages if "reply_to_message" in m)

        assert said == list(WORDS[: len(said)])
        assert set(replies.values()) <= {1}
        assert len([m for m in messages if "poll" in m]) <= 2

    @invariant()
    def what_the_database_says_is_possible(self):
        with store.reading(self.stage.database) as connection:
            assert [line for invariant in doctor.INVARIANTS for line in doctor._rows(connection, invariant)] == []

    @invariant()
    def no_poll_is_revealed_before_it_is_closed(self):
        closed = {poll["id"] for poll in self.stage.get("/polls")["polls"] if poll["is_closed"]}
        messages = {m["message_id"]: m for m in self.stage.messages()}
        revealed = [m["reply_to_message"]["message_id"] for m in messages.values() if "reply_to_message" in m]

        assert all(messages[number]["poll"]["id"] in closed for number in revealed)

    def teardown(self):
        """In the end nothing is forgotten, nothing is lost."""
        if not hasattr(self, "stage"):
            return
        self.stage.sim.delete("/faults").raise_for_status()
        for _ in range(60):
            self.run(self.stage.take_votes())
            self.the_worker_draws()
            self.run(self.stage.tick(seconds=310))
            if self.stage.status().state == "done":
                break
        found, seen = status.read(self.stage.database).publications[0], self.stage.get("/polls")["polls"]
        self.nothing_is_doubled_and_the_order_is_kept()
        said = self.said()
        tallies = [[option.votes for option in post.poll.options] for post in found.posts if post.poll]
        for connection in self.connections:
            self.run(connection.__aexit__())
        self.stack.close()

        assert (found.state, said) == ("done", list(WORDS))
        assert tallies == [[option["voter_count"] for option in one["options"]] for one in seen]


TestPublication = Publication.TestCase
TestPublication.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
