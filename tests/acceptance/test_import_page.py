"""docs/import.md: each example becomes what stands below it, and a thread that can be used."""

import re
from pathlib import Path

import pytest

from bot.imports import draft, file
from bot.thread import markdown

PAGE = (Path(__file__).parents[2] / "docs/import.md").read_text("utf-8")
EXAMPLES = re.findall(r"````([a-z-]+)\n(.*?)````\n````markdown\n(.*?)````", PAGE, re.DOTALL)


@pytest.mark.parametrize(("kind", "source", "shown"), EXAMPLES, ids=[kind for kind, *_ in EXAMPLES])
def test_an_example_becomes_what_stands_below_it(kind, source, shown, tmp_path):
    path = tmp_path / "example"
    path.write_text(source, encoding="utf-8")
    read = file.opened(path, None)
    made = draft.made([(path, item) for item in read.items()], "T", "en")

    assert read.kind == kind
    assert made.text == f"---\ntitle: T\nlanguage: en\n---\n{shown}"
    assert len(markdown.parse(made.text, "t.md").posts) == 1


def test_every_format_has_an_example():
    assert [kind for kind, *_ in EXAMPLES] == list(file.KINDS)
