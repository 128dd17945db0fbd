"""The lists of what is installed: each pin with its hashes, as `make lock` wrote them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
IMAGES = ("requirements.txt", "requirements-worker.txt", "requirements-torch.txt", "requirements-cuda.txt")
VENV = (*IMAGES, "requirements-dev.txt")
APART = (
    "requirements-torch-cpu.txt",
    "requirements-build.txt",
    "requirements-tools.txt",
)  # each apart
HASHES = r"((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
BLOCK = re.compile(r"^([a-z0-9_.-]+)==([^\s;\\]+)([^\\\n]*)\\\n" + HASHES, re.MULTILINE)


class Pin(NamedTuple):
    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    def __str__(self) -> str:
        first = f"{self.name}=={self.version}{self.marker.rstrip()}"
        return " \\\n".join([first, *(f"    --hash={found}" for found in self.hashes)])


def parse(text: str) -> list[Pin]:
    found = BLOCK.findall(text)
    return [Pin(*head, tuple(re.findall(r"sha256:\w+", hashes))) for *head, hashes in found]


def read(*names: str) -> list[Pin]:
    return [pin for name in names for pin in parse((ROOT / name).read_text("utf-8"))]


def write(name: str, pins: list[Pin], first: str = "") -> None:
    (ROOT / name).write_text("".join(f"{line}\n" for line in [*filter(None, [first]), *map(str, pins)]), "utf-8")
