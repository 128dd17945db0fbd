"""`make month DAYS=33 THREADS=20 SEED=1`: a month of a channel, in minutes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from datetime import UTC, datetime

import structlog

from tests.month.runs import START, run


def main() -> None:
    """Exit 1 where the plan, the posts and the audit do not agree."""
    parser = argparse.ArgumentParser(prog="make month")
    for name, value in (("days", 33), ("threads", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--start", type=datetime.fromisoformat, default=START)
    given = parser.parse_args()
    start = given.start.replace(hour=5, tzinfo=UTC)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    planned, played, found = asyncio.run(run(given.days, given.threads, given.seed, start))
    kinds = {one.kind: sum(other.kind == one.kind for other in planned.threads) for one in planned.threads}
    print(f"{given.days} days, {len(planned.threads)} threads {kinds}, {len(planned.doings)} doings")
    print(f"{len(played.told)} times were told ahead, {len(played.refused)} orders came too late: {played.refused}")
    print("\n".join(found) or "the plan, the posts and the audit agree")
    print(f"{time.monotonic() - began:.0f} s")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
