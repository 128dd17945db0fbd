"""Steering from the command line, as it is typed."""

from datetime import timedelta

import pytest

from bot.commands import steer
from bot.errors import SettingsError
from bot.store.steering import Order
from tests.conftest import NOON
from tests.factory import asked, poll, publish, text


@pytest.fixture
def three(database):
    publish(database, NOON, text("one"), asked(poll()), text("three"))
    return database


def order(database, *words, by=None):
    return steer.carry_out(database, Order(*words, by=by), NOON - timedelta(hours=1))


def test_each_order_says_what_was_done(three):
    assert order(three, "pause", 1) == "publication 1 is paused: 3 posts wait; open polls are closed and revealed"
    assert order(three, "resume", 1) == "publication 1 goes on: 3 posts, the next one at 2026-12-01 12:00 UTC"
    by_two = steer.moved(three, 1, "2h", None, NOON)
    assert steer.carry_out(three, by_two, NOON) == (
        "publication 1: 3 posts moved by 2h, the next one at 2026-12-01 14:00 UTC"
    )
    assert order(three, "skip", 1, 1) == "post 1 of publication 1 is skipped, the next one at 2026-12-01 14:01 UTC"
    assert order(three, "send", 1, 2) == "post 2 of publication 1 goes out now"
    assert order(three, "cancel", 1) == (
        "publication 1 is cancelled: 2 posts will not go out; open polls are closed and revealed"
    )
    assert steer.log(three, 1) == [
        "2026-12-01 11:00:00 UTC  the command line: pause publication 1",
        "2026-12-01 11:00:00 UTC  the command line: resume publication 1",
        "2026-12-01 12:00:00 UTC  the command line: move by 2h publication 1",
        "2026-12-01 11:00:00 UTC  the command line: skip publication 1, post 1",
        "2026-12-01 11:00:00 UTC  the command line: send publication 1, post 2",
        "2026-12-01 11:00:00 UTC  the command line: cancel publication 1",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("close", 1, 1), "post 1 of publication 1 is no open poll"),
        (("resume", 1), "publication 1 is not paused"),
        (("send", 1, 3), "a post before post 3 of publication 1 is still to go out; send or skip it first"),
        (("skip", 1, 4), "post 4 of publication 1 is not planned any more, or never was"),
        (("pause", 7), "there is no publication 7; `pollbot status --all` shows them all"),
    ],
)
def test_what_cannot_be_done_says_why(three, words, told):
    with pytest.raises(SettingsError, match=told.replace("?", r"\?")):
        order(three, *words)


def test_a_move_to_a_time_begins_there(three):
    moved = steer.moved(three, 1, None, "2026-12-01 18:30 Europe/Moscow", NOON)

    assert moved.to == NOON + timedelta(hours=3, minutes=30)


@pytest.mark.parametrize(
    ("by", "to", "told"),
    [
        (None, None, "--by 2h, --by -30m or --to"),
        ("1h", "now", "--by 2h, --by -30m or --to"),
        ("1 час", None, r"--by '1 час' is no duration: write 1h"),
        (None, "tomorrow", r"--to: “tomorrow”: at what hour\? Write 'tomorrow 10:00'"),
    ],
)
def test_a_move_that_says_no_time_says_how_to_write_one(three, by, to, told):
    with pytest.raises(SettingsError, match=told):
        steer.moved(three, 1, by, to, NOON)


def test_an_earlier_time_that_has_passed_is_refused(three):
    with pytest.raises(SettingsError, match="-30m is too far: the next post of publication 1 would have gone out"):
        steer.carry_out(three, steer.moved(three, 1, "-30m", None, NOON), NOON)
