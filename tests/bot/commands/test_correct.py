"""One post of a mended file corrects what stands: shown first, all of it or nothing."""

import pytest
from sqlalchemy import select

from bot.commands import correct, export, status
from bot.errors import SettingsError
from bot.store import schedule, steering
from bot.store.states import STATES
from bot.store.tables import audit, corrections
from bot.thread import markdown
from tests.bot.commands.test_replace import THREAD, everything
from tests.conftest import NOON
from tests.factory import GROUP, send

MENDED = THREAD.replace("- [ ] none\n- [x] one", "- [x] none\n- [ ] one").replace("The first", "The very first")


@pytest.fixture
def standing(database, tmp_path):
    """A publication of which a text and a poll are out, and its mended file."""
    file = tmp_path / "thread.md"
    file.write_text(THREAD)
    schedule.schedule(database, markdown.read(file), GROUP, start=NOON, now=NOON, files=[[], [], []])
    for number in (1, 2):
        send(database, NOON.replace(hour=13), number)
    file.write_text(MENDED)
    return database, file


def test_what_differs_is_shown_and_what_stands_is_to_be_edited(standing):
    database, file = standing
    shown = []
    told = correct.correct(database, 1, 1, file, NOON, lambda words: shown.append(words) or True)

    assert told == "publication 1: post 1 is corrected; `pollbot run` edits it in the chat"
    assert "-The first.\n+The very first." in shown[0]
    assert "No. 1: is out: the message will be edited where it stands" in shown[0]
    assert status.read(database).publications[0].posts[0].uncorrected == "waiting"
    with database.connect() as connection:
        assert [(deed.action, deed.position) for deed in steering.deeds(connection)] == [("correct", 1)]
        assert connection.execute(select(audit.c.before)).scalar_one()["text"] == "The first."


def test_the_key_of_an_open_poll_is_another_from_then_on_and_nothing_is_edited(standing):
    database, file = standing
    told = correct.correct(database, 1, 2, file, NOON, lambda _: True)

    assert told == "publication 1: post 2 is corrected"
    assert [row.correct for row in export.tallies(database, 1)] == [1, 0]
    with database.connect() as connection:
        assert connection.execute(select(corrections)).all() == []


def test_where_it_is_not_meant_or_nothing_differs_nothing_is_changed(standing):
    database, file = standing
    before = everything(database)

    assert correct.correct(database, 1, 1, file, NOON, lambda _: False) == "publication 1: nothing is corrected"
    assert "nothing differs in post 3" in correct.correct(database, 1, 3, file, NOON, pytest.fail)
    assert everything(database) == before


@pytest.mark.parametrize(
    ("old", "new", "position", "told"),
    [
        ("Which head?", "Which tail?", 2, "Telegram lets nobody change question"),
        ("The very first.", "a " * 3000, 1, "its new text takes 2"),
        ("The very", "Any", 9, "has posts 1 to 3"),
    ],
)
def test_what_cannot_be_corrected_says_what_can_and_changes_nothing(standing, old, new, position, told):
    database, file = standing
    file.write_text(MENDED.replace(old, new))
    before = everything(database)

    with pytest.raises(SettingsError, match=told):
        correct.correct(database, 1, position, file, NOON, pytest.fail)
    assert everything(database) == before


def test_what_has_gone_on_while_it_was_shown_is_not_corrected(standing):
    database, file = standing

    def meanwhile(_):
        return bool(correct.correct(database, 1, 1, file, NOON, lambda _: True))

    with pytest.raises(SettingsError, match="has gone on meanwhile"):
        correct.correct(database, 1, 1, file, NOON, meanwhile)


def test_the_states_of_a_correction_are_shown(standing):
    from bot.commands import board

    assert {*board.UNCORRECTED} == {*STATES["corrections"]} - {"done", "left"}
