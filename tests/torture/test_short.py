"""A short torture for every day; `make torture KILLS=500` is the long one."""

from random import Random

from tests.torture import plan
from tests.torture.report import Report
from tests.torture.round import play

ROUNDS = 4  # on a busy machine all may be published before every point's turn has come: the rest has another round


def test_kills_at_every_named_point_and_at_random_moments_lose_and_double_nothing(tmp_path):
    rng, report, left = Random(7), Report(), [*plan.POINTS]
    for number in range(ROUNDS):
        if left:
            (here := tmp_path / f"{number}").mkdir()
            report.include(play(plan.make(rng, kills=0 if number else 5, points=left, length=8), here))
            left = [point for point in plan.POINTS if not report.kills[point]]

    assert report.details == []
    assert left == []
