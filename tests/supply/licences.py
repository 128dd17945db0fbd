"""Under which licence what is installed may be handed on, by its own metadata: docs/licences.md."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from tests.supply import lists

# Whose metadata tells none, or a whole text: as the licence file says that they are installed with.
BY_FILE = {"resvg-py": "MIT"}
UNTOLD = "not installed where this was written"
HEAD = """# Licences

What the images of pollbot hand on beside pollbot itself (MIT), by the metadata of what is installed; `make audit`
writes this page. **python-telegram-bot is under LGPL-3.0**: it is used as a library, unchanged, and may be exchanged
for another version in its place in site-packages. The CUDA packages come only with torch's public builds for Linux.

| package | licence | list |
|---|---|---|
"""


def of(name: str) -> str:
    """In SPDX's words where the package uses them."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return UNTOLD
    return BY_FILE.get(name) or _told(found) or UNTOLD


def _told(found: Distribution) -> str:
    given = found.metadata
    classified = [line.split(" :: ")[-1] for line in given.get_all("Classifier", []) if line.startswith("License ::")]
    line = (given.get("License") or "").strip()
    return given.get("License-Expression") or (line if line and len(line) < 60 else "") or ", ".join(classified)


def page(before: str = "") -> str:
    """What is not installed here keeps the row that it had."""
    known = dict(re.findall(r"^\| (\S+) \| (.+?) \|", before, re.MULTILINE))
    rows = {}
    for file in lists.IMAGES:
        for pin in lists.read(file):
            told = of(pin.name)
            rows[pin.name] = f"| {pin.name} | {known.get(pin.name, told) if told == UNTOLD else told} | {file} |\n"
    return HEAD + "".join(rows[name] for name in sorted(rows))
