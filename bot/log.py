"""Structured logs, for a console or as JSON lines; the token never appears in them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Literal

import structlog

from bot import hidden
from bot.plain import one_line, plain

COLON = r"(?::|%(?:25)*3[Aa])"  # as it is, or quoted in an address, or that quoted again
REAL = rf"(?<!\d)\d{{6,}}{COLON}[A-Za-z0-9_-]{{30,}}"  # what BotFather gives, whoever's it is
BEGINNING = 4  # letters of a secret by which it is known, for what others write may be cut


def configure(form: Literal["console", "json"], *, token: str = "", verbose: bool = False) -> None:
    """Set up structlog; libraries that use `logging` go the same way, from WARNING on."""
    last: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    stream = getattr(sys.stderr, "rich_proxied_file", sys.stderr)  # what is painted here arrives as it is
    if form == "json":
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    ours = [] if form == "json" else [_inert]  # what paints, comes after it
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        *ours,
    ]
    hide = hiding(token)

    def redact(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 what the renderer wrote: a line
        return hide(plain(line) if form == "json" else line)  # as JSON writes it, so it means the same

    structlog.configure(
        processors=[*shared, last, redact],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    written = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last, redact]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=written, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def note(words: Iterable[str]) -> None:
    """Lines that were to be said before there was a log."""
    for line in words:
        structlog.get_logger().info(line)


def _inert(_logger: object, _method: str, event: Any) -> Any:  # noqa: ANN401 structlog's own
    """No value commands a terminal, nor begins a line that looks like ours; a traceback has lines."""
    return {
        name: (plain if name == "exception" else one_line)(value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def hiding(token: str = "") -> Callable[[str], str]:
    """
    Makes <token> of this token, and of whatever looks like one, in a whole line of the log; and hides logins.

    In the line and not in what it is made of: however deep a value or a traceback holds the token, here it is text.
    """
    number, _, secret = token.partition(":")
    own = rf"(?<!\d){re.escape(number)}{COLON}{re.escape(secret[:BEGINNING])}[A-Za-z0-9_-]*|" if secret else ""
    pattern = re.compile(own + REAL)
    return lambda line: hidden.line(pattern.sub("<token>", line))
