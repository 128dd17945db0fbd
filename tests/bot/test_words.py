"""What is said to people, in both languages: the same texts, with the same fields, and no field forgotten."""

import ast
import importlib
import pkgutil
import string
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

import bot
import experiments.topics
from bot.loops import words
from experiments.numbers import NBSP

LANGUAGES = {"ru", "en"}


def bilingual():
    """Every value of a module that has the two languages for keys."""
    for package in (bot, experiments.topics):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                module = importlib.import_module(found.name)
                for name, value in vars(module).items():
                    if isinstance(value, Mapping) and {*value} >= LANGUAGES:
                        yield f"{found.name}.{name}", value


def fields(text):
    return {field for _, field, _, _ in string.Formatter().parse(str(text)) if field is not None}


def nodes():
    """The syntax of everything in `bot`."""
    for path in Path(bot.__file__).parent.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def name(node):
    """X, where an expression is `words.X`."""
    of = getattr(getattr(node, "value", None), "id", None)
    return node.attr if isinstance(node, ast.Attribute) and of == "words" else None


def said_by(call):
    """X, where `words.X` is said by a call: `say(words.X, …)`, or `words.X.of(…)`."""
    if getattr(call.func, "attr", None) == "of":
        return name(call.func.value)
    return name(call.args[0]) if call.args else None


def test_every_text_has_the_same_fields_in_both_languages():
    texts = dict(bilingual())

    assert {"bot.loops.words.QUESTION", "experiments.topics.heads.GAP"} <= {*texts}
    assert [
        name for name, said in texts.items() if {*said} != LANGUAGES or fields(said["ru"]) != fields(said["en"])
    ] == []


def test_every_text_of_the_bot_is_said():
    texts = {found.rpartition(".")[2] for found, _ in bilingual() if found.startswith("bot.loops.words.")}

    assert texts - {name(node) for node in nodes()} == set()


def test_every_text_is_said_with_exactly_the_fields_that_it_has():
    said = [
        (found, {given.arg for given in node.keywords}, fields(getattr(words, found)["en"]))
        for node in nodes()
        if isinstance(node, ast.Call) and (found := said_by(node))
    ]

    assert {"QUESTION", "REFUSED", "LATE", "BACKLOG", "STATEMENT"} <= {found for found, _, _ in said}
    assert [(found, given, needed) for found, given, needed in said if given != needed] == []


@pytest.mark.parametrize(
    ("span", "ru", "en"),
    [
        (timedelta(hours=2), "2 ч", "2 hrs"),
        (timedelta(days=1, hours=2, minutes=3), "1 дн. 2 ч", "1 day 2 hrs"),
        (timedelta(days=3, minutes=5), "3 дн.", "3 days"),
        (timedelta(minutes=10, seconds=0.5), "10 мин 1 с", "10 mins 1 sec"),
    ],
)
def test_a_time_is_said_in_its_two_largest_units(span, ru, en):
    assert {language: said.replace(NBSP, " ") for language, said in words.duration(span).items()} == {
        "ru": ru,
        "en": en,
    }
