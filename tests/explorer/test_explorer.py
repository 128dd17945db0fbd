"""A small exploration for every day; `make explore` is the long one, `make explore MUTANTS=1` tries all mistakes."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.explorer import tale
from tests.explorer.machine import Choice, Machine, simplified
from tests.explorer.mutants import MUTANTS, planted
from tests.explorer.scene import LONG, POLL, TWO
from tests.explorer.search import explore

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
DAILY = (
    "an intent is not committed",
    "an intent is not synced",
    "what was lost counts as not sent",
    "the first part ends the post",
)
named = {mutant.name: mutant for mutant in MUTANTS}


@pytest.mark.parametrize(
    "scene", [TWO.within(deaths=2, faults=0), LONG.within(deaths=1, faults=0), POLL.within(deaths=0, faults=0)]
)
def test_no_schedule_of_a_small_publication_breaks_a_claim(scene):
    found = explore(scene)

    assert (found.wrong, found.stuck()) == ({}, [])
    assert found.schedules() > 1


def test_a_fault_and_a_death_leave_no_post_doubled_and_none_forgotten():
    found = explore(TWO.within(deaths=0, faults=1))

    assert (found.wrong, found.stuck()) == ({}, [])


@pytest.mark.parametrize("name", DAILY)
def test_a_planted_mistake_is_found(name):
    with planted(named[name]):
        found = explore(named[name].explored)

    assert found.wrong


def test_a_counterexample_reads_as_a_story_that_ends_with_what_is_wrong():
    mutant = named["an intent is not synced"]
    with planted(mutant):
        found = explore(mutant.explored)
        (state,) = {*found.wrong.values()}
        story = list(tale.told(tale.written(mutant.scene, found.way(state))))

    assert [line for line in story if "POWER CUT" in line]
    assert story[-1].strip() == "WRONG: post doubled: one"


def test_what_was_written_of_a_schedule_is_read_again():
    choices = [Choice("tick", ((0, "lost"), (3, "flood"))), Choice("tick", (), 2, 0), Choice("take")]

    assert tale.read(tale.written("two", choices)) == ("two", choices)


def test_the_same_choices_lead_to_the_same_world():
    ends = set()
    for _ in range(2):
        with simplified(), closing(Machine(TWO)) as m:
            ends.add(m.play(m.play(m.first, Choice("tick")).end, Choice("tick")).end.key)

    assert len(ends) == 1


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_planted_mistake_fits_the_code_as_it_is(mutant):
    with planted(mutant):
        pass


def test_the_documents_name_every_planted_mistake_and_no_other():
    assert re.findall(r"^\| ([^|]+) \| `", DOCS.read_text("utf-8"), re.MULTILINE) == [one.name for one in MUTANTS]
