import pytest
from sqlalchemy import text as sql

from bot.commands import mend, status
from bot.errors import SettingsError
from bot.store import messages, questions, schedule
from bot.store.messages import Intent
from tests.conftest import NOON
from tests.factory import GROUP, publish, text


@pytest.fixture
def unreadable(database):
    """A publication of two posts, the first of another version."""
    publish(database, NOON, text(), text())
    with database.begin() as connection:
        statement = "UPDATE posts SET content = json_set(content, '$.colour', 'red') WHERE position = 1"
        connection.execute(sql(statement))
    return database


def states(database) -> list[str]:
    return [post.state for post in status.read(database).publications[0].posts]


def test_a_post_that_cannot_be_read_is_gone_on_without_before_it_is_due(unreadable):
    assert mend.mend(unreadable, 1, 1, NOON, send=False) == "post 1 of publication 1: taken as done"
    assert states(unreadable) == ["skipped", "planned"]


@pytest.mark.parametrize(("send", "state"), [(True, "planned"), (False, "skipped")])
def test_a_post_that_was_held_because_it_cannot_be_read_goes_on_either_way(unreadable, send, state):
    questions.hold(unreadable, schedule.address(unreadable, 1, 1), "post", "broken", "colour", NOON)
    mend.mend(unreadable, 1, 1, NOON, send=send)

    assert states(unreadable) == [state, "planned"]


def test_a_post_that_cannot_be_read_is_not_sent_and_the_reason_is_told(unreadable):
    with pytest.raises(SettingsError, match=r"is not stopped .*colour: Extra inputs are not permitted"):
        mend.mend(unreadable, 1, 1, NOON, send=True)


def test_without_a_word_what_the_two_mean_is_told_and_nothing_changes(database):
    publish(database, NOON, text())
    intent = Intent(1, "post", 0)
    messages.intend(database, intent, chat_id=GROUP.id, digest="digest", now=NOON)
    questions.stop(database, intent, "failed", "bot was kicked")

    with pytest.raises(SettingsError, match="--send sends it again, --done goes on without sending it"):
        mend.mend(database, 1, 1, NOON, send=None)
    assert states(database) == ["failed"]


@pytest.mark.parametrize("position", [0, 2, -1])
def test_a_position_that_is_none_is_told(database, position):
    publish(database, NOON, text())

    with pytest.raises(SettingsError, match=f"has no post {position}: it has 1"):
        mend.mend(database, 1, position, NOON, send=True)
