"""
Where measurements are made: "cpu" or "cuda". Importable without torch, because the bot keys its runs by it.

Float sums come out differently on a GPU, so the device's class is part of a run's content key, and whoever keys a run
must know what its worker will have. The worker says so: it asks `own` and leaves the answer in the database; the bot
keys by `keyed` of that answer. Nobody has said anything yet, or something unknown: "cpu", which every worker has, so a
key never promises what a worker cannot do. It is no setting, because a setting could contradict the machine.
"""

from __future__ import annotations

import ctypes
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

Device = Literal["cpu", "cuda"]


def own() -> Device:
    """What this machine has: "cuda" when there is a device, its driver, and a torch that is built for it."""
    try:
        if version("torch").endswith("+cpu"):
            return "cpu"
        driver = ctypes.CDLL("libcuda.so.1")  # asked directly: importing torch takes a second and 200 MB
    except (PackageNotFoundError, OSError):
        return "cpu"
    count = ctypes.c_int(0)
    asked = driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
    return "cuda" if asked and count.value else "cpu"


def keyed(said: str | None) -> Device:
    """The device class for a run's key, from what the worker said last."""
    return "cuda" if said == "cuda" else "cpu"
