"""Times as people say them in a chat."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.thread import spoken, zones

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # a Tuesday, 15:00 in Moscow


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("завтра 10:00", "2026-12-02T10:00:00+03:00"),
        ("Завтра в 9.05", "2026-12-02T09:05:00+03:00"),
        ("tomorrow at 10:00", "2026-12-02T10:00:00+03:00"),
        ("послезавтра 10:00", "2026-12-03T10:00:00+03:00"),
        ("сегодня 14:00", "2026-12-01T14:00:00+03:00"),
        ("18:00", "2026-12-01T18:00:00+03:00"),
        ("в 14:59", "2026-12-02T14:59:00+03:00"),
        ("fri 18:00", "2026-12-04T18:00:00+03:00"),
        ("в пятницу в 18:00", "2026-12-04T18:00:00+03:00"),
        ("вт 16:00", "2026-12-01T16:00:00+03:00"),
        ("tuesday 14:00", "2026-12-08T14:00:00+03:00"),
        ("+2h", "2026-12-01T17:00:00+03:00"),
        ("now", "2026-12-01T15:00:00+03:00"),
        ("2026-12-05 10:00", "2026-12-05T10:00:00+03:00"),
        ("2026-12-05 10:00 Asia/Tokyo", "2026-12-05T10:00:00+09:00"),
    ],
)
def test_a_time_is_meant_by_ones_own_clocks(words, meant):
    assert spoken.read(words, NOW, "Europe/Moscow").isoformat() == meant


@pytest.mark.parametrize(
    ("words", "zone", "reason"),
    [
        ("soon", "UTC", "is no time"),
        ("someday 10:00", "UTC", "is no time"),
        ("tomorrow 25:00", "UTC", "is no time"),
        ("+", "UTC", "is no duration"),
        ("2027-03-28 02:30", "Europe/Berlin", "does not exist"),
    ],
)
def test_what_no_clock_shows_is_refused(words, zone, reason):
    with pytest.raises(ValueError, match=reason):
        spoken.read(words, NOW, zone)


@given(st.text(max_size=30), st.sampled_from(["UTC", "Europe/Moscow", "-03:30"]))
def test_whatever_is_said_is_a_time_with_its_zone_or_refused(words, zone):
    try:
        found = spoken.read(words, NOW, zone)
    except (ValueError, OverflowError):
        return

    assert found.utcoffset() is not None
    assert spoken.clocks(zones.name(found), found) == found
