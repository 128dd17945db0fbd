"""
How a Python of ours is started beside this one: the current folder is not where it finds code, and of the environment
it is handed what it needs by name, so that no token, key or password goes along that nobody has thought of.

    subprocess.Popen(launch.command("experiments.engines.child"), env=launch.environment(), cwd=launch.ROOT)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # where our packages lie; whoever can starts there, for matplotlibrc's sake
NAMES = frozenset(
    """
    HOME LOGNAME USER PATH TMPDIR TEMP TMP TZ TZDIR VIRTUAL_ENV LANG LANGUAGE LOCALE_ARCHIVE
    MATPLOTLIBRC FONTCONFIG_FILE FONTCONFIG_PATH TERM COLORTERM COLUMNS LINES NO_COLOR FORCE_COLOR
    """.split()  # noqa: SIM905 names, to be read
)
# Of languages, Python, the linker, linear algebra, accelerators: which there are differs from machine to machine.
FAMILIES = tuple(
    """
    LC_ XDG_ PYTHON COVERAGE_ MPL LD_ DYLD_ MALLOC_ CONDA_ SLURM_ OMP_ GOMP_ KMP_ MKL_ OPENBLAS_ ONEDNN_ TORCH PYTORCH_
    KINETO_ CUDA_ CUDNN_ CUBLAS_ NCCL_ NVIDIA_ HIP_ HSA_ ROC MIOPEN_ SYCL_ ZE_
    """.split()  # noqa: SIM905 names, to be read
)
DASK = ("DASK_",)  # of a worker: how its cluster is reached


def command(module: str, *words: str) -> list[str]:
    """`python -P -m MODULE WORDS…`: by -P, no file of the current folder is taken for a module."""
    return [sys.executable, "-P", "-m", module, *words]


def environment(*families: str, **given: str) -> dict[str, str]:
    """What is named above, or begins as one of `families`; and what is given, which wins."""
    path = [str(ROOT), *filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))]  # "" is any folder
    return dict(_needed(families)) | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(path))} | given


def forget() -> None:
    """From here on this process, too, knows only what is needed."""
    for name in os.environ.keys() - dict(_needed(())).keys():
        del os.environ[name]


def _needed(families: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        if name in NAMES or name.startswith((*FAMILIES, *families)):
            yield name, value
