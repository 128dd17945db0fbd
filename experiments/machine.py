"""
What a measurement's last digits depend on besides its question: torch's build and the processor's instruction set.

AVX2 and AVX-512 differ in the last digits, SSE in half a per cent, and so do two libraries of linear algebra. So all of
it is part of a run's content key: under one key stands what like machines measure to the byte. Importable without
torch, because the bot makes the keys: the worker says what it has, as it says its device (`experiments.device`), and
where nobody has said anything yet it is told of this machine. `torch.backends.cpu.get_cpu_capability()` says the same
(tests/experiments/test_processors.py), and is printed with each measurement.
"""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

VECTORS = {"AVX512": {"avx512f", "avx512vl", "avx512bw", "avx512dq", "fma"}, "AVX2": {"avx2", "fma"}}  # as torch asks
CHOSEN = "ATEN_CPU_CAPABILITY"  # by which a person takes another


def own() -> str:
    """The torch of this machine, with the library that it computes with, and its instruction set."""
    return f"{_torch()} {platform.machine()} {capability()}"


def capability() -> str:
    """The instruction set that torch takes here: AVX512, AVX2 or DEFAULT."""
    chosen = os.environ.get(CHOSEN, "").upper()
    return chosen if chosen in (*VECTORS, "DEFAULT") else _processor()


@cache
def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return "DEFAULT"
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    return next((name for name, needed in VECTORS.items() if needed <= flags), "DEFAULT")


@cache
def _torch() -> str:
    """Its version, and a digest of what its linear algebra is linked into: one version is built in many ways."""
    try:
        found = distribution("torch")
    except PackageNotFoundError:
        return "no torch"
    built = [line for line in (found.read_text("RECORD") or "").splitlines() if "libtorch_cpu" in line]
    return f"{found.version} {hashlib.sha256(''.join(built).encode()).hexdigest()[:8]}"
