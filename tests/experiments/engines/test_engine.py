"""Whatever a job does, the worker hears of it in words and goes on."""

import json
import os
import queue
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.engines.engine import Died, Done, Failed, Job, Limits, Lost, Progress
from experiments.engines.local import LocalEngine
from experiments.engines.process import Child
from experiments.engines.runner import ChildDied, JobFailed, NoOutcome, Runner, Stopped, drawing
from experiments.perform import measure
from experiments.topic import Context, silent
from experiments.topics.heads import HeadsParams
from tests.experiments.conftest import HEADS_BALLOT
from tests.experiments.pictures import golden
from tests.patience import PATIENCE_S, eventually

FAULTY = (sys.executable, str(Path(__file__).with_name("faulty_child.py")))


LIMITS = Limits(60.0, 300)


def faulty() -> Runner:
    return Runner(lambda: Child(FAULTY))


class Faulty:
    """A runner of jobs that misbehave."""

    def __init__(self):
        self.runner = faulty()

    def run(self, job, on_progress=silent, limits=LIMITS, stopped=lambda: False):
        return self.runner.run(job, on_progress, limits, stopped)


@pytest.fixture
def engine():
    engine = Faulty()
    yield engine
    engine.runner.close()


def failure(engine, task, limit_s=LIMITS.seconds, kind=JobFailed) -> str:
    with pytest.raises(kind) as caught:
        engine.run({"task": task}, limits=Limits(limit_s, 300))
    return str(caught.value)


def alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_an_exception_comes_back_with_its_traceback_and_the_child_stays(engine):
    before = engine.run({"task": "ok"}, silent)
    told = failure(engine, "fail")

    assert told.startswith("ValueError: the moon is in the wrong phase\n")
    assert "faulty_child.py" in told
    assert engine.run({"task": "ok"}, silent) == before


@pytest.mark.parametrize(("task", "how"), [("leave", "exit code 7"), ("segv", "killed by SIGSEGV")])
def test_a_crash_is_told_and_a_new_child_takes_the_next_job(engine, task, how):
    before = engine.run({"task": "ok"}, silent)

    assert failure(engine, task, kind=ChildDied).startswith(f"the experiment's process died: {how}")
    assert engine.run({"task": "ok"}, silent) != before


def test_the_last_words_of_a_crash_are_kept(engine):
    assert "Fatal Python error: Segmentation fault" in failure(engine, "segv", kind=ChildDied)


def test_a_job_past_its_limit_is_stopped(engine):
    before = engine.run({"task": "ok"}, silent)

    assert failure(engine, "sleep", limit_s=0.5) == "stopped after its limit of 0.5 s"
    assert engine.run({"task": "ok"}, silent) != before


def test_a_job_stuck_in_c_is_stopped_too(engine):
    assert failure(engine, "stuck", limit_s=1) == "stopped after its limit of 1 s"


def test_a_job_that_eats_memory_is_stopped(engine):
    assert failure(engine, "eat").endswith("MiB of memory, its limit is 300 MiB")


def test_what_a_job_prints_is_no_event(engine):
    pid = engine.run({"task": "chatter"}, silent)

    assert pid == engine.run({"task": "ok"}, silent)


def test_progress_arrives_in_order(engine):
    told = []
    engine.run({"task": "progress"}, lambda fraction, note: told.append((fraction, note)))

    assert told == [(0.0, "begun"), *((step / 5, f"step {step}") for step in range(5))]


def test_a_child_has_one_thread_for_its_matrices(engine):
    assert engine.run({"task": "threads"}, silent) == b"1"


def test_a_failing_listener_ends_the_job(engine):
    def listener(fraction, note):
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        engine.run({"task": "progress"}, listener)
    assert engine.run({"task": "ok"}, silent)


def test_a_job_that_nobody_wants_any_more_is_stopped(engine):
    told = []
    with pytest.raises(Stopped):  # else it would be stopped at its limit
        engine.run({"task": "stuck"}, lambda *word: told.append(word), stopped=lambda: len(told) == 2)


def test_a_child_that_died_while_idle_is_replaced(engine, monkeypatch):
    monkeypatch.setattr("experiments.engines.runner.STILL_S", 0.0)
    pid = int(engine.run({"task": "ok"}))
    os.kill(pid, 9)

    assert eventually(lambda: engine.runner._child.process.poll() is not None)
    engine.runner.warm()
    assert engine.runner._child.process.pid != pid


def test_a_child_that_dies_at_once_is_not_replaced_at_once(engine):
    engine.runner.warm()
    first = engine.runner._child
    first.process.kill()
    first.process.wait()
    engine.runner.warm()

    assert engine.runner._child is first
    assert engine.run({"task": "ok"})  # but a job may have one


