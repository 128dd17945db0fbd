"""torch.profiler behind a flag: what a measurement spends its time on, as a trace for chrome://tracing or Perfetto."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torch.profiler import ProfilerActivity, profile, supported_activities


@contextmanager
def traced(path: Path | None) -> Iterator[None]:
    """Write a trace of what happens inside to `path`; without one, nothing is watched and nothing is slower."""
    if path is None:
        yield
        return
    wanted = {ProfilerActivity.CPU, ProfilerActivity.CUDA} & set(supported_activities())
    with profile(activities=list(wanted)) as profiler:
        yield
    profiler.export_chrome_trace(str(path))
