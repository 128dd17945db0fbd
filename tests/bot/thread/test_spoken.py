"""Times as people say them in a chat."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loops import time_words
from bot.thread import spoken, zones
from bot.thread.spoken import SaidError

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # a Tuesday, 15:00 in Moscow


# What people say; a day later than today, and by clocks in Moscow, where it is Tuesday, 15:00.
CLEAR = [
    ("завтра в 10", "2026-12-02 10:00"),
    ("завтра 10:00", "2026-12-02 10:00"),
    ("завтра в 10 утра", "2026-12-02 10:00"),
    ("завтра в 7 вечера", "2026-12-02 19:00"),
    ("завтра, 10-30", "2026-12-02 10:30"),
    ("послезавтра в 18:30", "2026-12-03 18:30"),
    ("сегодня в 18:00", "2026-12-01 18:00"),
    ("в пятницу в 18", "2026-12-04 18:00"),
    ("пт 18:00", "2026-12-04 18:00"),
    ("в эту пятницу в 18:00", "2026-12-04 18:00"),
    ("через час", "2026-12-01 16:00"),
    ("через полчаса", "2026-12-01 15:30"),
    ("через полтора часа", "2026-12-01 16:30"),
    ("через 2 часа", "2026-12-01 17:00"),
    ("через 2 часа 30 минут", "2026-12-01 17:30"),
    ("через два часа", "2026-12-01 17:00"),
    ("через 15 минут", "2026-12-01 15:15"),
    ("через 3 дня в 10:00", "2026-12-04 10:00"),
    ("через неделю в 18:00", "2026-12-08 18:00"),
    ("через день", "2026-12-02 15:00"),
    ("1 декабря в 19:00", "2026-12-01 19:00"),
    ("5 декабря 10:00", "2026-12-05 10:00"),
    ("5.12 10:00", "2026-12-05 10:00"),
    ("05.12.2026 в 10:00", "2026-12-05 10:00"),
    ("5 января в 12:00", "2027-01-05 12:00"),
    ("в полдень", "2026-12-02 12:00"),
    ("18:00 завтра", "2026-12-02 18:00"),
    ("завтра в 10 по москве", "2026-12-02 10:00"),
    ("завтра 10:00 мск", "2026-12-02 10:00"),
    ("завтра 10:00 Europe/Berlin", "2026-12-02 12:00"),
    ("в 18.30", "2026-12-01 18:30"),
    ("в среду в три часа дня", "2026-12-02 15:00"),
    ("tomorrow at 10", "2026-12-02 10:00"),
    ("tomorrow 10am", "2026-12-02 10:00"),
    ("tomorrow at 6:30 pm", "2026-12-02 18:30"),
    ("fri 18:00", "2026-12-04 18:00"),
    ("this friday at 6pm", "2026-12-04 18:00"),
    ("in an hour", "2026-12-01 16:00"),
    ("in half an hour", "2026-12-01 15:30"),
    ("in an hour and a half", "2026-12-01 16:30"),
    ("in 1.5 hours", "2026-12-01 16:30"),
    ("in 90 minutes", "2026-12-01 16:30"),
    ("in two hours", "2026-12-01 17:00"),
    ("in 3 days at 10:00", "2026-12-04 10:00"),
    ("in a week", "2026-12-08 15:00"),
    ("Dec 5 at 10:00", "2026-12-05 10:00"),
    ("5 December 10:00", "2026-12-05 10:00"),
    ("December 5th, 10am", "2026-12-05 10:00"),
    ("noon tomorrow", "2026-12-02 12:00"),
    ("today at 18:00", "2026-12-01 18:00"),
    ("10:00 tomorrow", "2026-12-02 10:00"),
    ("tomorrow 10:00 Berlin", "2026-12-02 12:00"),
    ("tomorrow 10:00 EST", "2026-12-02 18:00"),
    ("day after tomorrow at noon", "2026-12-03 12:00"),
    ("2026-12-05 10:00", "2026-12-05 10:00"),
    ("+2h", "2026-12-01 17:00"),
    ("now", "2026-12-01 15:00"),
    ("14:59", "2026-12-02 14:59"),
    ("вт 16:00", "2026-12-01 16:00"),
    ("tuesday 14:00", "2026-12-08 14:00"),
    ("2026-12-05 10:00 Asia/Tokyo", "2026-12-05 04:00"),
    ("завтра 1:00 Asia/Tokyo", "2026-12-01 19:00"),
]
UNCLEAR = [
    ("сегодня вечером", "vague"),
    ("в пятницу вечером", "vague"),
    ("в следующую пятницу в 18:00", "next"),
    ("в понедельник", "hourless"),
    ("в полночь", "vague"),
    ("в 5", "bare"),
    ("завтра в 5", "bare"),
    ("вечером", "vague"),
    ("завтра в обед", "vague"),
    ("скоро", "vague"),
    ("в субботу утром", "vague"),
    ("завтра в 25:00", "nohour"),
    ("32 декабря 10:00", "noday"),
    ("31 ноября в 10:00", "noday"),
    ("friday evening", "vague"),
    ("next friday at 6pm", "next"),
    ("on Monday", "hourless"),
    ("12/5 10:00", "slashed"),
    ("midnight", "vague"),
    ("tonight at 8", "vague"),
    ("tomorrow at 5", "bare"),
    ("later", "vague"),
    ("at 13 pm", "nohour"),
    ("someday 10:00", "unread"),
    ("завтра 10:00 Марс", "zone"),
    ("tomorrow 10:00 CST", "zone"),
    ("+", "span"),
    ("завтра послезавтра 10:00", "unread"),
    ("в 10:00 или в 11:00", "zone"),
    ("около 10:00", "unread"),
    ("", "unread"),
]


@pytest.mark.parametrize(("words", "meant"), CLEAR)
def test_a_time_is_meant_by_ones_own_clocks(words, meant):
    found = spoken.read(words, NOW, "Europe/Moscow")

    assert f"{found.astimezone(ZoneInfo('Europe/Moscow')):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(("words", "kind"), UNCLEAR)
def test_what_may_mean_two_times_or_none_is_refused_and_said_in_both_languages(words, kind):
    """Of eighty such phrases dateparser reads sixteen as another time than is meant, and says nothing."""
    with pytest.raises(SaidError) as error:
        spoken.read(words, NOW, "Europe/Moscow")

    assert error.value.kind == kind
    assert time_words.refused(error.value, "ru") != time_words.refused(error.value, "en")


def test_a_time_that_clocks_skip_is_refused_and_of_two_the_first_is_taken():
    with pytest.raises(SaidError) as error:
        spoken.read("2027-03-28 02:30", NOW, "Europe/Berlin")
    found = spoken.read("25 октября 2:30", datetime(2026, 10, 20, tzinfo=UTC), "Europe/Berlin")

    assert error.value.fields["after"] == "2027-03-28 03:30"
    assert found.utcoffset() == timedelta(hours=2)
    assert time_words.notes(found, "en") == [
        "02:30 comes twice on that day in Europe/Berlin: the first is taken (+02:00)."
    ]
    assert time_words.notes(NOW, "en") == []


WORDS = "завтра fri в at 10 10:00 5.12 1 декабря 19:00 мск через час 2 Berlin in +2h noon пт next 2026-12-05"
PIECES = st.sampled_from(WORDS.split())
SAID = st.text(max_size=30) | st.lists(PIECES, max_size=6).map(" ".join)


@given(SAID, st.sampled_from(["UTC", "Europe/Moscow", "-03:30"]))
def test_whatever_is_said_is_a_time_with_its_zone_or_refused(words, zone):
    try:
        found = spoken.read(words, NOW, zone)
    except SaidError:
        return

    assert found.utcoffset() is not None
    assert spoken.clocks(zones.name(found), found) == found
