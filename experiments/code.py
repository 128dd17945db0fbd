"""
A topic's code as a digest: of its own file, and of what that measures with. Read as text, so that nothing is imported.

What only says or draws something (numbers as words, pictures, languages) is left out: it changes no row. A comment does
change the digest; better one measurement too many than a number of code that is gone.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
SAYS = ("numbers", "quantity", "measurement", "pictures", "launch")  # below `experiments`
DATA = {"ensemble.digits": "ensemble/digits.npz"}


@cache
def digest(topic: str) -> str:
    """Of `topics.NAME` and all that it computes with: 16 hexadecimal digits."""
    found = hashlib.sha256()
    for name in sorted(_closure(f"topics.{topic}")):
        found.update(f"{name}\n".encode())
        found.update(_file(name).read_bytes())
        if name in DATA:
            found.update((ROOT / DATA[name]).read_bytes())
    return found.hexdigest()[:16]


def _closure(name: str) -> set[str]:
    """The modules below `experiments`, by their names there, that one imports, at once or when it measures."""
    seen, ahead = set[str](), [name]
    while ahead:
        module = ahead.pop()
        if module not in seen:
            seen.add(module)
            ahead += _imported(module)
    return seen


@cache
def _imported(name: str) -> tuple[str, ...]:
    tree = ast.parse(_file(name).read_text("utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    found = {module for node in nodes for module in _named(node)}
    return tuple(module for module in sorted(found) if module.partition(".")[0] not in SAYS)


def _named(node: ast.ImportFrom) -> Iterator[str]:
    """What an import means: a module, names of a package, or what `experiments.lazy` stands for."""
    base, _, inside = (node.module or "").partition(".")
    if base != "experiments":
        return
    folder = "ensemble" if inside == "lazy" else inside
    for alias in node.names:
        name = f"{folder}.{alias.name}" if folder else alias.name
        if _exists(name):
            yield name
    if inside != "lazy" and inside and _exists(inside):
        yield inside


def _exists(name: str) -> bool:
    return _path(name).with_suffix(".py").is_file() or (_path(name) / "__init__.py").is_file()


def _file(name: str) -> Path:
    return _path(name) / "__init__.py" if _path(name).is_dir() else _path(name).with_suffix(".py")


def _path(name: str) -> Path:
    return ROOT.joinpath(*name.split("."))
