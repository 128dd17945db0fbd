"""A post's pictures as they will be sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.errors import PictureError, Problem, ThreadError
from bot.thread import formula
from bot.thread.model import Formula, Post
from bot.thread.reader import raster


def files(post: Post, file: Path, draw: Callable[[str], bytes] = formula.draw) -> list[bytes]:
    """A post's pictures: formulas drawn, images read. Raises `ThreadError` where one has changed since the check."""
    try:
        return [
            draw(picture.latex) if isinstance(picture, Formula) else raster.load(picture.path, file.parent)
            for picture in post.shown
        ]
    except PictureError as error:
        raise ThreadError(str(file), [Problem(post.line, 1, str(error))]) from error
