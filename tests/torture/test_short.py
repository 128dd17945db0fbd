"""A short torture for every day; `make torture KILLS=500` is the long one."""

from tests.torture.round import BOT_POINTS, WORKER_POINTS, play
from tests.torture.verdict import Verdict


def test_kills_at_every_named_point_and_at_random_moments_lose_and_double_nothing():
    points = [*BOT_POINTS, *WORKER_POINTS]
    found, one = play(seed=7, kills=20, points=points)

    assert found == Verdict()
    assert one.points == []
    assert one.killed >= 15
