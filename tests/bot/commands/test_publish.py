from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import mend, publish
from bot.errors import SettingsError, ThreadError
from bot.store import questions, schedule
from bot.thread import markdown
from tests.conftest import NOON
from tests.factory import CHANNEL, GROUP, asked, png, poll, send, text, thread
from tests.factory import publish as stored

THREAD = thread(text())


def test_a_start_may_be_now_or_a_while_from_now():
    assert publish.start_time("now", THREAD, NOON) == NOON
    assert publish.start_time("+90m", THREAD, NOON) == NOON + timedelta(minutes=90)


@pytest.mark.parametrize("words", ["2026-12-01 19:00 Europe/Moscow", "2026-12-01T19:00+03:00", "2026-12-01 16:00Z"])
def test_a_local_time_is_taken_with_its_zone(words):
    assert publish.start_time(words, THREAD, NOON) == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def test_the_thread_s_own_start_counts_when_none_is_given():
    later = NOON + timedelta(days=1)

    assert publish.start_time(None, THREAD.model_copy(update={"start": later}), NOON) == later


@pytest.mark.parametrize(
    "words", ["tomorrow", "2026-12-01 19:00", "2026-13-01 19:00 UTC", "2026-12-01 19:00 Mars", "+2"]
)
def test_a_start_that_is_no_time_says_how_to_write_one(words):
    with pytest.raises(SettingsError, match=r"^--start .*: .*; now and .2h will do as well$"):
        publish.start_time(words, THREAD, NOON)


def test_a_start_that_has_passed_is_refused():
    with pytest.raises(SettingsError, match="12-01 11:59 UTC has passed"):
        publish.start_time("2026-12-01 11:59Z", THREAD, NOON)


def test_an_hour_that_clocks_skip_is_refused():
    with pytest.raises(SettingsError, match="02:30 does not exist on 2027-03-28 in Europe/Berlin"):
        publish.start_time("2027-03-28 02:30 Europe/Berlin", THREAD, NOON)


def test_without_any_start_the_author_is_told_both_ways_to_give_one():
    with pytest.raises(SettingsError, match=r"give --start .* or write start:"):
        publish.start_time(None, THREAD, NOON)


def test_a_start_more_than_a_year_away_has_to_be_meant():
    far = (NOON + timedelta(days=366, minutes=1)).isoformat(" ", "minutes")

    with pytest.raises(SettingsError, match="is 366 days away; --far says that it is meant"):
        publish.start_time(far, THREAD, NOON)
    assert publish.start_time(far, THREAD, NOON, far=True) == NOON + timedelta(days=366, minutes=1)
    assert publish.start_time("+366d", THREAD, NOON) == NOON + timedelta(days=366)


def test_the_same_posts_in_the_same_chat_are_refused_also_when_they_are_over(database):
    stored(database, NOON, text(), chat=GROUP)
    send(database, NOON, 10)
    moved = thread(text().model_copy(update={"line": 9})).model_copy(update={"title": "Other"})

    with pytest.raises(SettingsError, match=r"@group has this thread already: publication 1, .* --again"):
        publish.refuse_twice(database, moved, GROUP)
    publish.refuse_twice(database, moved, CHANNEL)


def test_a_title_that_still_runs_in_the_chat_is_refused_and_one_that_is_over_is_not(database):
    stored(database, NOON, text(), chat=GROUP)
    corrected = thread(text("corrected"))

    with pytest.raises(SettingsError, match="@group has this thread already"):
        publish.refuse_twice(database, corrected, GROUP)
    send(database, NOON, 10)
    publish.refuse_twice(database, corrected, GROUP)


def test_a_title_whose_poll_is_open_still_runs(database):
    stored(database, NOON, asked(poll()), chat=GROUP)
    send(database, NOON, 10)

    with pytest.raises(SettingsError, match="@group has this thread already"):
        publish.refuse_twice(database, thread(text()), GROUP)


def test_posts_that_were_all_skipped_are_no_thread_that_the_chat_has(database):
    stored(database, NOON, text(), chat=GROUP)
    questions.hold(database, schedule.address(database, 1, 1), "post", "late", "late", NOON)
    mend.mend(database, 1, 1, NOON, send=False)

    publish.refuse_twice(database, thread(text()), GROUP)


def test_a_picture_that_has_gone_since_the_check_is_told_with_file_and_line_and_nothing_is_stored(database, tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    read = markdown.parse("---\ntitle: T\n---\nHello.\n\n---\n![](a.png)\n", "t.md", tmp_path)
    (tmp_path / "a.png").unlink()

    with pytest.raises(ThreadError, match=r"t\.md:7:1: error: there is no file 'a\.png' beside the thread"):
        publish.store_thread(database, read, tmp_path / "t.md", CHANNEL, NOON, NOON)
    with database.connect() as connection:
        assert schedule.twin(connection, read, CHANNEL.id) is None


@pytest.mark.parametrize("closed", [{"members_only": True}, {"countries": ("KZ",)}])
def test_who_may_vote_can_be_said_in_channels_only(closed):
    some = thread(text(), asked(poll().model_copy(update=closed)))

    publish.refuse_voters(some, CHANNEL)
    with pytest.raises(SettingsError, match=r"^@group is no channel, .* take them out of poll 'heads'"):
        publish.refuse_voters(some, GROUP)
