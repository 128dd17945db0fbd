"""Structured logs, for a console or as JSON lines; the token never appears in them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Literal

import structlog

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{4,}")


def configure(form: Literal["console", "json"], *, verbose: bool = False) -> None:
    """Set up structlog; libraries that use `logging` go the same way, from WARNING on."""
    last: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    if form == "json":
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _redact(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Whatever looks like a bot token becomes <token>."""
    return {key: TOKEN.sub("<token>", value) if isinstance(value, str) else value for key, value in event.items()}
