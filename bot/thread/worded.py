"""
A sentence about an author's file, in English, that knows what it is made of: so it can be said in another language.

It is its English: `pollbot check` prints it as it stands. What it is elsewhere the catalogues say by its pattern; a
sentence within a sentence is said in that language, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from string import Formatter

from languages.catalogue import SOURCE, Language, translations

WORD = re.compile(r"[A-Za-z]{2}")


class Worded(str):
    """`pattern` with its `fields` in braces."""

    __slots__ = ("fields", "pattern")
    pattern: str
    fields: Mapping[str, object]


def worded(pattern: str, /, **fields: object) -> str:
    """The sentence that a pattern and its fields make."""
    made = Worded(pattern.format(**fields))
    made.pattern, made.fields = pattern, fields
    return made


def said(sentence: str, language: Language) -> str:
    """A sentence in a language; in English as a whole, where a part of it is not told in that language."""
    told = None if language == SOURCE else _said(sentence, language)
    return str(sentence) if told is None else told


def reason(error: Exception, language: Language) -> str:
    """What an error says, in a language."""
    first = error.args[0] if error.args else ""
    return said(first, language) if isinstance(first, str) else str(error)


def _said(sentence: str, language: Language) -> str | None:
    if not isinstance(sentence, Worded):
        return None
    pattern = translations(language).gettext(sentence.pattern) if sentence.pattern else ""
    if pattern == sentence.pattern and _speaks(pattern):
        return None
    fields = dict(sentence.fields)
    for name, field in sentence.fields.items():
        if isinstance(field, Worded):
            told = _said(field, language)
            if told is None:
                return None
            fields[name] = told
    return pattern.format(**fields)


def _speaks(pattern: str) -> bool:
    """Whether a pattern has words, beside its fields and signs."""
    return any(WORD.search(text) for text, *_ in Formatter().parse(pattern))


def nearest(word: str, allowed: tuple[str, ...] | list[str]) -> str:
    """The end of a sentence: the word that was probably meant, or all that are allowed."""
    close = get_close_matches(word, allowed, n=1)
    if close:
        return worded("did you mean {word!r}?", word=close[0])
    return worded("allowed: {words}", words=", ".join(allowed))
