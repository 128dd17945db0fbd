"""What is kept no longer: people who ask to be forgotten, and everybody when the term is over."""

from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, text

from bot.commands import doctor, export, status
from bot.store import keeping, pseudonym, store, votes
from bot.store.polls import Tally, closed, closing
from bot.store.tables import polls as poll_rows
from tests import made
from tests.conftest import NOON
from tests.factory import KEY, MINUTE, answer, asked, poll, publish, send

ANN, BOB = 777000111, 777000222
DAY = timedelta(days=1)


@pytest.fixture
def opened(database):
    publish(database, NOON, asked(poll()))
    send(database, NOON, 10, telegram_id="P")
    return database


def rows(database, query, **values):
    with store.reading(database) as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def forget(database, person):
    with database.begin() as connection:
        return keeping.forget(connection, person, KEY)


def close(database, number, tally=(1, 1, 0)):
    closing(database, number)
    closed(database, number, Tally(tally, sum(tally)), NOON)


def erase(database, now, keep=30 * DAY):
    return sum(keeping.erase(database, now, keep))


def running(database, number=1):
    with store.reading(database) as connection:
        voters = connection.execute(select(poll_rows.c.voters).where(poll_rows.c.id == number)).scalar_one()
        return votes.counts(connection, number, 3), voters


def test_of_who_is_forgotten_there_is_no_history_and_an_open_poll_s_count_stays_true(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "P", ANN, 1), answer(3, "P", BOB, 2)], KEY, NOON)
    assert forget(opened, ANN) == 1
    votes.record(opened, [answer(1, "P", ANN, 0), answer(4, "P", ANN, 2)], KEY, NOON)

    assert rows(opened, "SELECT update_id FROM history") == [(3,)]
    assert running(opened) == ([0, 0, 2], 2)
    assert [ballot.options for ballot in export.ballots(opened, 1)] == ["3"]


def test_of_who_is_forgotten_after_the_end_nothing_counts_but_the_final_tally_and_nothing_comes_back(opened):
    updates = [answer(1, "P", ANN, 0), answer(2, "P", BOB, 1)]
    votes.record(opened, updates, KEY, NOON)
    close(opened, 1)
    forget(opened, ANN)
    votes.record(opened, [*updates, answer(3, "P", ANN, 2)], KEY, NOON)

    assert running(opened) == ([0, 1, 0], 1)
    assert [one.votes for one in status.read(opened).publications[0].posts[0].poll.options] == [1, 1, 0]
    assert rows(opened, "SELECT update_id FROM history") == [(2,)]


def test_what_is_left_of_who_is_forgotten_goes_when_nothing_can_come_late(opened):
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "P", BOB, 1)], KEY, NOON)
    forget(opened, ANN)
    erase(opened, NOON + 3 * DAY, None)
    close(opened, 1)
    assert len(rows(opened, "SELECT voter FROM votes")) == 2
    erase(opened, NOON + 3 * DAY, None)

    assert rows(opened, "SELECT voter FROM votes") == [(pseudonym.of(BOB, KEY, 1),)]
    assert not [line for line in doctor.examine(opened, NOON) if "votes say" in line]


def test_who_is_forgotten_is_so_in_polls_from_before_0007_and_in_those_not_known_yet(opened):
    with opened.begin() as connection:
        connection.execute(text("UPDATE polls SET pseudonyms = NULL"))
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "Q", ANN, 0), answer(3, "Q", BOB, 0)], KEY, NOON)
    publish(opened, NOON, asked(poll("q")))
    forget(opened, ANN)
    votes.record(opened, [answer(2, "Q", ANN, 0)], KEY, NOON)
    send(opened, NOON + MINUTE, 11, telegram_id="Q")

    assert rows(opened, "SELECT update_id FROM history") == [(3,)]
    assert running(opened, 2) == ([1, 0, 0], 1)


def test_who_is_forgotten_takes_no_number_along_by_which_a_new_numbering_is_known(opened):
    far = 10 + votes.QUEUE
    votes.record_pushed(opened, [answer(far, "P", ANN, 0)], KEY, NOON)
    forget(opened, ANN)

    assert votes.record_pushed(opened, [answer(9, "P", BOB, 1)], KEY, NOON).restarted


@pytest.fixture
def ended(opened):
    """Two people have voted, one in a poll that is not known as well; the poll is closed."""
    votes.record(opened, [answer(1, "P", ANN, 0), answer(2, "P", BOB, 1), answer(3, "Q", ANN, 1)], KEY, NOON)
    close(opened, 1)
    return opened


@pytest.mark.parametrize(("days", "keep", "left"), [(29, 30, 5), (31, 30, 0), (10_000, None, 5)])
def test_votes_are_kept_as_long_as_they_shall_be(ended, days, keep, left):
    erase(ended, NOON + days * DAY, keep and keep * DAY)

    assert sum(rows(ended, f"SELECT count(*) FROM {name}")[0][0] for name in ("votes", "history", "strays")) == left
    assert [one.votes for one in status.read(ended).publications[0].posts[0].poll.options] == [1, 1, 0]
    assert not [line for line in doctor.examine(ended, NOON) if "votes say" in line]


def test_votes_of_a_publication_that_goes_on_are_kept(ended):
    publish(ended, NOON + 40 * DAY, asked(poll("next")))
    with ended.begin() as connection:
        connection.execute(text("UPDATE posts SET publication_id = 1, position = 2 WHERE id = 2"))
    erase(ended, NOON + 31 * DAY)

    assert rows(ended, "SELECT count(*) FROM votes") == [(2,)]


