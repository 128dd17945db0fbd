"""What the database holds of who voted: another name in each publication, and none where nothing can be read."""

import json
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.store import pseudonym, shape, store, votes
from bot.store.tables import polls, strays
from bot.store.tables import votes as cast
from tests import made
from tests.conftest import NOON
from tests.factory import KEY, MINUTE, answer, asked, poll, publish, send, snapshot

ANN, BOB = 777000111, 777000222
MARK = "mArKeD"


@pytest.fixture
def three(database):
    """Polls P and Q of one publication, R of another."""
    publish(database, NOON, asked(poll("p")), asked(poll("q")))
    send(database, NOON, 10, telegram_id="P")
    send(database, NOON + MINUTE, 11, telegram_id="Q")
    publish(database, NOON, asked(poll("r")))
    send(database, NOON + MINUTE, 12, telegram_id="R")
    return database


def named(database):
    with store.reading(database) as connection:
        return {number: name for number, name in connection.execute(select(cast.c.poll_id, cast.c.voter))}  # noqa: C416


def test_a_voter_has_one_name_in_a_publication_and_another_in_the_next(three):
    votes.record(three, [answer(1, "P", ANN, 0), answer(2, "Q", ANN, 0), answer(3, "R", ANN, 0)], KEY, NOON)
    names = named(three)

    assert names[1] == names[2] != names[3]


def test_a_poll_from_before_0008_keeps_the_names_that_it_had(three):
    with three.begin() as connection:
        connection.execute(text("UPDATE polls SET pseudonyms = NULL"))
    votes.record(three, [answer(1, "P", ANN, 0), answer(3, "R", ANN, 0)], KEY, NOON)

    before = blake2b(b"%d" % ANN, key=KEY, digest_size=8).digest()
    assert set(named(three).values()) == {int.from_bytes(before, "big", signed=True)}


def test_a_vote_that_waits_for_its_poll_names_nobody_and_looks_like_no_other_of_that_voter(database):
    votes.record(database, [answer(1, "P", ANN, 0), answer(2, "Q", ANN, 0)], KEY, NOON)
    with store.reading(database) as connection:
        kept = [json.loads(content) for content in connection.scalars(select(strays.c.content))]

    hidden = [one.pop("hidden") for one in kept]
    assert kept == [{"update_id": n, "telegram_id": name, "options": 1} for n, name in ((1, "P"), (2, "Q"))]
    assert len({ANN, pseudonym.of(ANN, KEY, None), pseudonym.of(ANN, KEY, 1), *hidden}) == 5


def test_a_vote_that_does_not_fit_its_poll_names_nobody(three):
    votes.record(three, [answer(1, "P", ANN, 5)], KEY, NOON)
    with store.reading(three) as connection:
        (content,) = connection.scalars(select(strays.c.content))

    assert json.loads(content)["hidden"] == pseudonym.hidden(ANN, KEY, 1)
    assert str(ANN) not in content


def test_a_vote_that_cannot_be_stored_names_nobody(three, tmp_path):
    with three.begin() as connection:
        refuse = "CREATE TRIGGER refuse BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no'); END"
        connection.execute(text(refuse))
    stored = votes.record(three, [answer(1, "P", ANN, 1)], KEY, NOON)

    assert [json.loads(stray.content)[0]["telegram_id"] for stray in stored.batch.strays] == ["P"]
    assert [path.name for path in tmp_path.iterdir() if str(ANN).encode() in path.read_bytes()] == []


def test_a_vote_that_waited_for_its_poll_and_a_later_one_are_one_voter_s(database):
    publish(database, NOON, asked(poll()))
    votes.record(database, [answer(1, "P", ANN, 0)], KEY, NOON)
    send(database, NOON, 10, telegram_id="P")
    votes.record(database, [answer(2, "P", ANN, 1)], KEY, NOON)

    assert named(database) == {1: pseudonym.of(ANN, KEY, 1)}


def test_a_vote_that_waited_since_before_0008_and_a_later_one_are_one_voter_s(database):
    publish(database, NOON, asked(poll()))
    old = {"update_id": 1, "telegram_id": "P", "voter": pseudonym.of(ANN, KEY, None), "options": 1}
    row = {"update_id": 1, "telegram_id": "P", "reason": "unknown poll P", "content": json.dumps(old), "at": NOON}
    with database.begin() as connection:
        connection.execute(strays.insert().values(**row))
    votes.record(database, [answer(2, "P", BOB, 1)], KEY, NOON)
    send(database, NOON, 10, telegram_id="P")
    votes.record(database, [answer(3, "P", ANN, 1), answer(4, "P", BOB, 1)], KEY, NOON)

    with store.reading(database) as connection:
        voters = connection.execute(select(polls.c.voters)).scalar_one()
        assert (votes.counts(connection, 1, 3), voters) == ([0, 2, 0], 2)


def test_another_key_gives_other_names():
    assert pseudonym.of(ANN, b"one", 1) != pseudonym.of(ANN, b"other", 1)
    assert pseudonym.fingerprint(b"one") != pseudonym.fingerprint(b"other")


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**50))
def test_what_is_hidden_comes_out_with_the_same_key(telegram_id, update_id):
    assert pseudonym.hidden(pseudonym.hidden(telegram_id, KEY, update_id), KEY, update_id) == telegram_id


PERSON = {"id": 77700011, "is_bot": False, "first_name": MARK, "last_name": MARK, "username": MARK, "title": MARK}
values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
junk = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
people = st.sampled_from([PERSON, [PERSON], {"user": PERSON}, MARK, {MARK: 1}, {**PERSON, "id": MARK}, None])


@st.composite
def mutated(draw):
    """An update about a vote or a poll that somebody stands in, spoiled in one place at least."""
    whole = draw(st.sampled_from([answer(7, "P", 1, 0), snapshot(7, "P", 1, 2)]))
    update = json.loads(json.dumps(whole))
    inner = update[next(name for name in update if name != "update_id")]
    inner[draw(st.sampled_from(["user", "voter_chat", MARK]))] = draw(people)
    spoiled = draw(st.sampled_from(["update_id", "poll_answer", "poll", "poll_id", "option_ids", "options", "id"]))
    place = update if spoiled in {"update_id", "poll_answer", "poll"} else inner
    place[spoiled] = draw(junk.filter(lambda value: value is not None) | people.map(lambda person: [person, 12]))
    return update


@settings(max_examples=150)
@given(st.lists(mutated(), min_size=1, max_size=10))
def test_of_what_cannot_be_read_the_database_holds_no_person(tmp_path_factory, updates):
    file = tmp_path_factory.mktemp("votes") / "p.db"
    with made.opened(f"sqlite:///{file}") as database:
        stored = votes.record(database, updates, KEY, NOON)
        log = Path(f"{file}-wal").read_bytes()

    assert not stored.batch.others
    assert MARK.encode() not in file.read_bytes() + log
    assert b"77700011" not in file.read_bytes() + log


@given(junk | mutated())
def test_a_shape_has_no_value_and_is_its_own_shape(value):
    found = shape.of(value)

    assert shape.of(found) == found
    assert MARK not in json.dumps(found)
