"""Pauses grow until something goes well."""

from bot.loops.pauses import Pauses


def test_pauses_grow_to_a_minute_and_are_short_again_after_a_success():
    pauses = Pauses()
    grown = [pauses.after_failure() for _ in range(8)]
    pauses.success()

    assert [*grown, pauses.after_failure()] == [1, 2, 4, 8, 16, 32, 60, 60, 1]


def test_a_pause_is_never_shorter_than_what_the_other_side_asks_for():
    assert Pauses().after_failure(30) == 30
