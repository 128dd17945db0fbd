"""The table of states is the state machine: the database, the drawing, the types and what happens agree with it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.store import (
    drafts,
    due_polls,
    inquiries,
    measurements,
    messages,
    polls,
    questions,
    runs,
    schedule,
    states,
    store,
    votes,
)
from bot.store.messages import Intent
from bot.store.polls import Opened, Tally
from bot.store.states import STATES, TRANSITIONS
from bot.store.tables import audit, corrections, metadata
from bot.store.tables import messages as message_rows
from bot.store.tables import polls as poll_rows
from bot.store.tables import posts as post_rows
from bot.thread.model import Experiment
from tests import made, transitions
from tests.conftest import NOON
from tests.factory import GROUP, HOUR, asked, poll, publish, send, text

ROOT = Path(__file__).parents[3]
HEADS = Experiment(run="heads", options=("softmax+nll", "logsoftmax+nll", "softmax+ce"), seeds=2)
INQUIRY = {"chat": {"id": 1}, "message_id": 11, "from": {"id": 1}, "text": "why?"}
INQUIRY |= {"option": None, "thread": None, "edited": False}


def test_the_drawing_in_the_architecture_is_the_table():
    assert f"```\n{states.drawing()}\n```" in (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def test_every_transition_is_between_states_that_there_are_and_every_state_is_reached():
    reached = {(one.table, one.after) for one in TRANSITIONS}
    gone = {("messages", None), ("inbox", None), ("drafts", None), ("inquiries", None)}

    assert reached - gone == {(table, state) for table, known in STATES.items() for state in known}
    assert {(one.table, one.before) for one in TRANSITIONS if one.before} <= reached
    assert len(transitions.KNOWN) == len(TRANSITIONS)


@pytest.mark.parametrize("table", STATES)
def test_the_database_refuses_a_state_that_there_is_not(database, table):
    publish(database, NOON, asked(poll(experiment=HEADS)))
    send(database, NOON, 10)
    votes.record(database, [{"update_id": 1, "message": {}}], b"key", NOON)
    row = metadata.tables[table]
    with database.begin() as connection:
        drafts.keep(connection, drafts.Source(1, 1), NOON)
        deed = {"at": NOON, "publication_id": 1, "position": 1, "action": "correct"}
        number = connection.execute(audit.insert().values(**deed).returning(audit.c.id)).scalar_one()
        made = {"post_id": 1, "purpose": "post", "audit_id": number, "state": "waiting", "made": NOON, "part": 0}
        connection.execute(corrections.insert().values(**made, pictured=False))
        inquiries.hear(connection, {**INQUIRY, "post": {"chat": GROUP.id, "message_id": 10}}, b"key", NOON)
        assert connection.execute(select(row)).all()
        with pytest.raises(IntegrityError, match=f"ck_{table}_state"):
            connection.execute(update(row).values(state="asleep"))


def test_the_checks_of_the_database_are_those_of_the_tables(database):
    """Migrations are history and spell theirs out: alembic does not compare them."""
    told = {
        str(check.sqltext)
        for table in metadata.tables.values()
        for check in table.constraints
        if hasattr(check, "sqltext")
    }
    with database.connect() as connection:
        made = "\n".join(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table'").scalars())

    assert set(re.findall(r"CHECK \((.*)\),? *$", made, re.MULTILINE)) == told


class Bot:
    """What a bot, its worker and an admin do to the rows, one transaction each, in whatever order."""

    def __init__(self, database):
        self.database = database

    def send(self, which):
        """The next message of a due post."""
        due = schedule.due_posts(self.database, NOON + HOUR)
        if due and not messages.doubted(self.database, -1):
            address = due[which % len(due)].address
            part = len(messages.parts(self.database, address.post_id, "post"))
            intent = Intent(address.post_id, "post", part)
            messages.intend(self.database, intent, chat_id=-1, digest="d", now=NOON)

    def rows(self, *tables_and_where):
        table, *where = tables_and_where
        with store.reading(self.database) as connection:
            return connection.execute(select(table).where(*where).order_by(table.c[0])).all()


INDEX = st.integers(0, 9)


class Histories(RuleBasedStateMachine):
    """Random histories of two publications: no transition happens that the table does not have."""

    @initialize()
    def begin(self):
        self.database = next(DATABASES)
        transitions.watch(self.database)
        self.bot = Bot(self.database)
        for _ in range(2):
            publish(self.database, NOON, text("a"), asked(poll(experiment=HEADS)), text("b", after="polls"))

    def doubtful(self, which):
        rows = self.bot.rows(message_rows, message_rows.c.state == "sending")
        if rows:
            row = rows[which % len(rows)]
            return row, Intent(row.post_id, row.purpose, row.part)
        return None, None

    @rule(which=INDEX)
    def intend(self, which):
        self.bot.send(which)

    @rule(which=INDEX, last=st.booleans())
    def arrive(self, which, last):
        row, intent = self.doubtful(which)
        if row is not None:
            post = schedule.content(self.database, row.post_id).post
            opened = None
            if post.poll and row.purpose == "post" and not self.bot.rows(poll_rows, poll_rows.c.post_id == row.post_id):
                opened = Opened(f"t{row.post_id}", False, timedelta(hours=1), post.poll.experiment)  # noqa: FBT003 a field
            messages.arrived(self.database, intent, [row.id], NOON, opened, key=b"key", last=last or opened is not None)

    @rule(which=INDEX)
    def withdraw(self, which):
        _, intent = self.doubtful(which)
        if intent:
            messages.withdraw(self.database, intent, "flood", NOON)

    @rule(which=INDEX, state=st.sampled_from(get_args(states.Halt)))
    def stop(self, which, state):
        _, intent = self.doubtful(which)
        if intent:
            questions.stop(self.database, intent, state, "trouble", [1])

    @rule(which=INDEX, why=st.sampled_from(["late", "key", "broken"]))
    def hold_a_post(self, which, why):
        due = schedule.due_posts(self.database, NOON + HOUR)
        if due:
            questions.hold(self.database, due[which % len(due)].address, "post", why, "trouble", NOON)

    @rule(which=INDEX)
    def skip_what_is_late(self, which):
        due = [one for one in schedule.due_posts(self.database, NOON + HOUR) if one.state == "planned"]
        if due:
            messages.skip(self.database, due[which % len(due)].address.post_id, "late", NOON)

    @rule(which=INDEX, answer=st.sampled_from(["again", "skip"]))
    def an_admin_answers(self, which, answer):
        posts = self.bot.rows(post_rows)
        row = posts[which % len(posts)]
        told = {"publication": row.publication_id, "position": row.position}
        questions.decide(self.database, **told, answer=answer, now=NOON)

    @rule(which=INDEX)
    def an_admin_points(self, which):
        posts = self.bot.rows(post_rows)
        row = posts[which % len(posts)]
        told = {"publication": row.publication_id, "position": row.position, "message_id": 7}
        with self.database.begin() as connection:
            for name in ("post.0", "post.1", "reveal.0"):
                questions.point(connection, **told, name=name)

    @rule(which=INDEX, how=st.sampled_from(["begin", "end", "broken"]))
    def close(self, which, how):
        due = due_polls.to_close(self.database, NOON + 9 * HOUR)
        if due:
            one = due[which % len(due)]
            polls.closing(self.database, one.id)
            if how == "end":
                polls.closed(self.database, one.id, Tally((1, 0, 0), 1), NOON)
            elif how == "broken":
                questions.hold(self.database, one.address, "reveal", "broken", "trouble", NOON)

    @rule(which=INDEX)
    def reveal(self, which):
        due = due_polls.to_reveal(self.database)
        if due and not messages.doubted(self.database, -1):
            address = due[which % len(due)].address
            part = len(messages.parts(self.database, address.post_id, "reveal"))
            intent = Intent(address.post_id, "reveal", part)
            messages.intend(self.database, intent, chat_id=-1, digest="d", now=NOON)

    @rule(end=st.sampled_from(["finish", "fail", "release", "died", "recover"]))
    def work(self, end):
        run = runs.claim(self.database, "w", ("measure",), NOON)
        if run and end == "finish":
            runs.finish(self.database, run.key, owner="w", output=b"{}", now=NOON)
        elif run and end == "fail":
            runs.fail(self.database, run.key, owner="w", error="trouble", now=NOON)
        elif run and end == "release":
            runs.release(self.database, run.key, owner="w")
        elif run and end == "died":
            runs.died(self.database, run.key, owner="w", error="SIGSEGV", now=NOON)
        elif end == "recover":
            runs.recover(self.database, NOON)

    @rule()
    def nobody_needs_a_run(self):
        for row in self.bot.rows(runs.runs):
            with self.database.begin() as connection:
                runs.cancel(connection, row.key, NOON)

    @rule()
    def a_run_is_needed_again(self):
        with self.database.begin() as connection:
            measurements.queue(connection, HEADS, runs.POLL, due=NOON, now=NOON)

    @precondition(lambda self: hasattr(self, "database"))
    @invariant()
    def only_what_the_table_has_ever_happens(self):
        assert transitions.unknown(self.database) == set()
        SEEN.update(transitions.seen(self.database))

    def teardown(self):
        if hasattr(self, "database"):
            self.database.dispose()


SEEN: set[tuple[str, str | None, str | None]] = set()
DATABASES = iter(())


def test_random_histories_know_no_other_transition(tmp_path_factory):
    global DATABASES  # noqa: PLW0603 hypothesis makes the machines
    folder = tmp_path_factory.mktemp("histories")
    DATABASES = (made.fresh(f"sqlite:///{folder}/{number}.db") for number in range(10_000))
    machine = Histories.TestCase
    machine.settings = settings(
        max_examples=40, stateful_step_count=40, deadline=None, derandomize=True, phases=(Phase.generate,)
    )
    machine("runTest").runTest()

    assert len(SEEN) > 22  # of the table's transitions, by these few histories alone
