"""
The line under a reveal: as it stands it gives what is printed, and with other seeds numbers within the printed bands.

`make repeat` takes as many seeds as the threads, three times over; here a few are enough, and no clock is asked.
"""

import os
import re
import shlex

import pytest

from bot.commands import answers
from experiments import command, perform
from experiments.catalogue import ENTRIES
from experiments.topic import Context
from tests.bot.shell import shell
from tests.experiments.conftest import measured
from tests.outcomes import threads

LONG = bool(os.environ.get("LONG"))
ASKED = {poll.id: poll.experiment for thread in threads().values() for poll in answers.asked(thread)}


@pytest.mark.parametrize("repetition", [1, 2, 3] if LONG else [1])
@pytest.mark.parametrize("poll", ASKED)
def test_other_seeds_give_numbers_within_the_printed_band(poll, repetition):
    asked = ASKED[poll]
    entry, params = ENTRIES[asked.run], ENTRIES[asked.run].params(**asked.set)
    if not (LONG or entry.topic.chunk):
        pytest.skip("it is told by a clock: make repeat")
    printed = measured(asked.run, asked.seeds, **asked.set).numbers
    again = perform.measure(asked.run, params, asked.seeds if LONG else 2, Context(), repetition).numbers

    assert again.keys() == printed.keys()
    odd = {key: again[key] for key in again if not within(again[key].median, printed[key], entry.numbers[key])}
    assert odd.keys() <= {"seeds"}


def within(found, band, quantity):
    """In the band; of few seeds, half of its width beyond; of a clock, half as much again."""
    low, high = (band.low / 1.5, band.high * 1.5) if quantity.clocked else (band.low, band.high)
    room = 0.01 * abs(high) + (0 if LONG else (band.high - band.low) / 2)
    return low - room <= found <= high + room


def test_the_line_runs_as_it_stands_and_prints_the_same_numbers(tmp_path):
    asked = ASKED["where-nan"]
    line = command.written(asked.run, asked.set, asked.seeds)
    done = shell(tmp_path, line, COLUMNS="200")

    assert done.returncode == 0, done.stderr
    for key, found in measured(asked.run, asked.seeds, **asked.set).numbers.items():
        assert re.search(rf"^{re.escape(key)} +{found.median:g}", done.stdout, re.MULTILINE)


def test_a_repetition_has_no_key_of_what_was_printed(tmp_path):
    done = shell(tmp_path, f"{shlex.join(['pollbot', 'experiment', 'where_nan'])} --seeds 2 --again 1")

    assert done.returncode == 0, done.stderr
    assert not re.search(r"\b[0-9a-f]{16}\b", done.stdout)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_a_repetition_has_other_seeds_in_as_many_chunks(entry):
    first, second = entry.chunks(20), entry.chunks(20, again=1)

    assert [len(chunk) for chunk in first] == [len(chunk) for chunk in second]
    assert not {seed for chunk in first for seed in chunk} & {seed for chunk in second for seed in chunk}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_a_terminal_is_told_each_range_and_default(entry):
    told = list(command.asked(entry))

    assert [key for key, _, _ in told] == list(entry.params.model_fields)
    assert all(allowed for _, _, allowed in told)
    assert command.parameters(entry, [f"{key}={default}" for key, default, _ in told]) == entry.params()


def test_what_is_told_by_a_clock_may_take_longer_with_more_seeds():
    timing, heads = ENTRIES["timing"], ENTRIES["heads"]

    assert timing.limit_s(64) == 4 * timing.limit_s(16) == 4 * timing.limit_s(4)
    assert heads.limit_s(64) == heads.limit_s(4)
