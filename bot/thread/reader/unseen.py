"""What Telegram would not show as it is written: signs that mark nothing, maths without a form, links to nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from bot.errors import Problem
from bot.thread import maths, spans
from bot.thread.dialect.marks import within
from bot.thread.dialect.placed import at
from bot.thread.reader.place import Line, target
from bot.thread.tex import names

SCHEMES = ("http://", "https://", "tg://", "ton://", "mailto:")
DUNDER = re.compile(r"[a-z][a-z0-9_]*")
NORM = re.compile(r"(?!.*[^\W\d_]{3})[\w\s^{}()\\/*+.,=−-]{1,40}")
INSTEAD = {
    "b": "**bold**", "strong": "**bold**", "i": "*italic*", "em": "*italic*", "code": "`code`", "pre": "a ``` fence",
    "s": "~~struck~~", "del": "~~struck~~", "a": "[text](https://…)", "blockquote": "> a quote", "br": "a line break",
    "img": "![](picture.png) on a line of its own", "li": "- a list", "ul": "- a list", "ol": "1. a list",
}  # fmt: skip
LEFT = {  # what a sign would begin, and what to write; the first that fits a place is told, and not what it holds
    r"!\[\[": "![[ ]] shows no picture here: write ![](picture.png) on a line of its own",
    r"!\[(?:[^\[\]]*\]\()?": "this is no picture: write ![](<file name.png>), with < > where the name has spaces",
    r"\[\[": "[[ ]] makes no link here: write [text](https://…)",
    r"\[\^[^\]\s]+\]": "Telegram has no footnotes: write the note where it belongs, or below as a text",
    r"\[!\w+\]": "Telegram has no alerts: write its heading in bold, > **Note.** …",
    r"\]\(": "this is no link: write [text](<https://…>), with < > or %20 where the address has spaces",
    r"(?<!\$)\$\$(?!\$)": "this $$ has no other $$: a formula is $$…$$, in one line or on lines of its own",
    r"(?<![=\w])==(?=[^\s=])[^=]*[^\s=]==(?![=\w])": "== marks nothing here: write **bold**",
}
ANY_LEFT = re.compile("|".join(f"({pattern})" for pattern in LEFT))
TEX = re.compile(r"(?<!\\)[\^_{]|\\[a-zA-Z]")
DOLLAR = re.compile(r"(?<![\d$])\$(?![\d$])")
COMMAND = re.compile(r"\\([a-zA-Z]{2,})")


def problems(line: Line) -> Iterator[Problem]:
    """Of one paragraph, heading or cell."""
    foreign = [*_escaped(line.tokens, line)]
    yield from foreign
    yield from _left(line, tex=not foreign)
    for number, token in enumerate(line.tokens):
        if told := _CHECKS.get(token.type):
            yield from told(token, number, line)


def _left(line: Line, *, tex: bool) -> Iterator[Problem]:
    """Signs of some Markdown that stand in the text, since they mark nothing; `tex`: its commands as well."""
    text, offsets = line.shadow()

    def problem(place: int, message: str) -> Problem:
        return Problem(*line.place(offsets[place]), message)

    told = [*LEFT.values()]
    yield from (problem(found.start(), told[(found.lastindex or 1) - 1]) for found in ANY_LEFT.finditer(text))
    for mark in (r"\*{2,}", r"~{2,}"):
        left = [found for found in re.finditer(mark, text) if not within(text, *found.span())]
        yield from (
            problem(found.start(), _not_marked(found[0][:2])) for found in left[::2]
        )  # each ends the one before
    for found in COMMAND.finditer(text) if tex else ():
        if found[0] in names.known():
            yield problem(found.start(), f"{found[0]} is TeX, and stands outside of $…$: write ${found[0]}$")
    for found in DOLLAR.finditer(text):
        message = r"this $ neither opens nor ends a formula: see the rule in docs/dialect.md; write \$ if it is meant"
        yield Problem(*line.place(offsets[found.start()]), message, "warning")


def _escaped(tokens: Sequence[Token], line: Line) -> Iterator[Problem]:
    r"""`\(…\)` and `\[…\]`, as other tools write maths; without any of TeX's signs they may be meant as brackets."""
    marks = [token for token in tokens if token.type == "text_special" and token.info == "escape"]
    for opening, closing, instead in ((r"\(", r"\)", "$…$"), (r"\[", r"\]", "$$…$$")):
        begun = next((at(token) for token in marks if token.markup == opening), None)
        ended = next((at(token) for token in reversed(marks) if token.markup == closing), -1)
        if begun is not None and ended > begun:
            inside = line.source[begun + 2 : ended]
            message = f"{opening}…{closing} is no maths here: write {instead}, or brackets without \\"
            yield Problem(*line.place(begun), message, "error" if TEX.search(inside) else "warning")


