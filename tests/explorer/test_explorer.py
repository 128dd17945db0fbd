"""A small exploration for every day; `make explore` is the long one, `make explore MUTANTS=1` tries all mistakes."""

import re
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from tests.explorer import road, tale
from tests.explorer.machine import Choice, Machine, simplified
from tests.explorer.mutants import MUTANTS, planted
from tests.explorer.player import looks
from tests.explorer.scene import (
    ANONYMOUS,
    ASKED,
    CANCELLED,
    CORRECTED,
    EDITED,
    KEY_SHOWN,
    LONG,
    PARTS,
    POLL,
    TWO,
    UPLOADED,
)
from tests.explorer.search import explore

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
DAILY = (
    "an intent is not committed",
    "an intent is not synced",
    "what was lost counts as not sent",
    "the first part ends the post",
    "a thread is scheduled before its draft is done",
    "an edit is recorded before it is made",
)
named = {mutant.name: mutant for mutant in MUTANTS}


@pytest.mark.parametrize(
    "scene",
    [
        TWO.within(deaths=2, faults=0), LONG.within(deaths=1, faults=0), POLL.within(deaths=0, faults=0),
        UPLOADED, CANCELLED.within(deaths=0), EDITED, KEY_SHOWN, ASKED.within(deaths=0, faults=0),
    ],
    ids=lambda scene: scene.name,
)  # fmt: skip
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
        state = next(iter(found.wrong.values()))
        story = list(tale.told(tale.written(mutant.scene, found.way(state))))

    assert [line for line in story if "POWER CUT" in line]
    assert story[-1].strip() == "WRONG: post doubled: one"


def test_a_lost_copy_of_a_copy_is_found_before_what_it_was_made_of_is_deleted():
    story = list(tale.told("two: tick#1 tick tick!17lost tick tick#1 tick#10 tick tick tick tick tick tick"))

    assert sum("DEATH" in line for line in story) == 3
    assert not [line for line in story if "WRONG" in line]


def test_what_was_written_of_a_schedule_is_read_again():
    choices = [Choice("tick", ((0, "lost"), (3, "flood"))), Choice("tick", (), 2, 0), Choice("take")]

    assert tale.read(tale.written("two", choices)) == ("two", choices)


def test_the_same_choices_lead_to_the_same_world():
    ends = set()
    for _ in range(2):
        with simplified(), closing(Machine(TWO)) as m:
            ends.add(m.play(m.play(m.first, Choice("tick")).end, Choice("tick")).end.key)

    assert len(ends) == 1


@pytest.mark.parametrize("scene", [PARTS, ANONYMOUS, CORRECTED], ids=lambda scene: scene.name)
def test_faults_that_are_played_once_for_both_leave_the_same(scene):
    pairs = [alike for alike in road.FAULTS if len(alike) > 1]
    with simplified(), closing(Machine(scene)) as m:
        for world, step, calls in straight(m):
            for at in [at for at, call in enumerate(calls) if road.changes(call) and call.method != "getUpdates"]:
                for pair in pairs:
                    assert len({looks(m.play(world, Choice(step, ((at, kind),)))) for kind in pair}) == 1


@pytest.mark.parametrize("scene", [TWO, CORRECTED], ids=lambda scene: scene.name)
def test_worlds_that_are_taken_for_one_have_the_same_future(scene):
    compared = 0
    with simplified(), closing(Machine(scene)) as m:
        for one, other in islice(twins(m, plays=100), 25):
            assert m.steps(one) == m.steps(other)
            for step in m.steps(one):
                assert looks(m.play(one, Choice(step)))[0] == looks(m.play(other, Choice(step)))[0]
                compared += 1

    assert compared > 20


def straight(m):
    """Each step of the way on which nothing goes wrong, and what it asks Telegram."""
    world = m.first
    while not m.over(world):
        step = m.steps(world)[0]
        played = m.play(world, Choice(step))
        yield world, step, played.calls
        world = played.left[0].world


def twins(m, plays):
    """Pairs of worlds of which only one would be played: met on two ways, and not the same to the letter."""
    met, ahead, count = {m.first.key: m.first}, [m.first], 0
    while ahead and count < plays:
        world = ahead.pop(0)
        for step in () if m.over(world) else m.steps(world):
            count += 1
            faults = [()] + [((0, kind),) for kind in ("flood", "lost")] if step == "tick" else [()]
            for choice in [Choice(step, one) for one in faults]:
                for left in m.play(world, choice).left:
                    known = met.setdefault(left.world.key, left.world)
                    if known is left.world:
                        ahead.append(known)
                    elif replace(known, key=b"") != replace(left.world, key=b""):
                        yield known, left.world


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_planted_mistake_fits_the_code_as_it_is(mutant):
    with planted(mutant):
        pass


def test_the_documents_name_every_planted_mistake_and_no_other():
    assert re.findall(r"^\| ([^|]+) \| `", DOCS.read_text("utf-8"), re.MULTILINE) == [one.name for one in MUTANTS]