PARENT = """
import sys
from experiments.engines.engine import Limits
from experiments.engines.process import Child
from experiments.engines.runner import Runner
Runner(lambda: Child(sys.argv[1:])).run({"task": "stuck"}, lambda fraction, note: print(note, flush=True), Limits())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a child stuck in C with its parent")
def test_no_child_outlives_a_parent_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", PARENT, *FAULTY], stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"begun\n"
        child = int(parent.stdout.readline())
        was_alive = alive(child)
        parent.kill()

    assert was_alive
    assert eventually(lambda: not alive(child))


def test_the_real_child_measures_concludes_and_draws():
    engine = Runner()

    def run(job) -> bytes:
        return engine.run(job, silent, Limits())

    try:
        engine.warm()
        asked = {"experiment": "heads", "params": {"epochs": 1}}
        rows = [*json.loads(run({**asked, "task": "rows", "seeds": [0, 1]}))]
        rows += json.loads(run({**asked, "task": "rows", "seeds": [1, 2]}))
        measured = run({**asked, "task": "conclude", "rows": rows}).decode()
        assert measured == measure("heads", HeadsParams(epochs=1), 2, Context()).model_dump_json()
        drawing = {"task": "draw", "measurement": measured, "ballot": HEADS_BALLOT.model_dump(mode="json")}
        assert run({**drawing, "language": "ru"})[:8] == b"\x89PNG\r\n\x1a\n"
        assert run({**drawing, "language": "en", "measurement": None})[:8] == b"\x89PNG\r\n\x1a\n"
        with pytest.raises(NoOutcome, match="did you mean 'heads'"):
            run({**asked, "task": "rows", "experiment": "hedas", "seeds": [0, 1]})
    finally:
        engine.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has loaded")
def test_a_child_that_draws_has_no_torch_and_one_that_measures_no_matplotlib():
    artist, scientist = drawing(), Runner()
    try:
        assert run_draw(artist)[:8] == b"\x89PNG\r\n\x1a\n"
        scientist.run(
            {"task": "rows", "experiment": "heads", "params": {"epochs": 1}, "seeds": [0, 1]}, silent, Limits()
        )
        loaded = [Path(f"/proc/{one._child.process.pid}/maps").read_text() for one in (artist, scientist)]
    finally:
        artist.close()
        scientist.close()

    assert [[library in maps for library in ("libtorch", "backend_agg")] for maps in loaded] == [
        [False, True],
        [True, False],
    ]


def run_draw(runner: Runner) -> bytes:
    measured = golden.stored("zero_init").model_dump_json()
    order = {"task": "draw", "measurement": measured, "ballot": HEADS_BALLOT.model_dump(mode="json"), "language": "en"}
    return runner.run(order, silent, Limits())


class Local:
    """The local engine with two slots, and what it said."""

    def __init__(self):
        self.said = queue.SimpleQueue()
        self.engine = LocalEngine(self.said.put, 2, faulty)

    def start(self, name, task, **order) -> Job:
        one = Job(name, {"task": task, **order}, LIMITS)
        self.engine.start(one)
        return one

    def ends(self, count=1):
        """The last words about so many jobs, by name."""
        found = {}
        while len(found) < count:
            word = self.said.get(timeout=PATIENCE_S)
            if not isinstance(word, Progress):
                found[word.name] = word
        return found


@pytest.fixture
def local():
    local = Local()
    yield local
    local.engine.close()


def test_two_jobs_run_at_the_same_time(local, tmp_path):
    for name in "ab":
        local.start(name, "meet", folder=str(tmp_path))

    assert [type(word) for word in local.ends(2).values()] == [Done, Done]


def test_each_job_has_one_last_word(local):
    for name in ("ok", "fail", "segv", "eat"):
        local.start(name, name)
    ends = local.ends(4)

    assert {name: type(word) for name, word in ends.items()} == {
        "ok": Done,
        "fail": Failed,
        "segv": Died,
        "eat": Failed,
    }
    assert local.said.empty()


def test_a_stopped_job_is_lost_and_frees_its_slot(local):
    sleepers = [local.start(name, "sleep") for name in "ab"]
    waiting = local.start("c", "sleep")
    for sleeper in (*sleepers, waiting):
        local.engine.stop(sleeper)
    local.start("d", "ok")

    assert {name: type(word) for name, word in local.ends(4).items()} == {"a": Lost, "b": Lost, "c": Lost, "d": Done}


def test_nothing_is_left_when_the_engine_is_closed(local):
    local.start("a", "stuck")
    while not (word := local.said.get(timeout=PATIENCE_S)).note.isdecimal():
        pass
    local.engine.close()

    assert eventually(lambda: not alive(int(word.note)))
