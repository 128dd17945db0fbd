"""Polls of Telegram as JSON: the Bot API's `Message`, `Poll` or `Update`, and `result.json` of Telegram Desktop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from bot.imports import convert
from bot.imports.question import Choice, Item, Question, Refused, Told, attempt, few
from bot.thread.model import Language, Markdown

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def read(text: str, language: Language) -> Iterator[Item]:
    """JSON without line numbers of its own: `line` counts the polls."""
    del language
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "numbers or nesting beyond what a chat holds"
        yield Refused(getattr(error, "lineno", 1), "the file", f"it is no JSON: {why}")
        return
    polls = list(_polls(found))
    for number, poll in enumerate(polls, 1):
        yield attempt(number, _text(poll.get("question")), partial(_question, number, poll))
    if not polls:
        yield Told(1, "there is no poll in this JSON")
    if count := _others(found):
        yield Told(1, f"{'1 message' if count == 1 else f'{count} messages'} without a poll left out")


def _polls(found: Json) -> Iterator[dict[str, Json]]:
    """Whatever has a question and answers, in order."""
    waiting: list[Json] = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "question" in one and ("options" in one or "answers" in one):
                yield one
            else:
                waiting += reversed(list(one.values()))
        elif isinstance(one, list):
            waiting += reversed(one)


def _others(found: Json) -> int:
    """Messages of Telegram Desktop's file that say something and ask nothing."""
    messages = found.get("messages") if isinstance(found, dict) else None
    said = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    return sum(one.get("type") == "message" and "poll" not in one for one in said)


def _question(number: int, poll: dict[str, Json]) -> Question:
    given = poll.get("options") or poll.get("answers")
    options = [one if isinstance(one, dict) else {"text": one} for one in given] if isinstance(given, list) else []
    right = _right(poll)
    choices = tuple(
        Choice(convert.line(_plain(one.get("text"))), n in right or one.get("correct") is True)
        for n, one in enumerate(few(options))
    )
    counts = [one.get("voter_count", one.get("voters", 0)) for one in options]
    shares = tuple(float(n) for n in counts if isinstance(n, int | float) and 0 <= n < 1e9)
    whole = len(shares) == len(options) and sum(shares) > 0
    above = "\n\n".join(filter(None, (_plain(poll.get("description")), _plain(poll.get("question")))))
    multiple = poll.get("allows_multiple_answers") is True
    explanation = _plain(poll.get("explanation"))
    return Question(number, above, choices, explanation, multiple=multiple, shares=shares if whole else ())


def _right(poll: dict[str, Json]) -> set[int]:
    found = poll.get("correct_option_ids", [poll.get("correct_option_id")])
    return {n for n in found if isinstance(n, int)} if isinstance(found, list) else set()


def _plain(value: Json) -> Markdown:
    return convert.plain(_text(value))


def _text(value: Json) -> str:
    """Telegram Desktop writes formatted text as a list of pieces."""
    if isinstance(value, list):
        return "".join(_text(piece) if isinstance(piece, dict) else str(piece) for piece in value)
    if isinstance(value, dict):
        return str(value.get("text", ""))
    return "" if value is None else str(value)
