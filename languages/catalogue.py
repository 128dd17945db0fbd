"""
Which languages there are, and what each says: `xx.po` in FOLDERS is a language, English is the source of all.

A catalogue is read once, when its language is first spoken, by Babel; gettext then finds its sentences.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

SOURCE = "en"
FOLDERS = [Path(__file__).parent]


@cache
def languages() -> tuple[str, ...]:
    """Every language that is spoken here, by its code."""
    found = {path.stem for folder in FOLDERS for path in folder.glob("*.po")}
    return (SOURCE, *sorted(found - {SOURCE}))


def known(code: str) -> str:
    """A language that is spoken here, or what pydantic says of a value that is none of the allowed."""
    if code not in languages():
        *first, last = map(repr, languages())
        expected = f"{', '.join(first)} or {last}" if first else last
        raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})
    return code


Language = Annotated[str, AfterValidator(known)]


def nearest(code: str | None, otherwise: Language) -> Language:
    """The language that is meant by what Telegram or a browser calls it, `pt-br`; `otherwise` where none of ours is."""
    parts = (code or "").replace("-", "_").split("_")
    names = ["_".join([parts[0].lower(), *map(str.upper, parts[1:end])]) for end in range(len(parts), 0, -1)]
    return next((name for name in names if name in languages()), otherwise)


def wished(header: str, otherwise: Language) -> Language:
    """The first language of an Accept-Language header that is spoken here, by its weights."""
    wishes = [wish.partition(";q=") for wish in header.replace(" ", "").split(",")]
    ranked = sorted(wishes, key=lambda wish: -_weight(wish[2]))
    return next((found for code, _, _ in ranked if (found := nearest(code, ""))), otherwise)


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


@cache
def translations(language: Language) -> NullTranslations:
    """How English is said in a language."""
    path = next((path for folder in FOLDERS if (path := folder / f"{language}.po").exists()), None)
    return _read(path) if path else NullTranslations()


def _read(path: Path) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def forget() -> None:
    """What was read, so that another folder counts."""
    languages.cache_clear()
    translations.cache_clear()
