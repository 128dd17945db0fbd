"""What Telegram would not show as it is written: signs that mark nothing, maths without a form, links to nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from bot.errors import Problem
from bot.thread import characters, maths, spans
from bot.thread.dialect.placed import at
from bot.thread.reader import leading, leftovers
from bot.thread.reader.place import Line, target
from bot.thread.worded import worded

SPOILER, SPOILER_END = "<tg-spoiler>", "</tg-spoiler>"
MARKED = {
    "strong": worded("bold"),
    "em": worded("italic"),
    "s": worded("struck"),
    "spoiler": worded("hidden"),
    "tag": worded("hidden"),
}
DUNDER = re.compile(r"[a-z][a-z0-9_]*")
NORM = re.compile(r"(?!.*[^\W\d_]{3})[\w\s^{}()\\/*+.,=−-]{1,40}")
INSTEAD = {
    "b": worded("**bold**"), "strong": worded("**bold**"), "i": worded("*italic*"), "em": worded("*italic*"),
    "code": worded("`code`"), "pre": worded("a ``` fence"), "s": worded("~~struck~~"), "del": worded("~~struck~~"),
    "a": worded("[text](https://…)"), "blockquote": worded("> a quote"), "br": worded("a line break"),
    "img": worded("![](picture.png) on a line of its own"), "li": worded("- a list"), "ul": worded("- a list"),
    "ol": worded("1. a list"), "u": worded("**bold**"), "mark": worded("**bold**"), "summary": worded("**bold**"),
    "details": worded("||hidden||"), "kbd": worded("`code`"), "sub": "$x_2$", "sup": "$x^2$",
    "h1": worded("# a heading"), "h2": worded("## a heading"), "h3": worded("### a heading"), "hr": "***",
    "p": worded("lines with a blank line between them"), "table": worded("a table of | and -"),
}  # fmt: skip
TEX = re.compile(r"(?<!\\)[\^_{]|\\[a-zA-Z]")


def problems(line: Line) -> Iterator[Problem]:
    """Of one paragraph, heading or cell."""
    foreign = [*_escaped(line.tokens, line)]
    yield from foreign
    yield from leftovers.problems(line, tex=not foreign)
    yield from _crossed(line)
    yield from _coded(line)
    for number, token in enumerate(line.tokens):
        if told := _CHECKS.get(token.type):
            yield from told(token, number, line)


def _escaped(tokens: Sequence[Token], line: Line) -> Iterator[Problem]:
    r"""`\(…\)` and `\[…\]`, as other tools write maths; without any of TeX's signs they may be meant as brackets."""
    marks = [token for token in tokens if token.type == "text_special" and token.info == "escape"]
    for opening, closing, instead in ((r"\(", r"\)", "$…$"), (r"\[", r"\]", "$$…$$")):
        begun = next((at(token) for token in marks if token.markup == opening), None)
        ended = next((at(token) for token in reversed(marks) if token.markup == closing), -1)
        if begun is not None and ended > begun:
            inside = line.source[begun + 2 : ended]
            message = worded(
                "{opening}…{closing} is no maths here: write {instead}, or brackets without \\",
                opening=opening,
                closing=closing,
                instead=instead,
            )
            yield Problem(*line.place(begun), message, "error" if TEX.search(inside) else "warning")


def _crossed(line: Line) -> Iterator[Problem]:
    """Marks that end one within another, and tags of spoilers that do not pair in their paragraph."""
    around: list[tuple[str, Token]] = []
    for token in line.tokens:
        name = _name(token)
        if token.nesting > 0 or token.content == SPOILER:
            if (name, token.markup) in [(outer, other.markup) for outer, other in around]:
                mark = token.markup or SPOILER
                message = worded(
                    "{mark} begins anew here what {mark} before it began, {marked}:",
                    mark=mark,
                    marked=MARKED[name],
                )
                yield Problem(*line.place(at(token)), worded("{message} {mend}", message=message, mend=leftovers.MEND))
            around.append((name, token))
        elif token.nesting < 0 or token.content == SPOILER_END:
            if around and around[-1][0] == name:
                around.pop()
            elif token.content == SPOILER_END:
                yield Problem(
                    *line.place(at(token)),
                    worded(
                        "{spoiler_end} ends nothing that began in this paragraph, at this level",
                        spoiler_end=SPOILER_END,
                    ),
                )
    for _, token in around:
        if token.content == SPOILER:
            yield Problem(
                *line.place(at(token)),
                worded(
                    "{spoiler} needs its {spoiler_end} in the same paragraph and marks",
                    spoiler=SPOILER,
                    spoiler_end=SPOILER_END,
                ),
            )


