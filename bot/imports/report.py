"""What became of every question of some files, line by line, and in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from bot.imports.draft import Draft
from bot.imports.file import Source
from bot.imports.question import Passage, Question

LANGUAGES = {"ru": "Russian", "en": "English"}
MOST = 200  # lines for one kind of thing; the rest is counted


def lines(sources: list[Source], draft: Draft) -> Iterator[str]:
    for source in sources:
        yield f"{source.path}: read as {source.kind}; by its letters {LANGUAGES[source.language]}"
    told = [f"{path}:{one.line}: {one.what}" for path, one in draft.told]
    for one in draft.questions:
        assert isinstance(one.item, Question)
        told += [f"{one.path}:{one.item.line}: {note}" for note in one.item.notes]
    refused = [f"{path}:{one.line}: refused: {one.about!r}: {one.why}" for path, one in draft.refused]
    for found in (told, refused):
        yield from found[:MOST]
        if len(found) > MOST:
            yield f"and {len(found) - MOST} more"
    yield counted(draft)


def counted(draft: Draft) -> str:
    """`taken` and `refused` together are all questions."""
    taken = [one.composed for one in draft.questions]
    ways = {
        "split": sum(one.split for one in taken),
        "shortened by letters": sum(one.lettered for one in taken),
        "without a right answer, kind: opinion": sum(one.opinion for one in taken),
    }
    shown = ", ".join(f"{count} {way}" for way, count in ways.items() if count)
    texts = sum(isinstance(one.item, Passage) for one in draft.taken)
    count = len(taken) + len(draft.refused)
    also = f"; {texts} text{'' if texts == 1 else 's'}" if texts else ""
    return (
        f"{count} question{'' if count == 1 else 's'}: {len(taken)} taken{f' ({shown})' if shown else ''},"
        f" {len(draft.refused)} refused{also}"
    )
