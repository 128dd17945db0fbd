"""A terminal with colours of ours, and none of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from rich import console
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment

from bot.plain import plain


class Console(console.Console):
    """What is printed commands nothing, whatever names and titles hold; what is laid out around it does."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for segment in cast("Iterator[Segment]", super().render(renderable, options)):
            yield segment if segment.control else Segment(plain(segment.text), segment.style)
