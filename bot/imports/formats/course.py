"""Quizzes of the Hugging Face courses: `<Question choices={[…]}/>` in .mdx, the question above it in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.imports import context, convert, javascript
from bot.imports.question import Choice, Item, Lines, Question, Refused, Told, UnfitError, beginning, few
from bot.thread.model import Language

TAG = re.compile(r"<Question\b")
CHOICES = re.compile(r"<Question\s+choices\s*=\s*\{")
END = re.compile(r"\s*\}\s*(?:/\s*>|>\s*</Question\s*>)")
# What these pages hold beside Markdown: components, {#if …}, [[anchors]] of headings.
BESIDE = re.compile(r"(?m)^[ \t]*(?:\{[#:/@][^\n}]*\}|</?[A-Z]\w*[^<>]*>)[ \t]*$|\[\[[\w-]+\]\][ \t]*$")


def read(text: str, language: Language) -> Iterator[Item]:
    del language
    lines = Lines(text)
    starts = [found.start() for found in TAG.finditer(text)]
    ended, asked = 0, ""
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=False):
        above = BESIDE.sub(_blank, text[ended:start])
        first = lines.at(ended)
        try:
            choices, length = _choices(text[start:stop])
            ended = start + length
            found = context.last(above, first)
        except UnfitError as error:
            yield Refused(lines.at(start), beginning(above.rstrip().rpartition("\n\n")[2]), str(error))
            ended = start + len("<Question") if ended <= start else ended
            continue
        yield from _left_out(found.before, first)
        asked = found.text or asked  # {:else} asks the same of another framework
        yield Question(found.line, asked, choices, explanation=found.hint)
    yield from _left_out(BESIDE.sub(_blank, text[ended:]), lines.at(ended))


def _choices(source: str) -> tuple[tuple[Choice, ...], int]:
    begun = CHOICES.match(source)
    if not begun:
        raise UnfitError("it has no choices={[…]}")
    found, at = javascript.literal(source, begun.end())
    end = END.match(source, at)
    if not end:
        raise UnfitError("its choices do not end with ]} />")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnfitError("its choices are no list of {text: …}")
    return tuple(_choice(one) for one in few(found) if isinstance(one, dict)), end.end()


def _choice(given: dict[str, javascript.Value]) -> Choice:
    if unknown := set(given) - {"text", "explain", "correct"}:
        raise UnfitError(f"a choice has {', '.join(sorted(unknown))}: text, explain and correct are known")
    text, explain = (given.get(name) or "" for name in ("text", "explain"))
    return Choice(
        convert.line(convert.markdown(str(text))), given.get("correct") is True, convert.markdown(str(explain))
    )


def _left_out(source: str, first: int) -> Iterator[Told]:
    if count := sum(bool(line.strip()) for line in source.split("\n")):
        lines = "1 line of the page, no question, is" if count == 1 else f"{count} lines of the page, no question, are"
        yield Told(first, f"{lines} left out")


def _blank(found: re.Match[str]) -> str:
    """Lines keep their numbers."""
    return "\n" * found[0].count("\n")
