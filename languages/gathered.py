"""
Every phrase of the code, gathered by Babel: the template, and each catalogue brought up to date by it.

    python -m languages.gathered          write the template anew, and into each catalogue what it lacks (`make words`)
    python -m languages.gathered xx       begin the catalogue of another language
    python -m languages.gathered --check  what differs, and which phrases are not said; nothing is written
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
TEMPLATE = HERE / "pollbot.pot"
PACKAGES = ("bot", "emulator", "experiments", "languages")
KEYWORDS = parse_keywords(["worded:1", "FormError:1", "phrase:1,1t", "phrase:1,2c,2t", "plural:1,2"])


def template() -> Catalog:
    """What the code says, in its order: each phrase once, with the files that say it."""
    catalog = Catalog(project="pollbot", charset="utf-8", fuzzy=False)
    for path in files():
        place = path.relative_to(HERE.parent).as_posix()
        for line, message, _, context in extract_from_file("python", path, KEYWORDS):
            catalog.add(message, locations=[(place, line)], context=context)
    return catalog


def files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((HERE.parent / package).rglob("*.py"))


def merged(path: Path, source: Catalog) -> Catalog:
    """A catalogue with exactly the phrases of the source; what it says of each stays."""
    before = read(path)
    after = Catalog(locale=path.stem, project="pollbot", charset="utf-8", fuzzy=False)
    for message in source:
        if message.id:
            known = before.get(_key(message), message.context)
            said = known.string if known and not known.fuzzy else None
            after.add(message.id, said, message.locations, context=message.context)
    return after


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=path.stem)
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file: no lines and no times, which change without a word having changed."""
    file = BytesIO()
    write_po(file, catalog, width=120, omit_header=True, include_lineno=False)
    return _header(catalog).encode() + file.getvalue()


def _header(catalog: Catalog) -> str:
    fields = {"Content-Type": "text/plain; charset=utf-8"}
    if catalog.locale:
        fields |= {"Language": str(catalog.locale), "Plural-Forms": catalog.plural_forms}
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items()) + "\n"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def wrong(path: Path, source: Catalog) -> Iterator[str]:
    """What a catalogue lacks: it is as `merged` leaves it, says every phrase, and puts the same fields into it."""
    catalog = merged(path, source)
    if not path.exists() or path.read_bytes() != written(catalog):
        yield f"{path.name} is not what the code says: make words"
    for message in catalog:
        ids, said = texts(message.id), texts(message.string)
        for text in said if message.id else ():
            if not text:
                yield f"{path.name} does not say {ids[0]!r}"
            elif fields(text) != set().union(*map(fields, ids)):
                yield f"{path.name} says {ids[0]!r} with other fields: {text!r}"


def fields(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def texts(said: str | Iterable[str] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ("",))


def check() -> list[str]:
    """What is wrong with the template and the catalogues."""
    source = template()
    found = (
        [] if TEMPLATE.read_bytes() == written(source) else [f"{TEMPLATE.name} is not what the code says: make words"]
    )
    return [*found, *(told for path in sorted(HERE.glob("*.po")) for told in wrong(path, source))]


def main(*given: str) -> int:
    if given == ("--check",):
        found = check()
        print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
        return bool(found)
    source = template()
    TEMPLATE.write_bytes(written(source))
    for path in sorted({*HERE.glob("*.po"), *(HERE / f"{code}.po" for code in given)}):
        path.write_bytes(written(merged(path, source)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
