"""
Is here what measures and draws? A bot alone is installed without torch. Importable without it.

    python -m experiments.installed     exit code 1 and one sentence where what measures is not
"""

from __future__ import annotations

import sys
from importlib import import_module

from experiments import lazy

REMEDY = "pip install '.[worker]' in pollbot's folder"


class NotInstalledError(Exception):
    """torch, or what comes with it, cannot be imported; the message says which, why, and what to do."""


def need(*, draws: bool = True) -> None:
    """Import what measures, and what draws; raises `NotInstalledError`."""
    try:
        lazy.warm()
        if draws:
            import_module("experiments.pictures.picture")
    except (ImportError, OSError) as error:  # a library of torch's that cannot be loaded is an OSError
        root = (getattr(error, "name", None) or "torch").partition(".")[0]
        if root == "experiments":
            raise
        how = "is missing" if isinstance(error, ModuleNotFoundError) else f"cannot be loaded ({_line(error)})"
        msg = f"{root} {how}, and experiments are measured with it: {REMEDY}"
        raise NotInstalledError(msg) from None


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def main() -> int:
    try:
        need(draws=False)
    except NotInstalledError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
