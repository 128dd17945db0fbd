"""A file of questions, whatever it is: its text, its format, the language it is written in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from bot.errors import ImportFileError
from bot.imports import convert
from bot.imports.formats import aiken, copied, course, gift, table, tasks, telegram
from bot.imports.question import Item, Refused, Told
from bot.thread import markup
from bot.thread.dialect.parser import parser
from bot.thread.model import Language
from bot.thread.reader import disk

Kind = Literal["course", "gift", "aiken", "mkdocs-quiz", "quizdown", "tasks", "csv", "telegram", "text"]
Reader = Callable[[str, Language], Iterator[Item]]

LARGEST = 512 * 1024  # bytes; a thread has at most a quarter of that
MOST = 1_000  # questions and texts of one file
READERS: dict[Kind, Reader] = {
    "course": course.read, "gift": gift.read, "aiken": aiken.read, "mkdocs-quiz": tasks.quizzes, "quizdown": tasks.read,
    "tasks": tasks.read, "csv": table.read, "telegram": telegram.read, "text": copied.read,
}  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
# What a file says of itself; the first that fits.
SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("course", re.compile(r"<Question\s")),
    ("mkdocs-quiz", re.compile(r"(?mi)^[ \t]*<\??quiz\??>[ \t]*$")),
    ("telegram", re.compile(r"\A\s*(?:\{\s*\"|\[\s*\{\s*\")")),
    ("csv", re.compile(r"\A\s*\"?(?:question|вопрос)[\w ]{0,20}\"?[ ]*[;,\t|]", re.IGNORECASE)),
    ("aiken", re.compile(r"(?m)^[ \t]*(?:ANSWER:[ \t]*[A-Za-z]|ОТВЕТ:[ \t]*[А-Яа-я])\b")),
    ("tasks", re.compile(r"(?m)^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\[[ xX]?\][ \t]")),
    ("gift", re.compile(r"(?m)^\$CATEGORY:|^::|(?<!\\)\{[ \t\n]*(?:[=~#}]|TRUE\b|FALSE\b|[TF][ \t]*[}#])")),
    ("text", re.compile(r"(?m)^[^\w%\n]{0,8}\d{1,3}(?:[.,]\d{1,3})?[ \t]?%[ \t]|^[^\w(\n]{0,8}\(?\w\)[ \t]+\S")),
)
SUFFIXES: dict[str, Kind] = {".gift": "gift", ".csv": "csv", ".tsv": "csv", ".json": "telegram"}
TITLED = ("course", "tasks", "quizdown", "mkdocs-quiz")  # kinds that are Markdown
TOP = 16_384  # characters in which a title is looked for


@dataclass(frozen=True)
class Source:
    """A file as text, before its questions are read."""

    path: Path
    kind: Kind
    text: str
    language: Language
    notes: tuple[Told, ...]

    @property
    def title(self) -> str:
        """Its first heading, without the anchor of a course's page; else what the file is called."""
        tokens = parser().parse(self.text[:TOP]) if self.kind in TITLED else []
        heading = next((text.content for opening, text in pairwise(tokens) if opening.tag == "h1"), "")
        return markup.plain(heading.partition("[[")[0]) or self.path.stem

    def items(self) -> Iterator[Item]:
        """The questions, and what else there is; what is behind the first thousand things is one that is refused."""
        yield from self.notes
        for number, item in enumerate(READERS[self.kind](self.text, self.language)):
            if number == MOST:
                why = f"only the first {MOST} questions and texts of a file are read: split it"
                yield Refused(item.line, "everything from here on", why)
                return
            yield item


def opened(path: Path, kind: Kind | None) -> Source:
    """Raises `ImportFileError` where there is nothing to read, or nobody knows how."""
    text, notes = _text(path)
    text, lines = convert.printable(text.replace("\r\n", "\n").replace("\r", "\n"))
    notes += [Told(line, "control characters, which cannot be sent, are left out") for line in lines[:5]]
    notes += [Told(lines[5], f"and in {len(lines) - 5} more lines")] if len(lines) > 5 else []
    if not text.strip():
        raise ImportFileError(f"{str(path)!r} is empty: there is no question in it")
    found = kind or detected(text, path.suffix.lower())
    if found is None:
        msg = f"{str(path)!r}: nobody knows what it is: name it, --from {' | '.join(KINDS)}"
        raise ImportFileError(msg)
    return Source(path, found, text, language(text), tuple(notes))


def detected(text: str, suffix: str) -> Kind | None:
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    found = next((kind for kind, sign in SIGNS if sign.search(text)), None)
    if found == "tasks" and re.search(r"(?m)^#{1,6}[ \t]", text):
        return "quizdown"
    return found


def language(text: str) -> Language:
    """Russian where a fifth of the letters are Cyrillic: programs and formulas are Latin in either."""
    letters = len(re.findall(r"[^\W\d_]", text))
    return "ru" if 5 * len(re.findall(r"[\u0400-\u04ff]", text)) > letters else "en"


def _text(path: Path) -> tuple[str, list[Told]]:
    try:
        data = disk.read(path, LARGEST)
    except disk.NoFileError:
        raise ImportFileError(f"{str(path)!r} is not a file: name files with questions") from None
    except disk.TooLargeError as error:
        msg = f"{str(path)!r} has {error.size} bytes: at most {LARGEST} are taken at once, split it"
        raise ImportFileError(msg) from None
    except (OSError, ValueError) as error:
        raise ImportFileError(f"cannot read {str(path)!r}: {getattr(error, 'strerror', None) or error}") from error
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if data.startswith((b"PK\x03\x04", b"%PDF")):
        raise ImportFileError(f"{str(path)!r} is no text: save it as text or CSV in the program that made it")
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig"), []
    except UnicodeDecodeError as error:
        text = data.decode("cp1251", "replace")
        other = sum(sign > "\x7f" for sign in text)
        if utf16 or 10 * len(re.findall("[А-яЁё]", text)) < 9 * other:
            msg = (
                f"{str(path)!r} is not text in UTF-8: byte 0x{data[error.start]:02x} at {error.start}; save it in UTF-8"
            )
            raise ImportFileError(msg) from error
        return text, [Told(1, "read as windows-1251: it is not UTF-8")]
