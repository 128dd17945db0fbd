import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.thread.model import Formula, Image, Option, Post, Thread
from bot.thread.moment import moment
from tests.conftest import NOON
from tests.factory import poll

MINUTES = st.integers(0, 600).map(lambda n: timedelta(minutes=n))
texts = st.builds(Post, line=st.just(1), text=st.just("t"), pause=MINUTES, after=st.sampled_from(("post", "polls")))
polls = st.builds(
    lambda open_, pause: Post(line=1, poll=poll().model_copy(update={"open": open_}), pause=pause), MINUTES, MINUTES
)


@given(posts=st.lists(st.one_of(texts, polls), min_size=1, max_size=8))
def test_each_post_is_due_its_pause_after_what_it_waits_for(posts):
    due = Thread(title="T", posts=posts).due(NOON)

    assert due[0] == NOON
    for number, post in enumerate(posts[1:], 1):
        closes = [at + before.poll.open for at, before in zip(due, posts[:number], strict=False) if before.poll]
        waits_for = [due[number - 1], *(closes if post.after == "polls" else [])]
        assert due[number] == max(waits_for) + post.pause


def test_a_post_after_polls_waits_for_the_longest_and_not_for_the_last():
    long, short = (
        Post(line=1, poll=poll().model_copy(update={"open": timedelta(hours=h)}), pause=timedelta(0)) for h in (3, 1)
    )
    after = Post(line=1, text="t", pause=timedelta(minutes=1), after="polls")

    assert Thread(title="T", posts=(long, short, after)).due(NOON)[2] == NOON + timedelta(hours=3, minutes=1)


def test_what_older_versions_do_not_know_is_stored_only_where_it_is_used():
    plain = Post(line=1, poll=poll(), pause=timedelta(0)).model_dump(mode="json")["poll"]
    new = {"members_only": True, "picture": Formula(latex="x")}
    closed = Post(line=1, poll=poll().model_copy(update=new), pause=timedelta(0)).model_dump(mode="json")["poll"]

    assert set(closed) - set(plain) == set(new)
    assert set(plain["options"][0]) == {"text", "correct", "feedback"}


def test_pictures_are_stored_in_one_order_the_polls_own_its_options_its_explanations():
    option = Option(text="A", picture=Formula(latex="b"))
    shown = {"picture": Formula(latex="a"), "options": (Option(text="x"), option), "explained": (Image(path="c"),)}
    post = Post(line=1, poll=poll().model_copy(update=shown), pause=timedelta(0))

    assert post.shown == (Formula(latex="a"), Formula(latex="b"), Image(path="c"))
    assert Post.model_validate_json(post.model_dump_json()) == post


ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"}))
ANY_TIME = st.tuples(ZONES, st.datetimes(datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2035-01-01")))
NIGHTS = ["2027-03-28 Europe/Berlin", "2027-10-31 Europe/Berlin", "2027-04-04 Australia/Lord_Howe"]  # clocks change
CHANGES = st.builds(
    lambda night, seconds: (night[11:], datetime.fromisoformat(night[:10]) + timedelta(seconds=seconds)),
    st.sampled_from(NIGHTS), st.integers(-18_000, 36_000),
)  # fmt: skip
STARTS = st.builds(
    lambda at, fold: at[1].replace(tzinfo=ZoneInfo(at[0]), fold=fold), ANY_TIME | CHANGES, st.integers(0, 1)
)


@settings(max_examples=150, deadline=None)
@given(STARTS, st.lists(MINUTES, max_size=8))
def test_hours_are_real_hours_in_every_zone_and_night(start, pauses):
    posts = [Post(line=1, text="t", pause=pause) for pause in [timedelta(0), *pauses]]
    due = Thread(title="T", posts=posts, start=start).due(start)

    assert {at.tzinfo for at in due} == {UTC}
    assert [second - first for first, second in itertools.pairwise(due)] == pauses


@settings(max_examples=150, deadline=None)
@given(STARTS, st.integers(1, 200))
def test_whole_days_keep_what_clocks_show_unless_they_skip_it(start, days):
    start = start.astimezone(UTC).astimezone(start.tzinfo)  # a time that clocks do show
    posts = [Post(line=1, text="t", days=number, pause=timedelta(0)) for number in (0, days)]
    shown = Thread(title="T", posts=posts).due(start)[1].astimezone(start.tzinfo).replace(tzinfo=None, fold=0)
    meant = start.replace(tzinfo=None, fold=0) + timedelta(days=days)
    there = meant.replace(tzinfo=start.tzinfo).astimezone(UTC).astimezone(start.tzinfo)

    assert shown == meant or there.replace(tzinfo=None, fold=0) != meant


def test_an_hour_and_a_day_over_the_night_when_clocks_go_back():
    posts = [
        Post(line=1, text="t", days=days, pause=timedelta(minutes=m)) for days, m in ((0, 0), (0, 60), (0, 30), (1, 0))
    ]
    thread = Thread(title="T", posts=posts, start=moment("2027-10-31 01:30 Europe/Berlin"))

    assert [f"{at:%d. %H:%M}" for at in thread.due(thread.start)] == [
        "30. 23:30",
        "31. 00:30",
        "31. 01:00",
        "01. 01:00",
    ]


def test_whole_days_go_by_the_clocks_of_the_thread_when_the_start_names_none():
    posts = [Post(line=1, text="t", days=days, pause=timedelta(0)) for days in (0, 1)]
    thread = Thread(title="T", posts=posts, start=moment("2027-01-10 19:00 Europe/Berlin"))
    start = datetime(2027, 3, 27, 18, tzinfo=UTC)

    assert thread.due(start)[1] == datetime(2027, 3, 28, 17, tzinfo=UTC)
    assert thread.model_copy(update={"start": None}).due(start)[1] == start + timedelta(days=1)
