"""A short one for every day; `make torture-engines` is the long one."""

import sys

import pytest

from tests.torture.engines import torture


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_kills_of_worker_child_scheduler_and_dask_worker_lose_and_double_no_run(tmp_path):
    outcome = torture(kills=10, seed=3, folder=tmp_path)

    assert outcome.details == []
    assert outcome.kills.total() == 10
