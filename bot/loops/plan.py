"""The coming week on one screen: what goes out on which day, by an admin's own clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from bot.loops import plan_words, words
from bot.loops.reply import Button, Reply
from bot.store import ahead
from bot.store.ahead import Ahead
from bot.store.steering import Among
from bot.thread import spoken
from bot.thread.model import Language

WEEK = timedelta(days=7)
LINES, CARDS = 30, 12  # on one screen
LABEL = 60


class Line(NamedTuple):
    """Some posts of one publication that go out on one day, one after the other."""

    day: date
    at: datetime
    posts: list[Ahead]

    @property
    def numbers(self) -> str:
        first, last = self.posts[0].position, self.posts[-1].position
        return str(first) if first == last else f"{first}–{last}"


def week(connection: Connection, now: datetime, zone: str, among: Among, language: Language) -> Reply:
    """All of it, as far as it fits."""
    here = spoken.clocks(zone, now)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    found = lines(ahead.until(connection, midnight + WEEK, among), here)
    text = [words.say(plan_words.PLAN, language, now=at(here, zone, language))]
    text += said(found[:LINES], here, language) or [words.say(plan_words.NOTHING, language)]
    if len(found) > LINES:
        text.append(words.say(plan_words.MORE, language, number=len(found) - LINES))
    quoted = tuple(part for line in found[:LINES] for part in (line.posts[0].title, line.posts[0].chat))
    return Reply(text="\n".join(text), buttons=tuple(_cards(found)), verbatim=quoted)


def lines(found: list[Ahead], here: datetime) -> list[Line]:
    """What is overdue stands at today."""
    by_day: dict[date, dict[int, list[Ahead]]] = {}
    for post in found:
        day = max(post.due.astimezone(here.tzinfo).date(), here.date())
        by_day.setdefault(day, {}).setdefault(post.publication, []).append(post)
    return [
        Line(day, posts[0].due.astimezone(here.tzinfo), posts)
        for day, of_day in sorted(by_day.items())
        for posts in sorted(of_day.values(), key=lambda posts: posts[0].due)
    ]


def said(found: list[Line], here: datetime, language: Language) -> list[str]:
    """The lines in words, below the name of their day."""
    text: list[str] = []
    for day, of_day in groupby(found, lambda line: line.day):
        name = words.say(plan_words.DAYS[day.weekday()], language)
        text += ["", words.say(plan_words.DAY, language, day=name, at=day)]
        for line in of_day:
            first = line.posts[0]
            mark = plan_words.PAUSED if first.paused else plan_words.OVERDUE if line.at < here else ""
            about = {"title": first.title, "chat": first.chat, "numbers": line.numbers, "mark": mark}
            text.append(words.say(plan_words.LINE, language, at=line.at, **about))
    return text


def at(when: datetime, zone: str, language: Language) -> str:
    """A time by the clocks of a zone."""
    shown = "UTC" if zone == "+00:00" else zone
    return words.say(plan_words.AT, language, at=spoken.clocks(zone, when), zone=shown)


def _cards(found: list[Line]) -> Iterator[Button]:
    known = {line.posts[0].publication: line.posts[0] for line in found}
    for number, post in list(known.items())[:CARDS]:
        label = f"{post.title} → {post.chat}"
        yield (label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"), f"t1|card|{number}"
