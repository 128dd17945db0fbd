import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import shape
from bot.store.updates import KEPT_CHARACTERS, Other, Vote, decode
from tests.factory import answer, snapshot


def changed(part, **fields):
    update = answer(7, "P", 1, 0)
    update[part] |= fields
    return update


def test_several_options_become_one_mask():
    assert decode([answer(7, "P", 1, 0, 2)]).votes == [Vote(7, "P", 1, 0b101)]


@pytest.mark.parametrize(
    "broken",
    [
        {"update_id": 7, "poll_answer": {"poll_id": "P"}},
        {"update_id": 7, "poll_answer": []},
        {"update_id": 7, "poll": {"id": "P", "options": None}},
        {"update_id": 7, "poll": {"id": "P", "options": [{"voter_count": 1}] * 13, "total_voter_count": 1}},
        {"update_id": 7, "poll": {"id": "P", "options": [{"voter_count": -1}], "total_voter_count": 1}},
        {"update_id": 7, "poll": {"id": "P", "options": [{"voter_count": 1}], "total_voter_count": 2**80}},
        changed("poll_answer", option_ids=[12]),
        changed("poll_answer", option_ids=[10**9]),
        changed("poll_answer", option_ids=[-1]),
        changed("poll_answer", option_ids=["0"]),
        changed("poll_answer", poll_id=5),
        changed("poll_answer", poll_id="x" * 100),
        changed("poll_answer", poll_id="\ud800"),
        changed("poll_answer", user={"id": "x"}),
        changed("poll_answer", user={"id": 1.5}),
    ],
)
def test_what_cannot_be_read_is_kept_under_its_number(broken):
    batch = decode([broken, answer(8, "P", 1, 0)])

    assert [(stray.update_id, json.loads(stray.content)) for stray in batch.strays] == [(7, shape.of(broken))]
    assert batch.ids == [7, 8]
    assert len(batch.votes) == 1


@pytest.mark.parametrize(
    "nameless", [None, 5, "text", [], {}, {"update_id": "7"}, {"update_id": 2**70}, {"update_id": -1}]
)
def test_what_has_no_number_is_kept_under_one_made_of_its_content(nameless):
    first, second = decode([nameless, nameless]).strays

    assert first == second
    assert first.update_id < 0


def test_an_absurdly_long_update_is_kept_in_part():
    (stray,) = decode([{"update_id": 7, "poll": [[[["x"] * 12] * 12] * 12] * 12}]).strays

    assert len(stray.content) == KEPT_CHARACTERS


def test_a_deeply_nested_update_stops_nothing():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    batch = decode([{"update_id": 7, "poll": deep}, snapshot(8, "P", 1)])

    assert (len(batch.strays), len(batch.snapshots)) == (1, 1)


def test_what_is_no_vote_is_for_the_handlers():
    message = {"update_id": 7, "message": {"text": "hello"}}
    batch = decode([message])

    assert (batch.others, batch.strays) == ([Other(7, 0, "message", json.dumps(message))], [])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
near_updates = st.fixed_dictionaries(
    {"update_id": st.integers(-1, 2**40) | json_values},
    optional={
        "poll_answer": st.fixed_dictionaries(
            {},
            optional={"poll_id": st.text() | json_values, "option_ids": json_values, "user": json_values},
        )
        | json_values,
        "poll": json_values,
    },
)


@given(st.lists(json_values | near_updates, max_size=5))
def test_decoding_never_fails_and_forgets_nothing(updates):
    batch = decode(updates)

    assert sum(map(len, (batch.votes, batch.snapshots, batch.strays, batch.others))) == len(updates)
