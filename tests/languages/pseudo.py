"""A language made from the template: every letter of its words is wide, so that what it does not say is seen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from languages import catalogue, gathered

CODE = "eo"  # a language that CLDR knows
FIELD = re.compile(r"(\{[^{}]*\})")
WIDE = {code: code + 0xFEE0 for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """While it is, its catalogue in `folder` is one of ours."""
    made = gathered.merged(folder / f"{CODE}.po", gathered.template())
    for message in made:
        if message.id:
            told = tuple(map(wide, gathered.texts(message.id)))
            message.string = told[0] if isinstance(message.id, str) else told
    (folder / f"{CODE}.po").write_bytes(gathered.written(made))
    catalogue.FOLDERS.append(folder)
    catalogue.forget()
    try:
        yield
    finally:
        catalogue.FOLDERS.remove(folder)
        catalogue.forget()


def wide(message: str) -> str:
    return "".join(part if part.startswith("{") else part.translate(WIDE) for part in FIELD.split(message))


def left(told: str, russian: str) -> set[str]:
    """Words that are not said in it: of English those that Russian has not (it has code and names); all of Russian."""
    english = {*re.findall(r"[A-Za-z]{2,}", told)} - {*re.findall(r"[A-Za-z]{2,}", russian)}
    return english | {*re.findall(r"[А-Яа-яЁё]{2,}", told)}
