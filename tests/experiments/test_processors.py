"""
Runs are keyed by what their numbers depend on, and unlike processors agree within the bands.

`make repeat` measures at the threads' sizes; here two seeds of each have to do, and no clock is asked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands import answers
from experiments import catalogue, code, machine
from experiments.catalogue import ENTRIES, run_key
from experiments.measurement import Measurement
from tests.outcomes import ROOT, threads

LONG = bool(os.environ.get("LONG"))
ASKED = {poll.id: poll.experiment for thread in threads().values() for poll in answers.asked(thread)}
MEASURE = """
import sys, json
from experiments import perform
from experiments.topic import Context
for name, params, seeds in json.loads(sys.argv[1]):
    print(perform.measure(name, perform.entry(name).params(**params), seeds, Context()).model_dump_json(), flush=True)
"""
SAYS = """
from experiments import machine
import torch
print(machine.capability(), torch.backends.cpu.get_cpu_capability())
"""


def python(code: str, *arguments: str, **environment: str) -> list[str]:
    env = {name: value for name, value in os.environ.items() if name != machine.CHOSEN} | environment
    return subprocess.check_output([sys.executable, "-c", code, *arguments], text=True, env=env, cwd=ROOT).splitlines()


def other() -> str:
    return "default" if machine.capability() == "AVX2" else "avx2"


@pytest.fixture(scope="module")
def pair() -> dict[str, tuple[Measurement, Measurement]]:
    """Each poll's experiment with this processor's instructions, and with another set of them."""
    chosen = [one for one in ASKED.values() if LONG or ENTRIES[one.run].topic.chunk]
    orders = json.dumps([[one.run, one.set, one.seeds if LONG else 2] for one in chosen])
    found = [python(MEASURE, orders, **setting) for setting in ({}, {machine.CHOSEN: other()})]
    read = [[Measurement.model_validate_json(line) for line in lines] for lines in found]
    names = [name for name, one in ASKED.items() if one in chosen]
    return dict(zip(names, zip(*read, strict=True), strict=True))


def test_unlike_processors_find_the_same_within_the_bands(pair):
    for one, two in pair.values():
        assert [found.supported for found in one.findings] == [found.supported for found in two.findings]
        assert one.numbers.keys() == two.numbers.keys()
        for key, band in one.numbers.items():
            assert near(band, two.numbers[key], ENTRIES[one.experiment].numbers[key]), (one.experiment, key)


def near(one, two, quantity) -> bool:
    """Whether two bands meet, give or take a hundredth, and of two seeds 5 points of a percentage."""
    room = 0.02 * max(abs(one.high), abs(two.high)) + (0 if LONG or quantity.unit != "%" else 5)
    room += 0.5 * max(one.high, two.high) if quantity.clocked else 0
    return one.low - room <= two.high and two.low - room <= one.high


def test_a_measurement_tells_whose_numbers_it_has(pair):
    for one, two in pair.values():
        assert (one.versions["CPU"], two.versions["CPU"]) == (machine.capability(), other().upper())
        assert one.versions[one.experiment] == code.digest(one.experiment)[:8]


@pytest.mark.parametrize("chosen", [{}, {machine.CHOSEN: "avx2"}, {machine.CHOSEN: "default"}])
def test_the_instruction_set_is_told_without_torch_as_torch_tells_it(chosen):
    mine, torchs = python(SAYS, **chosen)[0].split()

    assert mine == torchs


def test_like_machines_measure_the_same_to_the_byte():
    orders = '[["clip_nan", {}, 2], ["where_nan", {}, 2], ["accumulation", {"epochs": 1}, 2]]'

    assert python(MEASURE, orders) == python(MEASURE, orders)


def test_the_key_knows_torch_instructions_and_code(monkeypatch):
    keys = {run_key("heads", {}, 16)}
    keys.add(run_key("heads", {}, 16, machine="2.12.0+cpu 0 x86_64 AVX512"))
    keys.add(run_key("heads", {}, 16, device="cuda"))
    monkeypatch.setenv(machine.CHOSEN, "default")
    keys.add(run_key("heads", {}, 16))
    monkeypatch.setattr(catalogue.code, "digest", lambda name: f"another {name}")
    keys.add(run_key("heads", {}, 16))

    assert len(keys) == 5


def test_a_digest_is_of_the_topic_and_of_what_it_computes_with(tmp_path, monkeypatch):
    copy = tmp_path / "experiments"
    for file in code.ROOT.rglob("*.py"):
        (copy / file.relative_to(code.ROOT)).parent.mkdir(parents=True, exist_ok=True)
        (copy / file.relative_to(code.ROOT)).write_text(file.read_text("utf-8"), "utf-8")
    (copy / "ensemble" / "digits.npz").write_bytes(b"")
    monkeypatch.setattr(code, "ROOT", copy)

    changed = {name: digests(copy / name) for name in CHANGES}

    assert changed == CHANGES


CHANGES = {
    "topics/heads.py": {"heads"},
    "topics/zero_init/words.py": {"zero_init"},
    "numbers.py": set(),
    "pictures/parts.py": set(),
    "ensemble/losses.py": {"clipping", "heads", "zero_init"},
    "ensemble/plain.py": {"clipping"},
    "ensemble/digits.npz": {"clipping", "heads", "zero_init"},
    "spread.py": {"clipping", "heads", "where_nan", "zero_init"},
}


def digests(file: Path) -> set[str]:
    """Which of some topics have another digest when this file changes."""
    names, before = ("clipping", "heads", "where_nan", "zero_init"), file.read_bytes()
    old = {name: fresh(name) for name in names}
    file.write_bytes(before + b"\n# another\n")
    new = {name: fresh(name) for name in names}
    file.write_bytes(before)
    return {name for name in names if old[name] != new[name]}


def fresh(name: str) -> str:
    code.digest.cache_clear()
    code._imported.cache_clear()
    return code.digest(name)
