"""Two weeks of a channel in which clocks change twice; `make month` plays all of one."""

from datetime import UTC, datetime

from tests.month.runs import run

START = datetime(2026, 10, 20, 5, 0, tzinfo=UTC)


async def test_the_plan_the_posts_and_the_audit_agree():
    planned, played, found = await run(days=13, threads=4, seed=8, start=START)

    assert found == []
    assert len(played.numbers) == len(planned.threads)
    assert played.told