def test_a_transaction_erases_no_more_than_a_portion(opened, monkeypatch):
    monkeypatch.setattr(keeping, "PORTION", 3)
    monkeypatch.setattr(keeping, "WINDOW", 4)
    votes.record(opened, [answer(number, "P", number, 0) for number in range(1, 11)], KEY, NOON)
    close(opened, 1, (10, 0, 0))

    assert list(keeping.erase(opened, NOON + 31 * DAY, 30 * DAY)) == [4, 4, 2, 3, 3, 3, 1]


def test_what_a_kill_left_is_erased_at_the_next_time(opened, monkeypatch):
    monkeypatch.setattr(keeping, "PORTION", 3)
    votes.record(opened, [answer(number, "P", number, 0) for number in range(1, 11)], KEY, NOON)
    close(opened, 1, (10, 0, 0))
    for stop in range(5):
        for _ in zip(range(stop), keeping.erase(opened, NOON + 31 * DAY, 30 * DAY), strict=False):
            pass
    erase(opened, NOON + 31 * DAY)

    assert rows(opened, "SELECT count(*) FROM votes") == rows(opened, "SELECT count(*) FROM history") == [(0,)]


def test_what_is_stuck_for_a_month_is_dropped(database):
    row = "INSERT INTO inbox (update_id, chat_id, state, came, stuck, content) VALUES (:n, 1, 'stuck', :at, :at, '{}')"
    with database.begin() as connection:
        for days in (0, 5):
            at = (NOON + days * DAY).replace(tzinfo=None).isoformat(" ", "microseconds")
            connection.execute(text(row), {"n": days, "at": at})
        connection.execute(text("DELETE FROM transitions"))
    erase(database, NOON + 31 * DAY, None)

    assert rows(database, "SELECT update_id FROM inbox") == [(5,)]


class Forgetting(RuleBasedStateMachine):
    """People vote in three polls of two publications; what came comes again, late; some are forgotten, polls close."""

    updates = Bundle("updates")

    @initialize()
    def begin(self):
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        self.database = self.stack.enter_context(made.opened(f"sqlite:///{folder}/p.db"))
        publish(self.database, NOON, asked(poll("p")), asked(poll("q")))
        for number in range(1, 4):
            if number == 3:
                publish(self.database, NOON, asked(poll("r")))
            send(self.database, NOON + number * MINUTE, 10 + number, telegram_id=f"P{number}")
        self.number = 0
        self.newest = defaultdict(dict)  # by poll and person: the newest update that came, and its choice
        self.gone = defaultdict(set)
        self.written = set()  # updates that the history has
        self.final = {}

    @rule(
        target=updates,
        where=st.integers(1, 3),
        who=st.integers(1, 2),
        chosen=st.sets(st.integers(0, 2)),
        late=st.booleans(),
    )
    def vote(self, where, who, chosen, late):
        """What is late comes with others, perhaps."""
        self.number += 1
        update = (self.number, where, who, frozenset(chosen))
        if not late:
            self.deliver([update])
        return update

    @rule(some=st.lists(updates, min_size=1, max_size=6))
    def deliver(self, some):
        batch = [answer(number, f"P{where}", who, *chosen) for number, where, who, chosen in some]
        votes.record(self.database, batch, KEY, NOON)
        for number, where, who, chosen in some:
            if who not in self.gone[where]:
                self.written.add((number, where, who))
            if who in self.gone[where] and where in self.final:
                continue
            if number > self.newest[where].get(who, (0,))[0]:
                self.newest[where][who] = number, chosen

    @rule(who=st.integers(1, 2))
    def forget(self, who):
        forget(self.database, who)
        for where, people in self.newest.items():
            if who in people:
                self.gone[where].add(who)
        self.written = {one for one in self.written if one[2] != who}

    @rule(where=st.integers(1, 3))
    def close(self, where):
        if where not in self.final:
            self.final[where] = counted(self.newest[where].values())
            close(self.database, where, self.final[where])

    @invariant()
    def counts_are_true_and_who_is_forgotten_has_no_history(self):
        for where in range(1, 4):
            people = self.newest[where].items()
            kept = [it for who, it in people if not (where in self.final and who in self.gone[where])]
            assert running(self.database, where) == (list(counted(kept)), sum(bool(it[1]) for it in kept))
            tally = rows(self.database, "SELECT tally FROM polls WHERE id = :n", n=where)[0][0]
            assert tally == (None if where not in self.final else str(list(self.final[where])))
        there = set(rows(self.database, "SELECT update_id, poll_id, voter FROM history"))
        named = {(n, where, pseudonym.of(who, KEY, 1 + (where > 2))) for n, where, who in self.written}
        assert there == named

    def teardown(self):
        self.stack.close()


def counted(choices):
    return tuple(sum(option in chosen for _, chosen in choices) for option in range(3))


TestForgetting = Forgetting.TestCase
TestForgetting.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


def test_who_has_not_voted_costs_no_look_through_the_history(opened):
    votes.record(opened, [answer(1, "P", ANN, 0)], KEY, NOON)
    read = []
    with opened.begin() as connection:
        connection.connection.driver_connection.set_trace_callback(read.append)
        told = keeping.forget(connection, BOB, KEY), keeping.forget(connection, ANN, KEY)
        again = len(read)
        keeping.forget(connection, ANN, KEY)
        connection.connection.driver_connection.set_trace_callback(None)

    assert told == (0, 1)
    assert len([statement for statement in read if "DELETE FROM history" in statement]) == 1
    assert not [statement for statement in read[again:] if "history" in statement]
