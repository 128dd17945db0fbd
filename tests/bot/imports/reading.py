"""Files of questions, read as `pollbot import` reads them."""

from pathlib import Path

from bot.imports import draft, file
from bot.imports.draft import Draft
from bot.imports.question import Item, Question, Refused
from bot.thread import markdown
from bot.thread.model import Language, Poll


def read(kind: file.Kind, text: str, language: Language = "en") -> list[Item]:
    return list(file.READERS[kind](text, language))


def made(kind: file.Kind, text: str) -> Draft:
    language = file.language(text)
    return draft.made([(Path("q"), item) for item in read(kind, text, language)], "T", language)


def polls(kind: file.Kind, text: str) -> list[Poll]:
    return [post.poll for post in markdown.parse(made(kind, text).text, "t.md").posts if post.poll]


def key(kind: file.Kind, text: str) -> list[dict[str, bool]]:
    """Options and whether they are right, as a subscriber will see them."""
    return [{one.text: one.correct for one in poll.options} for poll in polls(kind, text)]


def refusals(kind: file.Kind, text: str) -> list[tuple[int, str]]:
    return [(one.line, one.why) for one in read(kind, text) if isinstance(one, Refused)]


def questions(kind: file.Kind, text: str) -> list[Question]:
    return [one for one in read(kind, text) if isinstance(one, Question)]
