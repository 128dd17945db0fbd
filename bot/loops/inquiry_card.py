"""One inquiry as it is shown to an admin: what is asked, about what, where it stands, and buttons."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.errors import UnreadableError
from bot.loops import inquiry_words, words
from bot.loops.reply import Button, Reply
from bot.store import content, inquiries
from bot.store.inquiries import Inquiry
from bot.thread.model import Language
from experiments.measurement import Text

OPTION = 60  # characters of an option


def shown(inquiry: Inquiry | None, waiting: int, language: Language) -> Reply:
    """It, and how many are `waiting`; or that none is."""
    if inquiry is None:
        return Reply(text=words.say(inquiry_words.NONE, language))
    told = {"title": inquiry.title, "position": inquiry.position, "at": inquiry.asked, "inquiry": inquiry.text}
    option = _option(inquiry)
    told["about"] = words.say(inquiry_words.ABOUT, language, option=option) if option else ""
    told["edited"] = words.say(inquiry_words.EDITED, language) if inquiry.edited else ""
    told["link"] = f"\n\n{inquiry.link}" if inquiry.link else ""
    text = words.say(inquiry_words.ASKED, language, number=waiting, **told)
    lines = [text, *(words.say(one, language, error=inquiry.error) for one in _notes(inquiry))]
    verbatim = (inquiry.title, *([option] if option else []), inquiry.text)
    return Reply(text="\n\n".join(lines), buttons=_buttons(inquiry, language), verbatim=verbatim)


def _notes(inquiry: Inquiry) -> list[Text]:
    if inquiry.state == "unknown":
        return [inquiry_words.DOUBTED]
    return [*([inquiry_words.FAILED] if inquiry.error else []), inquiry_words.HOW]


def _buttons(inquiry: Inquiry, language: Language) -> tuple[Button, ...]:
    own = ("there", "again") if inquiry.state == "unknown" else ("done",)
    return tuple(
        (words.say(inquiry_words.BUTTON[name], language), f"q1|{name}|{inquiry.id}") for name in (*own, "next")
    )


def _option(inquiry: Inquiry) -> str:
    """The words of the option that it is about."""
    if inquiry.option is None:
        return ""
    try:
        poll = content.understood(inquiry.content).poll
    except UnreadableError:
        return ""
    options = poll.options if poll else ()
    return options[inquiry.option].text[:OPTION] if inquiry.option < len(options) else ""


def counted(connection: Connection, publication: int, language: Language) -> tuple[list[str], list[Button]]:
    """What the card of a publication says of its inquiries: a line, and a button; nothing where none waits."""
    number = inquiries.unanswered(connection, publication)
    if not number:
        return [], []
    button = words.say(inquiry_words.BUTTON["card"], language, number=number), f"q1|of|{publication}"
    return ["", words.say(inquiry_words.COUNTED, language, number=number)], [button]
