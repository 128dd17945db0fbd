"""The software bill of materials: every pin of the images, in CycloneDX's JSON."""

import json
from typing import Any

from tests.supply import licences, lists
from tests.supply.lists import Pin


def bill() -> str:
    parts = [component(pin, file) for file in lists.IMAGES for pin in lists.read(file)]
    about = {"type": "application", "name": "pollbot", "licenses": [{"license": {"id": "MIT"}}]}
    whole = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": about}}
    return json.dumps({**whole, "components": parts}, indent=1) + "\n"


def component(pin: Pin, file: str) -> dict[str, Any]:
    """A package may have many files, so its hashes are no `hashes`, which would be those of one."""
    told = {"file": file, "marker": pin.marker.strip(" ;")} | {f"hash {n}": found for n, found in enumerate(pin.hashes)}
    return {
        "type": "library",
        "bom-ref": f"{pin.name}@{pin.version}",
        "name": pin.name,
        "version": pin.version,
        "purl": f"pkg:pypi/{pin.name}@{pin.version}",
        "licenses": [{"license": {"name": licences.of(pin.name)}}],
        "properties": [{"name": f"pollbot:{name}", "value": value} for name, value in told.items() if value],
    }
