"""What is said to people, in both languages: the same texts, with the same fields."""

import importlib
import pkgutil
import string

import bot
import experiments.topics

LANGUAGES = {"ru", "en"}


def bilingual():
    """Every value of a module that has the two languages for keys."""
    for package in (bot, experiments.topics):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                module = importlib.import_module(found.name)
                for name, value in vars(module).items():
                    if isinstance(value, dict) and {*value} >= LANGUAGES:
                        yield f"{found.name}.{name}", value


def shape(said):
    """The keys and fields of a text, or of texts by name."""
    if isinstance(said, dict):
        return {key: shape(value) for key, value in said.items()}
    return sorted({field for _, field, _, _ in string.Formatter().parse(str(said)) if field is not None})


def test_every_text_has_the_same_keys_and_fields_in_both_languages():
    texts = dict(bilingual())

    assert {"bot.loops.admin.WORDS", "bot.loops.reveal.WORDS", "experiments.topics.heads.GAP"} <= {*texts}
    assert [
        name for name, said in texts.items() if {*said} != LANGUAGES or shape(said["ru"]) != shape(said["en"])
    ] == []
