"""Every phrase of the code is in the template and in each catalogue, with its fields, and in one language alone."""

import ast
from pathlib import Path

import pytest

from languages import gathered

ROOT = Path(gathered.__file__).parents[1]
SAID = {"phrase": 2, "plural": 2}


def calls():
    """Every call that says something, as (place, its function, its arguments)."""
    for path in gathered.files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", None)) if isinstance(node, ast.Call) else None
            if name in SAID:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", name, node.args, node.keywords


def test_the_catalogues_are_what_the_code_says():
    assert gathered.check() == []


def test_every_phrase_stands_in_the_code_as_it_is_said():
    """A name, an f-string or a keyword would not be found by who gathers them."""
    wrong = [
        place
        for place, name, given, keywords in calls()
        if keywords or len(given) > SAID[name] or not all(isinstance(one, ast.Constant) for one in given)
    ]

    assert [place for place in wrong if not place.startswith("languages/text.py")] == []


@pytest.fixture
def catalogue(tmp_path):
    """A catalogue of one phrase and one plural, by the changes of which a bug is planted."""
    source = gathered.template()
    for message in list(source):
        if message.id:
            source.delete(message.id, message.context)
    source.add("It goes on.")
    source.add("{chat}: {error}")
    source.add(("{count} voter", "{count} voters"))
    path = tmp_path / "ru.po"
    said = gathered.merged(path, source)
    said.get("It goes on.").string = "Идёт дальше."
    said.get("{chat}: {error}").string = "{chat}: {error}"
    said.get("{count} voter").string = ("{count} участник", "{count} участника", "{count} участников")
    path.write_bytes(gathered.written(said))
    return path, source


def test_a_whole_catalogue_lacks_nothing(catalogue):
    assert [*gathered.wrong(*catalogue)] == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Идёт дальше.", "", "ru.po does not say 'It goes on.'"),
        ("{count} участников", "", "ru.po does not say '{count} voter'"),
        ('msgstr "{chat}: {error}"', 'msgstr "{error}"', "with other fields: '{error}'"),
        ('msgstr "{chat}: {error}"', 'msgstr "{чат}: {error}"', "with other fields: '{чат}: {error}'"),
        ("{count} участника", "{n} участника", "with other fields: '{n} участника'"),
        ('msgid "It goes on."', 'msgid "It went on."', "ru.po is not what the code says"),
    ],
)
def test_a_catalogue_that_lacks_something_is_told(catalogue, before, after, told):
    path, source = catalogue
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")

    assert any(told in found for found in gathered.wrong(path, source))
