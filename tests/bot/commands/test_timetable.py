"""The commands about time do what the dialogue does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.commands import publish, timetable
from bot.errors import SettingsError
from bot.store import slots, steering
from bot.store.tables import posts, publications
from bot.thread import markdown
from bot.thread.tried import tried
from tests.conftest import NOON
from tests.factory import GROUP, asked, poll, send, text, thread
from tests.factory import publish as stored

HOUR = timedelta(hours=1)
SERIES = "---\ntitle: T\nlanguage: en\nevery: day 18:00 Europe/Berlin\n---\nHello.\n\n- [x] a\n- [ ] b\n"


@pytest.fixture
def one(database):
    stored(database, NOON + HOUR, text("One"), text("Two"))
    return database


def test_the_plan_stands_by_day(one):
    assert timetable.plan(one, 7, "Europe/Moscow", NOON) == [
        "it is 2026-12-01 15:00 (Europe/Moscow)", "", "Tuesday, 01 Dec", "16:00 Тред → @group, no. 1–2",
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="--zone: unknown time zone 'Mars'"):
        timetable.plan(one, 7, "Mars", NOON)


def test_slots_are_set_shown_and_taken_away(one):
    assert "@group has no slots" in timetable.slots(one, "@group", None, NOON)
    timetable.zone(one, "@group", "Berlin", NOON)
    told = timetable.slots(one, "@group", "tue, wed 14:00; fri 9am", NOON)
    these = "tuesday, wednesday 14:00 Europe/Berlin; friday 09:00 Europe/Berlin"
    assert told == f"@group: {these}; the next free one is 2026-12-02 14:00"
    with pytest.raises(SettingsError, match="is no rhythm"):
        timetable.slots(one, "@group", "soon", NOON)
    with pytest.raises(SettingsError, match="nothing was published to '@other' yet"):
        timetable.slots(one, "@other", "mon 10:00", NOON)

    assert "@group has no slots" in timetable.slots(one, "@group", "none", NOON)


def test_a_slot_that_is_taken_in_the_meantime_stores_nothing(one, tmp_path):
    timetable.slots(one, "@group", "day 18:00 UTC", NOON)
    at = publish._slot(one, GROUP, NOON)
    stored(one, at, text("Another"))
    with pytest.raises(SettingsError, match="has just taken this slot, and nothing is stored"):
        publish.store_thread(one, thread(text("Mine")), tmp_path / "t.md", GROUP, at, NOON, slot=True)

    with one.connect() as connection:
        assert len(connection.execute(select(publications.c.id)).all()) == 2
        assert slots.free(connection, GROUP.id, NOON) == at + timedelta(days=1)


def test_what_is_scheduled_from_the_command_line_is_in_the_audit_and_a_try_is_marked(one, tmp_path):
    made = markdown.parse(SERIES, "t.md")
    publish.store_thread(one, made, tmp_path / "t.md", GROUP, NOON, NOON)
    publish.store_thread(one, tried(made, "A try"), tmp_path / "t.md", GROUP, NOON, NOON, action="try")
    with one.connect() as connection:
        deeds = steering.deeds(connection)
        rows = connection.execute(select(publications.c.trial, posts.c.due).join(posts).order_by(posts.c.id)).all()

    assert [(deed.admin, deed.publication, deed.action) for deed in deeds] == [(None, 3, "try"), (None, 2, "schedule")]
    assert [tuple(row) for row in rows[2:]] == [
        (False, NOON + 5 * HOUR), (True, NOON), (True, NOON + timedelta(minutes=5) / 3600),
    ]  # fmt: skip


def test_a_closed_poll_is_asked_again_and_what_is_none_is_not(database):
    stored(database, NOON, asked(poll()))
    for position, told in ((1, "is no closed poll"), (9, "is no closed poll")):
        with pytest.raises(SettingsError, match=told):
            timetable.again(database, 1, position, "now", NOON)
    with pytest.raises(SettingsError, match="there is no publication 7"):
        timetable.again(database, 7, 1, "now", NOON)
    send(database, NOON, 1)
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE polls SET state = 'closing'")
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE polls SET state = 'closed'")

    assert timetable.again(database, 1, 1, "+2h", NOON) == "post 1 of publication 1 is asked again: publication 2"
    with database.connect() as connection:
        assert connection.scalars(select(posts.c.due).order_by(posts.c.id)).all() == [NOON, NOON + 2 * HOUR]
        first, second = connection.scalars(select(posts.c.content)).all()
    assert first == second
