"""A text with its entities, from what a call holds to what a message keeps."""

from __future__ import annotations

from emulator.texts import automatic, cleaning, given, html, markdown, markdown_v2, nesting
from emulator.texts.entity import Entity, TextError

PARSERS = {"html": html.parse, "markdown": markdown.parse, "markdownv2": markdown_v2.parse}
LONGEST = 1 << 15  # bytes
MOST = 100  # entities, by Telegram's servers


def read(text: str, mode: str, entities: list[object]) -> tuple[str, list[Entity]]:
    """What a bot gives, by a parse mode or as such; raises TextError in the order of telegram-bot-api."""
    if len(text.encode()) > LONGEST:
        raise TextError("Text is too long")
    mode = mode.lower()
    if not text or mode in ("", "none"):
        return text, given.read(entities)[:MOST]
    if mode not in PARSERS:
        raise TextError("Unsupported parse_mode")
    try:
        text, parsed = PARSERS[mode](text)
    except TextError as reason:
        raise TextError(f"Can't parse entities: {reason}") from None
    return text, [given.checked(one) for one in parsed][:MOST]


def kept(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """As the message holds it, with what Telegram finds by itself; raises TextError."""
    text, entities = cleaning.fix(text, entities)
    return text, nesting.joined(entities, automatic.found(text))