def _html(token: Token, _: int, line: Line) -> Iterator[Problem]:
    closes = token.content.startswith("</") and token.content[2:-1].strip() in line.opened  # was told there
    if not closes and not re.match(r"<!--|</?tg-spoiler>", token.content):
        yield Problem(*line.place(at(token)), no_html(token.content))


def _strong(token: Token, number: int, line: Line) -> Iterator[Problem]:
    text = line.tokens[number + 1].content
    if token.markup == "__" and DUNDER.fullmatch(text):
        name = f"__{text}__"
        message = f"{name} would become a bold {text!r}: write `{name}`, or **{text}**"
        yield Problem(*line.place(at(token)), message)


def _maths(token: Token, _: int, line: Line) -> Iterator[Problem]:
    for fault in maths.unshown(token.content):
        yield Problem(*line.place(at(token) + len(token.markup) + fault.offset), fault.message)


def _link(token: Token, number: int, line: Line) -> Iterator[Problem]:
    address = target(token)
    if not spans.linked(line.tokens, number):
        yield Problem(
            *line.place(at(token) - 1), f"this link to {address!r} has no text to be tapped: [text](https://…)"
        )
    if title := token.attrGet("title"):
        message = f"Telegram shows no titles of links: {title!r} would not be seen"
        yield Problem(*line.place(at(token) - 1), message, "warning")
    if not address.startswith(SCHEMES):
        found = line.source.find(address, at(token)) if address else -1
        place = line.place(found if found >= 0 else at(token) - 1)
        yield Problem(*place, f"Telegram opens no link to {address!r}: write the whole address, https://…")


def _spoiler(token: Token, number: int, line: Line) -> Iterator[Problem]:
    text = line.tokens[number + 1].content
    if line.tokens[number + 2].type == "spoiler_close" and NORM.fullmatch(text):
        mend = rf"write $\|{text}\|$ for a norm, or <tg-spoiler>{text}</tg-spoiler> where it shall be hidden"
        yield Problem(*line.place(at(token)), f"||{text}|| will be hidden as a spoiler: {mend}", "warning")


_CHECKS: dict[str, Callable[[Token, int, Line], Iterator[Problem]]] = {
    "html_inline": _html,
    "strong_open": _strong,
    "math_inline": _maths,
    "link_open": _link,
    "spoiler_open": _spoiler,
}


def no_html(text: str) -> str:
    tag = re.match(r"</?([a-z][a-z0-9-]*)", text, re.IGNORECASE)
    name = tag[1].lower() if tag else ""
    shown = f"<{name}>" if name else repr(text[:20])
    instead = INSTEAD.get(name, "Markdown, or put it in `code`")
    return f"Telegram would drop the HTML {shown}: write {instead} instead"


def _not_marked(mark: str) -> str:
    """CommonMark's rule, in short: no mark between punctuation and a letter, and none beside a space inside."""
    name = "bold" if mark == "**" else "struck through"
    escaped = "".join(f"\\{sign}" for sign in mark)
    mend = "put a space outside of the marks, none inside, or leave punctuation out of them"
    return f"{mark} does not make text {name} here: {mend}; write {escaped} if the signs themselves are meant"
