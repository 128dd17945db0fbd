"""
A text is the same said in each language: `text[language]`. English stands in the code, `phrase("It goes on.")`, and is
how translations are found (`languages.catalogue`).

Fields stand in braces, `{chat}`, and are given when it is said: `say(text, language, chat=…)`, or `text.of(chat=…)`
where the language is not known yet. A field that is a text itself, a time or a span is said in that language, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from string import Formatter
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from languages import cldr
from languages.catalogue import SOURCE, Language, languages, translations


class Text(Mapping[Language, str]):
    """What is said in each language; equal to any mapping that says the same."""

    def __getitem__(self, language: Language) -> str:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Language]:
        return iter(languages())

    def __len__(self) -> int:
        return len(languages())

    def __str__(self) -> str:
        return self[SOURCE]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def pattern(self, language: Language, count: object) -> str:  # noqa: ARG002 a plural needs it
        """What its fields are put into."""
        return self[language]

    def of(self, **fields: object) -> Text:
        """With its fields, in whatever language it will be said."""
        return Filled(self, fields)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In JSON it is an object of languages, as they were when it was written."""
        plain = core_schema.dict_schema(core_schema.str_schema(), core_schema.str_schema())
        return core_schema.no_info_after_validator_function(
            Told, plain, serialization=core_schema.plain_serializer_function_ser_schema(dict)
        )


class Told(Text):
    """What was said, in the languages that there were; one that has come since is told in English."""

    def __init__(self, said: Mapping[Language, str]) -> None:
        self.said = dict(said)

    def __getitem__(self, language: Language) -> str:
        return self.said[language] if language in self.said else self.said[SOURCE]

    def __iter__(self) -> Iterator[Language]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)


class Phrase(Text):
    """English that has translations; `context` tells apart what is one word in English, and two elsewhere."""

    def __init__(self, message: str, context: str = "") -> None:
        self.message, self.context = message, context

    def __getitem__(self, language: Language) -> str:
        known = translations(language)
        return known.pgettext(self.context, self.message) if self.context else known.gettext(self.message)


class Plural(Text):
    """English for one and for several, by the field `count`."""

    def __init__(self, one: str, other: str) -> None:
        self.one, self.other = one, other

    def __getitem__(self, language: Language) -> str:
        return self.pattern(language, 2)

    def pattern(self, language: Language, count: object) -> str:
        assert isinstance(count, int), f"{self.one!r} is said with a count"
        return translations(language).ngettext(self.one, self.other, count)


class Filled(Text):
    """A text and its fields."""

    def __init__(self, text: Text, fields: Mapping[str, object]) -> None:
        self.text, self.fields = text, fields

    def __getitem__(self, language: Language) -> str:
        return say(self.text, language, **self.fields)


class Spoken(Text):
    """What a function says in a language."""

    def __init__(self, said: Callable[[Language], str]) -> None:
        self.said = said

    def __getitem__(self, language: Language) -> str:
        return self.said(language)


def phrase(message: str, context: str = "") -> Phrase:
    """A text by its English."""
    return Phrase(message, context)


def plural(one: str, other: str) -> Plural:
    """A text by its English for a `{count}` of one, and of another number."""
    return Plural(one, other)


def verbatim(text: str) -> Told:
    """What is the same in each language: code, a name, a sign."""
    return Told({SOURCE: text})


def spoken(said: Callable[[Language], str]) -> Spoken:
    """What a function says in each language, whenever it is asked."""
    return Spoken(said)


def number(count: int) -> Text:
    """A count with the marks of its thousands: «12 000» and “12,000”."""
    return Spoken(lambda language: cldr.whole(count, language))


class _InLanguage(Formatter):
    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, spec: str) -> str:  # noqa: ANN401 as string.Formatter has it
        if isinstance(value, Text):
            value = value[self.language]
        elif isinstance(value, datetime) and not spec:
            value = cldr.moment(value, self.language)
        elif isinstance(value, timedelta):
            value = cldr.span(value, self.language)
        return format(value, spec)


def say(text: Text, language: Language, /, **fields: object) -> str:
    """A text in one language, with its fields."""
    return _InLanguage(language).vformat(text.pattern(language, fields.get("count")), (), fields)
