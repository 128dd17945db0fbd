"""When the chapters of a series go out."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ThreadError
from bot.thread import markdown, rhythm, writer
from bot.thread.resumed import Waiting, times

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
POLL = "Which {number}?\n\n- [x] this\n- [ ] that\n\n```poll\nid: p{number}\nopen: 2h\n```"


def series(front, *posts):
    text = "\n\n---\n\n".join(posts)
    return f"---\ntitle: T\nlanguage: en\n{front}\n---\n\n{text}\n"


def read(front, *posts):
    return markdown.parse(series(front, *posts), "t.md")


def asked(number):
    return POLL.format(number=number)


@pytest.mark.parametrize(
    ("words", "cron", "zone"),
    [
        ("monday 10:00", "0 10 * * 1", ""),
        ("monday, thursday 10:00", "0 10 * * 1,4", ""),
        ("mon and thu at 18:30 Europe/Moscow", "30 18 * * 1,4", "Europe/Moscow"),
        ("day 09:00", "0 9 * * *", ""),
        ("daily 9am", "0 9 * * *", ""),
        ("19:00", "0 19 * * *", ""),
        ("weekdays 8:05 MSK", "5 8 * * 1,2,3,4,5", "Europe/Moscow"),
        ("mon-fri 8:05", "5 8 * * 1,2,3,4,5", ""),
        ("sat-mon 12:00", "0 12 * * 1,6,0", ""),
        ("каждый понедельник 10:00", "0 10 * * 1", ""),
        ("каждую среду и пятницу в 18:30 по москве", "30 18 * * 3,5", "Europe/Moscow"),
        ("по вторникам, четвергам 19.00", "0 19 * * 2,4", ""),
        ("каждый день в 9:00", "0 9 * * *", ""),
        ("по будням 10:00 UTC+3", "0 10 * * 1,2,3,4,5", "+03:00"),
        ("Sunday 10 PM", "0 22 * * 0", ""),
        ("0 10 * * 1", "0 10 * * 1", ""),
        ("0 10 1,15 * * Europe/Berlin", "0 10 1,15 * *", "Europe/Berlin"),
        ("0 10 * * mon#1", "0 10 * * MON#1", ""),
    ],
)
def test_days_and_an_hour_are_read_in_both_languages_and_written_back(words, cron, zone):
    found = rhythm.read(words)

    assert (found.cron, found.zone) == (cron, zone)
    assert rhythm.read(rhythm.written(found)) == rhythm.read(rhythm.written(found, "ru")) == found


@pytest.mark.parametrize(("words", "days", "hours"), [("1d", 1, 0), ("7d", 7, 0), ("12h", 0, 12), ("1d6h", 1, 6)])
def test_a_step_is_days_of_clocks_and_real_time(words, days, hours):
    found = rhythm.read(words, drip=True)

    assert (found.days, found.time, found.drip) == (days, timedelta(hours=hours), True)
    assert rhythm.read(rhythm.written(found), drip=True) == found


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("sometimes", "is no rhythm: write it as monday 10:00"),
        ("monday", "is no rhythm"),
        ("funday 10:00", "is no rhythm"),
        ("monday 25:00", "is no rhythm"),
        ("monday 13 pm", "is no rhythm"),
        ("monday 10:00, 18:00", "has several hours: write one, or a line of cron"),
        ("5m", "is too short: there are at least 1h"),
        ("400d", "is too long"),
        ("0 25 * * 1", "is no line of cron (Bad hour)"),
        ("0 10 30 2 *", "is no line of cron (Bad day-of-month)"),
        ("monday 10:00 Mars", "unknown time zone"),
        ("monday 10:00 CST", "may be"),
    ],
)
def test_what_is_no_rhythm_is_refused_with_what_is_allowed(words, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        rhythm.read(words)


@given(st.text(max_size=40))
def test_any_words_are_read_or_refused_in_words(words):
    try:
        found = rhythm.read(words)
    except ValueError:
        return
    assert rhythm.read(rhythm.written(found)) == found


def test_a_chapter_is_a_poll_with_the_texts_before_it_and_what_waits_for_it():
    after = "So it is.\n\n```post\nafter: polls\n```"
    thread = read(
        "start: 2026-12-01 12:00 Europe/Moscow\nevery: monday 10:00", "Hello", asked(1), after, asked(2), "Bye"
    )

    assert thread.chapters == [[1, 2, 3], [4], [5]]
    shown = [at.astimezone(MOSCOW).isoformat()[:16] for at in thread.due(thread.start)]
    assert shown == [
        "2026-12-07T10:00", "2026-12-07T10:05", "2026-12-07T12:10", "2026-12-14T10:00", "2026-12-21T10:00",
    ]  # fmt: skip


def test_a_post_says_itself_where_its_chapter_begins():
    new, same = "```post\nchapter: new\n```", "```post\nchapter: same\n```"
    thread = read("every: monday 10:00 MSK", "Hello", f"There\n\n{new}", asked(1), f"{asked(2)}\n\n{same}", asked(3))

    assert thread.chapters == [[1], [2, 3, 4], [5]]
    assert markdown.parse(writer.written(thread), "t.md").chapters == thread.chapters


def test_of_a_drip_each_post_goes_out_alone():
    thread = read("start: 2026-12-01 19:30 Europe/Moscow\ndrip: daily 19:00", "One", asked(1), "Two")

    assert [at.astimezone(MOSCOW).isoformat()[:16] for at in thread.due(thread.start)] == [
        "2026-12-02T19:00", "2026-12-03T19:00", "2026-12-04T19:00",
    ]  # fmt: skip


def test_a_chapter_waits_until_all_before_it_is_out():
    """Its poll is open longer than the rhythm's next time: the chapter behind takes the time after that."""
    after = "So it is.\n\n```post\nafter: polls\n```"
    thread = read("every: day 10:00 UTC", asked(1).replace("2h", "30h"), after, asked(2))

    assert [at.day for at in thread.due(datetime(2026, 12, 1, tzinfo=UTC))] == [1, 2, 3]


