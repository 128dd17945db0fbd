"""A short torture for every day; `make torture KILLS=500` is the long one."""

from random import Random

from tests.torture import plan
from tests.torture.round import play


def test_kills_at_every_named_point_and_at_random_moments_lose_and_double_nothing(tmp_path):
    report = play(plan.make(Random(7), kills=5, points=plan.POINTS, length=8), tmp_path)

    assert report.details == []
    assert set(report.kills) >= set(plan.POINTS)
