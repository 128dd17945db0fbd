"""
A third language is one file: one is made from the template, every letter of it wide, and all is said in it. Whatever
stays in plain letters is code or a name: it is no word of English, since Russian says it as well, and none of Russian.
"""

import dataclasses
import re
from pathlib import Path

import pytest

from bot.commands import check
from bot.thread import markdown
from bot.thread.worded import said
from emulator.page import words as page
from experiments import perform
from experiments.catalogue import ENTRIES
from languages import catalogue
from languages.text import Told
from tests.experiments.pictures import golden
from tests.languages import pseudo

NEW = pseudo.CODE
INPUTS = sorted((Path(__file__).parents[1] / "bot/thread/inputs").glob("*.md"))


@pytest.fixture(scope="module", autouse=True)
def spoken(tmp_path_factory):
    with pseudo.spoken(tmp_path_factory.mktemp("languages")):
        yield


def strings(thing):
    """Every string within a drawing."""
    if isinstance(thing, str):
        yield thing
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from strings(getattr(thing, field.name))
    elif isinstance(thing, dict):
        yield from strings(list(thing.values()))
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from strings(one)


def test_the_language_is_there():
    assert catalogue.languages() == ("en", NEW, "ru")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_picture_is_drawn_in_it(name):
    stored, nothing = golden.stored(name), Told({"en": "·"})
    findings = tuple(one.model_copy(update={"unit": nothing, "condition": nothing}) for one in stored.findings)
    plain = stored.model_copy(update={"settings": nothing, "findings": findings})
    told, russian = (" ".join(strings(perform.drawing(plain, language))) for language in (NEW, "ru"))

    assert pseudo.left(told, russian) == set()


def test_the_page_says_all_of_its_words_in_it():
    told, russian = page.told()[NEW], page.told()["ru"]

    lacking = {name: pseudo.left(str(told[name]), str(russian[name])) - {"one", "other", "count"} for name in told}

    assert {name: words for name, words in lacking.items() if words} == {}


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_what_is_wrong_with_a_file_is_told_in_it(path):
    _, problems = check.inspected(path)

    authors = {*re.findall(r"\w+", path.read_text("utf-8"))}
    assert [pseudo.left(said(one.message, NEW), said(one.message, "ru")) - authors for one in problems] == [
        set()
    ] * len(problems)


def test_a_thread_may_be_written_in_it():
    thread = markdown.parse(f"---\ntitle: T\nlanguage: {NEW}\n---\n\nΩ\n", "t.md")

    assert thread.language == NEW
