"""Whatever a job does, the worker hears of it in words and goes on."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from experiments.engine import LocalEngine, RunFailed
from experiments.experiment import silent
from tests.experiments.conftest import HEADS_BALLOT

FAULTY = (sys.executable, str(Path(__file__).with_name("faulty_child.py")))


@pytest.fixture
def engine():
    engine = LocalEngine(FAULTY, memory_mib=300)
    yield engine
    engine.close()


def failure(engine, task, limit_s=20.0) -> str:
    with pytest.raises(RunFailed) as caught:
        engine.run({"task": task}, silent, limit_s)
    return str(caught.value)


def alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition, seconds=5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_an_exception_comes_back_with_its_traceback_and_the_child_stays(engine):
    before = engine.run({"task": "ok"}, silent)
    told = failure(engine, "fail")

    assert told.startswith("ValueError: the moon is in the wrong phase\n")
    assert "faulty_child.py" in told
    assert engine.run({"task": "ok"}, silent) == before


@pytest.mark.parametrize(("task", "how"), [("leave", "exit code 7"), ("segv", "killed by SIGSEGV")])
def test_a_crash_is_told_and_a_new_child_takes_the_next_job(engine, task, how):
    before = engine.run({"task": "ok"}, silent)

    assert failure(engine, task).startswith(f"the experiment's process died: {how}")
    assert engine.run({"task": "ok"}, silent) != before


def test_the_last_words_of_a_crash_are_kept(engine):
    assert "Fatal Python error: Segmentation fault" in failure(engine, "segv")


def test_a_job_past_its_limit_is_stopped(engine):
    engine.run({"task": "ok"}, silent)
    began = time.monotonic()

    assert failure(engine, "sleep", limit_s=0.5) == "stopped after its limit of 0.5 s"
    assert time.monotonic() - began < 2
    assert engine.run({"task": "ok"}, silent)


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

    assert told == [(step / 5, f"step {step}") for step in range(5)]


def test_a_child_has_one_thread_for_its_matrices(engine):
    assert engine.run({"task": "threads"}, silent) == b"1"


def test_a_failing_listener_ends_the_job(engine):
    def listener(fraction, note):
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        engine.run({"task": "progress"}, listener)
    assert engine.run({"task": "ok"}, silent)


def test_closing_ends_a_running_job_from_another_thread(engine):
    threading.Timer(0.5, engine.close).start()

    assert failure(engine, "sleep") == "the engine is closed"
    assert failure(engine, "ok") == "the engine is closed"


def test_a_child_that_died_while_idle_is_replaced(engine):
    pid = int(engine.run({"task": "ok"}, silent))
    os.kill(pid, 9)

    assert eventually(lambda: engine._child.process.poll() is not None)
    assert int(engine.run({"task": "ok"}, silent)) != pid


PARENT = """
import sys
from experiments.engine import LocalEngine
LocalEngine(sys.argv[1:]).run({"task": "stuck"}, lambda fraction, note: print(note, flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a child stuck in C with its parent")
def test_no_child_outlives_a_parent_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", PARENT, *FAULTY], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        was_alive = alive(child)
        parent.kill()

    assert was_alive
    assert eventually(lambda: not alive(child))


def test_the_real_child_measures_and_draws():
    engine = LocalEngine()
    try:
        engine.start()
        job = {"task": "measure", "experiment": "heads", "params": {"epochs": 1}, "seeds": 2}
        measured = engine.run(job, silent).decode()
        drawing = {"task": "draw", "measurement": measured, "ballot": HEADS_BALLOT.model_dump(mode="json")}
        assert engine.run({**drawing, "language": "ru"}, silent)[:8] == b"\x89PNG\r\n\x1a\n"
        votes = engine.run({**drawing, "language": "en", "measurement": None}, silent)
        assert votes[:8] == b"\x89PNG\r\n\x1a\n"
        assert "did you mean 'heads'?" in failure_of(engine, {**job, "experiment": "hedas"})
    finally:
        engine.close()


def failure_of(engine, job) -> str:
    with pytest.raises(RunFailed) as caught:
        engine.run(job, silent)
    return str(caught.value)
