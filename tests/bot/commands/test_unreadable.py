"""Whatever is stored of a post, the commands tell of it, and what they say of the others stays."""

import pytest
from sqlalchemy import text as sql

from bot.commands import doctor, export, status
from bot.errors import UnreadableError
from bot.store import schedule, store, votes
from tests.conftest import NOON
from tests.factory import GROUP, HOUR, answer, asked, poll, publish, send, text, thread


@pytest.fixture(params=["{", "[]", "null", '"words"', '{"line": 1}', '{"poll": {"id": 7, "options": "none"}}'])
def spoilt(database, request):
    """Two publications; the first one's poll was voted in, and its posts cannot be read any more."""
    for _ in range(2):
        publish(database, NOON, asked(poll()), text("b"))
    for number in (1, 2):
        send(database, NOON, 10 * number, telegram_id=f"P{number}")
    votes.record(database, [answer(1, "P1", 7, 1), answer(2, "P2", 7, 2)], b"key", NOON)
    with database.begin() as connection:
        change = "UPDATE posts SET content = :stored WHERE publication_id = 1"
        connection.execute(sql(change), {"stored": request.param})
    return database


def test_status_shows_it_as_unreadable_and_the_others_as_they_are(spoilt):
    first, second = status.read(spoilt).publications

    assert [post.kind for post in (*first.posts, *second.posts)] == ["unreadable", "unreadable", "poll", "text"]
    assert "cannot read what is stored" in first.posts[0].error


def test_doctor_names_what_is_still_to_go_out(spoilt):
    found = doctor.examine(spoilt, NOON)

    assert [line.startswith("post 1 2: this version of pollbot cannot read") for line in found].count(True) == 1


def test_every_vote_is_exported_without_what_is_stored_of_the_post(spoilt):
    (one,), (two,) = (list(export.ballots(spoilt, number)) for number in (1, 2))

    assert (one.options, two.options, two.poll) == ("2", "3", "heads")
    assert one.voter != two.voter  # who voted in both goes by another name in each


def test_tallies_that_cannot_be_named_are_told_and_not_left_out_silently(spoilt):
    with pytest.raises(UnreadableError, match="post 1 is left out"):
        list(export.tallies(spoilt, 1))
    assert [row.votes for row in export.tallies(spoilt, 2)] == [0, 0, 1]


def test_the_same_thread_is_still_found_and_another_one_scheduled(spoilt):
    other = thread(text("other")).model_copy(update={"title": "Other"})
    with spoilt.connect() as connection:
        assert schedule.twin(connection, thread(asked(poll()), text("b")), GROUP.id) == 1  # by its title, while it runs
        assert schedule.twin(connection, other, GROUP.id) is None


def test_what_is_due_goes_on(spoilt):
    assert [due.address.publication for due in schedule.due_posts(spoilt, NOON + HOUR)] == [1, 2]
    with store.reading(spoilt) as connection:
        assert votes.counts(connection, 1, 3) == [0, 1, 0]