@pytest.mark.parametrize("front", ["every: sunday 19:00", "drip: 7d", "every: 0 19 * * 0"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("start", ["2026-10-11 19:00", "2027-03-07 19:00"])
def test_the_time_on_the_clocks_stays_when_they_change(front, zone, start):
    thread = read(f"start: {start} {zone}\n{front}", *map(asked, range(6)))
    shown = [at.astimezone(ZoneInfo(zone)) for at in thread.due(thread.start)]

    assert {f"{at:%a %H:%M}" for at in shown} == {"Sun 19:00"}
    assert len({at.utcoffset() for at in shown}) == 2


def test_a_time_that_clocks_skip_is_told_at_its_line_as_is_one_that_comes_twice():
    with pytest.raises(ThreadError) as error:
        read("start: 2027-03-26 02:30 Europe/Berlin\nevery: day 02:30", *map(asked, range(4)))
    (problem,) = error.value.problems
    assert (problem.line, problem.column) == (5, 8)
    assert "02:30 does not exist on 2027-03-28" in problem.message

    front = "start: 2026-10-24 02:30 Europe/Berlin\nevery: day 02:30"
    thread, problems = markdown.inspect(series(front, *map(asked, range(3))))
    assert [(one.line, one.severity) for one in problems] == [(5, "warning")]
    assert "02:30 comes twice on 2026-10-25" in problems[0].message
    assert [at.hour for at in thread.due(thread.start)] == [0, 0, 1]


def test_whose_clocks_are_meant_is_asked_where_nothing_says_it():
    _, problems = markdown.inspect(series("every: monday 10:00", asked(1)))

    assert [(one.line, one.column, one.severity) for one in problems] == [(4, 8, "warning")]
    assert "write one behind it" in problems[0].message


@pytest.mark.parametrize(
    ("front", "fence", "place", "reason"),
    [
        ("every: sometimes", "", (4, 8), "every: 'sometimes' is no rhythm"),
        ("drip: 5m", "", (4, 7), "drip: '5m' is too short"),
        ("every: day 10:00\ndrip: 1d", "", (5, 7), "every: is there as well"),
        ("pause: 5m", "\n\n```post\nchapter: new\n```", (10, 1), "chapter: is for a series"),
    ],
)
def test_what_is_wrong_with_a_series_is_told_in_its_place(front, fence, place, reason):
    with pytest.raises(ThreadError) as error:
        read(front, f"Hello{fence}")
    (problem,) = error.value.problems
    assert (problem.line, problem.column) == place
    assert reason in problem.message


def test_a_pause_that_has_no_effect_is_told():
    _, problems = markdown.inspect(series("every: day 10:00 UTC", "Hello\n\n```post\npause: 1h\n```"))

    assert [one.message for one in problems if "has no effect" in one.message]


def test_a_series_ends_within_five_years():
    with pytest.raises(ThreadError, match="a series lasts at most 5 years"):
        read("start: 2026-12-01 10:00 UTC\nevery: 0 10 29 2 *", *map(asked, range(4)))


RHYTHMS = st.sampled_from(["monday 10:00", "mon, thu 18:30", "day 02:30", "1d", "7d", "0 9 1,15 * *", "sunday 02:30"])


@given(RHYTHMS, st.integers(0, 400), st.integers(0, 60 * 24 * 20), st.sampled_from([-120, 0, 45, 60 * 24]))
def test_a_paused_series_goes_on_in_its_rhythm_in_order_and_nothing_in_the_past(words, day, minutes, moved):
    """Wherever the clocks change, and by how much somebody has moved it."""
    found = rhythm.read(f"{words}{' Europe/Berlin' if words[-1] != 'd' else ''}")
    start = datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(days=day)
    due, at = [], start
    for _ in range(4):
        at = found.after(at, start, BERLIN, exact=False)
        due.append(at + timedelta(minutes=moved))
    posts = [Waiting(one + timedelta(minutes=5 * part), part == 0) for one in due for part in (0, 1)]
    paused, now = due[0] - timedelta(hours=1), due[0] - timedelta(hours=1) + timedelta(minutes=minutes)
    new = times(posts, found, BERLIN, paused, now)

    assert new == sorted(new)
    assert all(after >= min(now - timedelta(seconds=1), before.due) for after, before in zip(new, posts, strict=True))
    assert {one - before for one, before in zip(new[1::2], new[::2], strict=True)} == {timedelta(minutes=5)}
    if minutes < 60:
        assert new == [post.due for post in posts]
    kept = {f"{one.astimezone(BERLIN):%H:%M}" for one in new[::2]} - {f"{one.astimezone(BERLIN):%H:%M}" for one in due}
    assert not kept or "02:30" in words or moved  # moved across a change of the clocks, an hour is an hour
