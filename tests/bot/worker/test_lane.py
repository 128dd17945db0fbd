"""Who goes first, who gives way, what is kept: the lane against a real database, with an engine that the test plays."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store import runs, store
from bot.store.runs import POLL, PREFLIGHT
from bot.store.tables import runs as rows
from bot.worker import claim, lane
from experiments.catalogue import ENTRIES
from experiments.engines.engine import Died, Done, Failed, Lost, Progress
from tests.conftest import NOON

HOUR = timedelta(hours=1)


class Played:
    """An engine whose every word the test says."""

    def __init__(self, say):
        self.say = say
        self.slots = 2
        self.jobs = []

    def start(self, job):
        self.jobs.append(job)

    def stop(self, job):
        if job in self.jobs:  # else it has just ended
            self.say(Lost(job.name))
            self.jobs.remove(job)

    def close(self):
        self.jobs.clear()

    def doing(self):
        """Which chunk of which run: its number of epochs is its name."""
        orders = [job.order for job in self.jobs]
        return [
            (order["params"]["epochs"], order["seeds"] if order["task"] == "rows" else order["task"])
            for order in orders
        ]

    def end(self, kind, *words):
        """Say the last word about the job that was started first."""
        job = self.jobs.pop(0)
        self.say(kind(job.name, *words))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name in ("POLL_S", "LOOK_S", "REST_S"):
        monkeypatch.setattr(lane, name, 0.0)


class Stage:
    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.restart()

    def restart(self):
        stop = threading.Event()
        self.lane = lane.Lane(self.database, ("measure",), Played, self.folder, stop)
        self.engine = self.lane._engine

    def enqueue(self, name, seeds=8, priority=POLL, due=NOON, experiment="heads"):
        """A run, known by its number of epochs."""
        order = {"task": "measure", "experiment": experiment, "params": {"epochs": name}, "seeds": seeds}
        with self.database.begin() as connection:
            runs.enqueue(connection, runs.Run(str(name), "measure", order, 5.0), priority, due=due, now=NOON)

    def step(self, times=2):
        for _ in range(times):
            self.lane.step()
        return self.engine.doing()

    def row(self, name):
        with store.reading(self.database) as connection:
            return connection.execute(select(rows).where(rows.c.key == str(name))).one()

    def measured(self, seeds):
        """What a chunk brings."""
        first, last = seeds
        return json.dumps([{"seed": seed} for seed in range(first, last)]).encode()


@pytest.fixture
def stage(database, tmp_path):
    return Stage(database, tmp_path / "checkpoints")


def test_chunks_are_fanned_out_gathered_in_order_and_concluded_once(stage):
    stage.enqueue(1, seeds=12)
    assert stage.step() == [(1, [0, 8]), (1, [8, 12])]

    stage.engine.jobs.reverse()  # the second chunk ends first
    stage.engine.end(Done, stage.measured([8, 12]))
    assert stage.step() == [(1, [0, 8])]
    stage.engine.end(Done, stage.measured([0, 8]))
    assert stage.step() == [(1, "conclude")]
    assert [row["seed"] for row in stage.engine.jobs[0].order["rows"]] == list(range(12))
    stage.engine.end(Done, b"the measurement")
    stage.step()

    assert (stage.row(1).state, stage.row(1).output) == ("done", b"the measurement")
    assert not (stage.folder / "1").exists()


def test_no_more_jobs_than_slots_and_the_poll_that_closes_first_goes_first(stage):
    stage.enqueue(1, seeds=24, due=NOON + HOUR)
    assert stage.step() == [(1, [0, 8]), (1, [8, 16])]

    stage.enqueue(2, due=NOON)
    stage.engine.end(Done, stage.measured([0, 8]))
    assert stage.step() == [(1, [8, 16]), (2, [0, 8])]


def test_what_is_measured_before_its_post_goes_out_gives_way_and_keeps_its_rows(stage):
    stage.enqueue(1, seeds=24, priority=PREFLIGHT)
    stage.step()
    stage.engine.end(Done, stage.measured([0, 8]))
    assert stage.step() == [(1, [8, 16]), (1, [16, 24])]

    stage.enqueue(2, due=NOON + HOUR)
    assert stage.step(3) == [(2, [0, 8]), (1, [8, 16])]  # one slot is enough for the poll's
    assert (stage.row(1).state, stage.row(1).attempts) == ("running", 1)


def test_a_run_of_a_poll_does_not_give_way(stage):
    stage.enqueue(1, seeds=16, due=NOON + HOUR)
    stage.step()
    stage.enqueue(2, due=NOON)

    assert stage.step() == [(1, [0, 8]), (1, [8, 16])]
    assert stage.row(2).state == "queued"


def test_a_preflight_whose_post_was_sent_gives_way_no_more(stage):
    stage.enqueue(1, seeds=16, priority=PREFLIGHT)
    stage.step()
    stage.enqueue(1, seeds=16, priority=POLL)
    stage.step()
    stage.enqueue(2, due=NOON)

    assert stage.step() == [(1, [0, 8]), (1, [8, 16])]


@pytest.fixture
def timing():
    """A topic that measures time."""
    topic = ENTRIES["zero_init"].topic
    before = topic.chunk
    object.__setattr__(topic, "chunk", 0)
    yield "zero_init"
    object.__setattr__(topic, "chunk", before)


def test_time_is_measured_alone(stage, timing):
    stage.enqueue(1, due=NOON)
    stage.enqueue(2, seeds=12, due=NOON + HOUR, experiment=timing)
    stage.enqueue(3, due=NOON + 2 * HOUR)
    assert stage.step(4) == [(1, [0, 8])]

    stage.engine.end(Done, stage.measured([0, 8]))
    assert stage.step(4) == [(1, "conclude")]
    stage.engine.end(Done, b"")
    assert stage.step(4) == [(2, [0, 12])]
    stage.engine.end(Done, stage.measured([0, 12]))
    assert stage.step(4) == [(2, "conclude"), (3, [0, 8])]


def test_a_cancelled_run_is_stopped(stage):
    stage.enqueue(1, seeds=16)
    stage.step()
    with stage.database.begin() as connection:
        runs.cancel(connection, "1", NOON)

    assert stage.step() == []
    assert stage.row(1).state == "cancelled"
    assert not (stage.folder / "1").exists()


def test_a_cancelled_run_that_is_wanted_again_starts_anew(stage):
    stage.enqueue(1)
    stage.step()
    with stage.database.begin() as connection:
        runs.cancel(connection, "1", NOON)
    stage.enqueue(1)

    assert stage.step(3) == [(1, [0, 8])]
    assert stage.row(1).state == "running"


def test_a_chunk_whose_process_died_is_done_again_and_poison_is_given_up(stage):
    stage.enqueue(1, seeds=16)
    stage.step()
    for deaths in (1, 2):
        stage.engine.end(Died, "SIGSEGV")
        assert len(stage.step()) == 2
        assert stage.row(1).deaths == deaths
    stage.engine.end(Died, "SIGSEGV")

    assert stage.step() == []
    assert (stage.row(1).state, stage.row(1).error) == ("failed", "its process died 3 times; the last time: SIGSEGV")


def test_a_run_that_fails_stops_all_its_jobs_and_tells_why(stage):
    stage.enqueue(1, seeds=16)
    stage.step()
    stage.engine.end(Failed, "ZeroDivisionError: division by zero")

    assert stage.step() == []
    assert (stage.row(1).state, stage.row(1).error) == ("failed", "ZeroDivisionError: division by zero")


def test_a_lost_engine_costs_no_attempt(stage):
    stage.enqueue(1, seeds=16)
    stage.step()
    stage.engine.slots = 0
    stage.engine.end(Lost)
    stage.engine.end(Lost)

    assert stage.step() == []
    assert (stage.row(1).state, stage.row(1).attempts, stage.row(1).deaths) == ("queued", 0, 0)


def test_progress_is_the_mean_over_chunks(stage):
    stage.enqueue(1, seeds=16)
    stage.step()
    stage.engine.say(Progress(stage.engine.jobs[1].name, 0.5, "epoch 2/4"))
    stage.step()

    assert (stage.row(1).progress, stage.row(1).note) == (0.25, "epoch 2/4")


def test_a_new_worker_measures_only_what_is_missing(stage):
    stage.enqueue(1, seeds=16)
    stage.step()
    stage.engine.end(Done, stage.measured([0, 8]))
    stage.step()
    (stage.folder / "1" / "8-16.json").write_bytes(b'[{"seed"')  # a power cut left half a file
    runs.recover(stage.database, NOON)
    stage.restart()

    assert stage.step() == [(1, [8, 16])]
    stage.engine.end(Done, stage.measured([8, 16]))
    stage.step()
    assert [row["seed"] for row in stage.engine.jobs[0].order["rows"]] == list(range(16))


def test_training_may_leave_what_it_has_until_the_run_has_ended(stage):
    stage.enqueue(1)
    stage.step()
    (stage.engine.jobs[0].checkpoint).write_bytes(b"weights")
    (stage.folder / "gone").mkdir()
    claim.sweep(stage.folder, runs.unfinished(stage.database))

    assert [path.name for path in stage.folder.rglob("*")] == ["1", "0-8"]


def test_an_experiment_that_is_no_more_fails_its_run(stage):
    stage.enqueue(1, experiment="gone")
    stage.step()

    assert stage.row(1).error == "no experiment 'gone': was it there when this was queued?"
