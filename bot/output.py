"""
Standard output that takes every letter on every terminal, and says in a sentence when it cannot be written.

What is printed for people commands no terminal; what is data goes out `to_the_letter`.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from bot.errors import OutputError
from bot.plain import plain

ESCAPES = "pollbot.escapes"
LETTER = "rich_proxied_file"  # where rich looks for the stream behind a stream: what it paints must arrive as it is


def prepare() -> None:
    """
    From here on, printing fails with `OutputError` alone; raises it where there is no standard output at all.

    What an encoding cannot hold is written as JSON escapes it, so that JSON stays JSON on every terminal.
    """
    codecs.register_error(ESCAPES, _escaped)
    if sys.stdout is None:
        msg = "standard output is closed; send it to /dev/null where nobody reads it"
        raise OutputError(msg)
    sys.stdout = _told(sys.stdout, _Output)
    sys.stderr = _told(sys.stderr, _Shown)


def to_the_letter() -> TextIO:
    """Standard output for what a program reads: rows, drafts."""
    return getattr(sys.stdout, LETTER, sys.stdout)


def report(words: str) -> None:
    """Tell of what is done already: on standard error where standard output takes nothing, and that is no failure."""
    try:
        print(words)
        sys.stdout.flush()
    except OutputError as error:
        print(f"{words}\n{error}", file=sys.stderr)


def encoding() -> dict[str, str]:
    """For the environment of a Python that takes this process's place: its letters cannot fail either."""
    return {"PYTHONIOENCODING": f"{sys.stdout.encoding}:backslashreplace"}


class _Shown(io.TextIOWrapper):
    """Shows what would command the terminal, but for whoever writes to its letter."""

    def __init__(self, *given: Any, **how: Any) -> None:  # noqa: ANN401 as TextIOWrapper has it
        super().__init__(*given, **how)
        self.rich_proxied_file = _Letter(self)

    def write(self, text: str, /) -> int:
        return self.exactly(plain(text))

    def exactly(self, text: str) -> int:
        return super().write(text)


class _Letter:
    """The same stream, as it is."""

    def __init__(self, stream: _Shown) -> None:
        self._stream = stream
        self.write = stream.exactly

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever a stream has
        return getattr(self._stream, name)


class _Output(_Shown):
    def exactly(self, text: str) -> int:
        with self._sentence():
            return super().exactly(text)

    def flush(self) -> None:
        with self._sentence():
            super().flush()

    @contextmanager
    def _sentence(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._give_up()
            msg = f"standard output cannot be written: {error.strerror}"
            raise OutputError(msg) from error

    def _give_up(self) -> None:
        """What is still in the buffer goes nowhere: Python would try it again at its end, with a traceback."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def _told(stream: TextIO, kind: type[_Shown]) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # a notebook's, or a test's: it has no encoding that could fail
    encoding, lines, through = stream.encoding, stream.line_buffering, stream.write_through
    return kind(stream.detach(), encoding, ESCAPES, line_buffering=lines, write_through=through)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