def _coded(line: Line) -> Iterator[Problem]:
    """What only stands there when references such as &#x202e; are read, and what becomes a link by itself."""
    for token in line.tokens:
        if token.type in ("text", "text_special", "link_open"):
            read = target(token) if token.type == "link_open" else token.content
            for message in characters.coded(read, line.source):
                yield Problem(*line.place(at(token)), message)
        if token.type == "text" and (found := leading.COMMANDS.search(token.content)):
            message = worded(
                "Telegram makes a link of {found}… that commands the app: write it as `code`", found=found[0]
            )
            yield Problem(*line.place(at(token) + found.start()), message)


def _name(token: Token) -> str:
    """What a mark or the tag of a spoiler begins or ends."""
    return "tag" if token.content in (SPOILER, SPOILER_END) else token.type.rpartition("_")[0]


def _html(token: Token, _: int, line: Line) -> Iterator[Problem]:
    closes = token.content.startswith("</") and token.content[2:-1].strip() in line.opened  # was told there
    if not closes and not re.match(r"<!--|</?tg-spoiler>", token.content):
        yield Problem(*line.place(at(token)), no_html(token.content))


def _strong(token: Token, number: int, line: Line) -> Iterator[Problem]:
    text = line.tokens[number + 1].content
    if token.markup == "__" and DUNDER.fullmatch(text):
        name = f"__{text}__"
        message = worded("{name} would become a bold {text!r}: write `{name}`, or **{text}**", name=name, text=text)
        yield Problem(*line.place(at(token)), message)


def _maths(token: Token, _: int, line: Line) -> Iterator[Problem]:
    for fault in maths.unshown(token.content):
        yield Problem(*line.place(at(token) + len(token.markup) + fault.offset), fault.message)


def _link(token: Token, number: int, line: Line) -> Iterator[Problem]:
    end = next(place for place in range(number, len(line.tokens)) if line.tokens[place].type == "link_close")
    address, inside = target(token), line.tokens[number + 1 : end]
    if any(child.type == "image" and not target(child).startswith("tg://emoji?") for child in inside):
        message = worded(
            "a picture is no link in Telegram: write the link to {address!r} as a text, [text](https://…)",
            address=address,
        )
        yield Problem(*line.place(at(token) - 1), message)
        return
    if str(token.meta.get("label", "")).startswith("^"):
        yield Problem(*line.place(at(token) - 1), leftovers.FOOTNOTE)
        return
    if not spans.linked(line.tokens, number):
        yield Problem(
            *line.place(at(token) - 1),
            worded("this link to {address!r} has no text to be tapped: [text](https://…)", address=address),
        )
    if title := token.attrGet("title"):
        message = worded("Telegram shows no titles of links: {title!r} would not be seen", title=title)
        yield Problem(*line.place(at(token) - 1), message, "warning")
    for message, severity in leading.problems(spans.linked(line.tokens, number), address):
        found = line.source.find(address, at(token)) if address else -1
        yield Problem(*line.place(found if found >= 0 else at(token) - 1), message, severity)


def _spoiler(token: Token, number: int, line: Line) -> Iterator[Problem]:
    text = line.tokens[number + 1].content
    if line.tokens[number + 2].type == "spoiler_close" and NORM.fullmatch(text):
        mend = worded(
            "write $\\|{text}\\|$ for a norm, or <tg-spoiler>{text}</tg-spoiler> where it shall be hidden", text=text
        )
        yield Problem(
            *line.place(at(token)),
            worded("||{text}|| will be hidden as a spoiler: {mend}", text=text, mend=mend),
            "warning",
        )


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
    instead = INSTEAD.get(name, worded("Markdown, or put it in `code`"))
    return worded("Telegram would drop the HTML {shown}: write {instead} instead", shown=shown, instead=instead)
