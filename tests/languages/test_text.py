"""A text in a language: plurals, fields, what was stored."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel, ValidationError

from languages import catalogue
from languages.catalogue import Language, nearest, wished
from languages.text import Text, number, phrase, plural, say, spoken, verbatim

VOTERS = plural("{count} voter", "{count} voters")


def russian(count):
    """Whom one counts in Russian: the rule as grammars write it."""
    if count % 100 in range(11, 15) or count % 10 in (0, *range(5, 10)):
        return f"{count} участников"
    return f"{count} участник" if count % 10 == 1 else f"{count} участника"


@pytest.mark.parametrize("count", range(131))
def test_a_count_has_the_form_of_its_number(count):
    assert say(VOTERS, "ru", count=count) == russian(count)
    assert say(VOTERS, "en", count=count) == f"{count} voter{'' if count == 1 else 's'}"


def test_a_field_is_said_in_the_language_of_its_text():
    text = verbatim("{who} · {at} · {over} · {many}")
    at = datetime(2026, 12, 1, 19, 5, tzinfo=UTC)
    fields = {"who": VOTERS.of(count=2), "at": at, "over": timedelta(days=1, hours=2), "many": number(12000)}

    said = {language: say(text, language, **fields).replace("\N{NO-BREAK SPACE}", " ") for language in ("ru", "en")}

    assert said == {
        "ru": "2 участника · 1 дек. 2026\N{NARROW NO-BREAK SPACE}г., 19:05 · 1 дн. 2 ч · 12 000",
        "en": "2 voters · 1 Dec 2026, 19:05 · 1 day 2 hrs · 12,000",
    }


def test_a_field_that_is_missing_is_no_text():
    with pytest.raises(KeyError, match="count"):
        say(phrase("{count} voter"), "en")


class Stored(BaseModel):
    text: Text
    language: Language = "en"


def test_what_is_stored_is_said_in_the_languages_that_there_were():
    read = Stored.model_validate_json(Stored(text=VOTERS.of(count=5)).model_dump_json())

    assert read.text == {"en": "5 voters", "ru": "5 участников"}
    assert read.text["eo"] == "5 voters"
    assert Stored(text=spoken(str.upper)).model_dump() == {"text": {"en": "EN", "ru": "RU"}, "language": "en"}


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(ValidationError, match="Input should be 'en' or 'ru'"):
        Stored(text={"en": ""}, language="fr")


@pytest.mark.parametrize(
    ("code", "found"),
    [("ru", "ru"), ("ru-RU", "ru"), ("en-us", "en"), ("de", "ru"), ("", "ru"), (None, "ru"), ("rue", "ru")],
)
def test_what_telegram_calls_a_language_is_found(code, found):
    assert nearest(code, "ru") == found


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de,fr;q=0.5", "en"),
        ("en;q=0.3, ru;q=0.7", "ru"),
        ("", "en"),
        (";;q=,q=x;q=y", "en"),
    ],
)
def test_a_browser_is_answered_in_the_first_language_that_is_spoken_here(header, found):
    assert wished(header, "en") == found


def test_english_needs_no_catalogue_and_reads_none(monkeypatch):
    monkeypatch.setattr(catalogue, "_read", None)
    catalogue.translations.cache_clear()

    assert say(VOTERS, "en", count=1) == "1 voter"
