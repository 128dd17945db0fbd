"""Times, zones and durations mean what people mean by them, or are told."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.thread import zones
from bot.thread.moment import Pause, duration, moment, notes, pause

WINTER, SUMMER = datetime.fromisoformat("2027-01-10 19:00"), datetime.fromisoformat("2027-07-10 19:00")
KEYS = sorted(available_timezones() - {"Factory", "localtime", "posixrules"})


def ahead(zone: str, wall: datetime = WINTER) -> float:
    """Hours."""
    return moment(f"{wall:%Y-%m-%d %H:%M} {zone}").utcoffset() / timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("MSK", 3), ("мск", 3), ("МСК", 3), ("(MSK)", 3), ("Москва", 3), ("по Москве", 3), ("Moscow", 3),
        ("UTC+3", 3), ("GMT+3", 3), ("+3", 3), ("utc + 3", 3), ("UTC+03:00", 3), ("UTC−3", -3), ("GMT-3", -3),
        ("МСК+2", 5), ("MSK-1", 2), ("+0530", 5.5), ("Z", 0), ("UTC", 0), ("gmt", 0), ("Etc/GMT+3", -3),
        ("Europe/Kiev", 2), ("Киев", 2), ("europe/moscow", 3), ("New York", -5), ("CET", 1), ("EST", -5), ("MST", -7),
        ("Екатеринбург", 5), ("St. Petersburg", 3), ("ET", -5), ("America/Argentina/San_Juan", -3),
    ],
)  # fmt: skip
def test_a_zone_is_taken_for_what_people_mean_by_it(zone, hours):
    assert ahead(zone) == hours


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ("CST", r"CST may be America/Chicago \(-06:00\), Asia/Shanghai \(\+08:00\) or America/Havana \(-05:00\)"),
        ("IST", r"IST may be Asia/Kolkata \(\+05:30\), Asia/Jerusalem \(\+02:00\) or Europe/Dublin"),
        ("bst", "BST may be Europe/London"),
        ("Moskow", r"unknown time zone 'Moskow': did you mean 'Europe/Moscow' \(\+03:00\)\?"),
        ("Asia/Moscow", "did you mean 'Europe/Moscow'"),
        ("XYZ", "unknown time zone 'XYZ': write one such as Europe/Moscow, or an offset"),
        ("Factory", "unknown time zone"),
        ("UTC+25", r"no clock is UTC\+25 ahead of UTC: -12:00 to \+14:00 are used"),
        ("+03:75", "no clock is"),
        ("МСК+20", r"'МСК\+20' is no time of Russia"),
    ],
)
def test_a_zone_that_means_several_things_or_nothing_is_told(zone, message):
    with pytest.raises(ValueError, match=message):
        ahead(zone)


def test_winter_time_in_summer_is_told():
    with pytest.raises(ValueError, match=r"show EDT on 2027-07-10, not EST: write America/New_York .* or -05:00"):
        ahead("EST", SUMMER)
    assert ahead("CEST", SUMMER) == 2


@pytest.mark.parametrize("wall", [WINTER, SUMMER])
def test_an_abbreviation_that_is_taken_means_the_same_hour_wherever_tzdata_has_it(wall):
    hours = {}
    for key in KEYS:
        there = wall.replace(tzinfo=ZoneInfo(key))
        hours.setdefault(there.tzname(), set()).add(there.utcoffset() / timedelta(hours=1))
    several = {name for name in zones.ABBREVIATIONS if len(hours.get(name, ())) > 1}

    assert not [name for name in several if len(zones.ABBREVIATIONS[name]) == 1]


def test_every_name_in_the_tables_leads_to_a_zone():
    named = {key for meant in zones.ABBREVIATIONS.values() for key in meant} | set(zones.CITIES.values())

    assert named <= set(KEYS)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KEYS), st.sampled_from([WINTER, SUMMER]), st.sampled_from([str, str.lower, str.upper]))
def test_the_name_of_a_zone_is_that_zone(key, wall, case):
    meant = {"CET", "EET", "WET", "MET", "EST", "MST", "HST"}  # what abbreviations say only for half of the year
    if key in meant:
        return
    assert zones.find(case(key), wall)[0].utcoffset(wall) == ZoneInfo(key).utcoffset(wall)


@given(st.integers(-12 * 60, 14 * 60), st.sampled_from(["", "UTC", "gmt", "UTC "]), st.sampled_from(["", ":"]))
def test_an_offset_is_what_it_says(minutes, base, colon):
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    hours = ahead(f"{base}{sign}{minutes // 60:02}{colon}{minutes % 60:02}")

    assert round(hours * 60) == (minutes if sign == "+" else -minutes)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_words_for_a_zone_are_taken_or_told(words):
    with contextlib.suppress(ValueError):
        assert moment(f"2027-01-10 19:00 {words}").tzinfo


@pytest.mark.parametrize(
    ("zone", "skipped", "jump"),
    [
        ("Europe/Berlin", "2027-03-28 02:30", "from 02:00 to 03:00; write 2027-03-28 03:00"),
        ("Берлин", "2027-03-28 02:00", "from 02:00 to 03:00"),
        ("Australia/Lord_Howe", "2027-10-03 02:15", "from 02:00 to 02:30"),
        ("America/New_York", "2027-03-14 02:59", "from 02:00 to 03:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "from 00:00 to 00:00; write 2011-12-31 00:00"),
    ],
)
def test_a_time_that_clocks_skip_is_told_with_the_one_they_jump_to(zone, skipped, jump):
    with pytest.raises(ValueError, match=f"does not exist on {skipped[:10]} in {zone}: clocks jump {jump}"):
        moment(f"{skipped} {zone}")


def test_a_time_that_comes_twice_is_the_first_and_is_told():
    (note,) = notes("2027-10-31 02:30 Europe/Berlin")

    assert moment("2027-10-31 02:30 Europe/Berlin").astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert note.endswith("the first is taken (+02:00); for the second write 2027-10-31 02:30 +01:00")
    assert notes("2027-10-31 03:00 Europe/Berlin") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("5м", "it has the Cyrillic letter м, U+043C): write 5m"), ("1ч30м", ": write 1h30m"), ("7д", "): write 7d"),
        ("30с", "the Cyrillic letter с, U+0441): write 30s"), ("5 минут", "is no duration: write 5m"),
        ("2 часа 30 мин.", ": write 2h30m"), ("5 min", ": write 5m"), ("1.5h", ": write 1h30m"), ("1w", ": write 7d"),
        ("1,5 ч", ": write 1h30m"), ("30m1h", ": write 1h30m"), ("5M", ": write 5m"), ("5", "a number with its unit"),
        ("5\u00a0m", "it has U+00A0): write 5m"), ("5\u200bm", "it has U+200B): write 5m"),
        ("12:30", ": write 12h30m or 12m30s"), ("-5m", "a number with its unit"), ("скоро", "a number with its unit"),
    ],
)  # fmt: skip
def test_a_duration_written_in_another_way_is_told_as_it_should_be(words, told):
    with pytest.raises(ValueError, match="is no duration") as caught:
        duration(words)

    assert told in str(caught.value)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.sampled_from("dhm"))
def test_what_is_advised_for_a_duration_is_one(first, second, cut, unit):
    with pytest.raises(ValueError, match="write ") as caught:
        duration(f"{first} {unit} {second}.{cut} {unit}")

    advised = duration(str(caught.value).rpartition("write ")[2])
    day = {"d": 86_400, "h": 3600, "m": 60}[unit]
    assert abs(advised.total_seconds() - (first + float(f"{second}.{cut}")) * day) <= 1


def test_days_of_a_pause_stay_days():
    assert pause("1d2h") == Pause(1, timedelta(hours=2))
    assert pause("24h") == Pause(0, timedelta(hours=24))
    with pytest.raises(ValueError, match="'367d' is too long: a pause has at most 366d"):
        pause("367d")
