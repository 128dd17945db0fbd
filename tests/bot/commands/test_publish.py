from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import publish
from bot.errors import SettingsError
from tests.conftest import NOON
from tests.factory import text, thread

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
