"""Twice as long takes twice as long: no file, and no text of anybody's, keeps a reader longer than its length does."""

import re
from contextlib import suppress
from pathlib import Path

import pytest

from bot import log
from bot.errors import PollbotError
from bot.imports import convert, draft
from bot.imports import file as imported
from bot.plain import plain
from bot.store import pointing
from bot.telegram import answer, named
from bot.thread import escape, markdown, moment
from bot.thread.reader.source import LARGEST
from bot.thread.reader.source import SIGNS as SIGNS_ALLOWED
from tests.growth import TOO_MUCH, growth

HEAD = "---\ntitle: T\nlanguage: en\n---\n"
LONG = 1 << 17


def questions(kind):
    def read(text):
        printable, _ = convert.printable(text)
        source = imported.Source(Path("q"), kind, printable, imported.language(printable), ())
        draft.made([(source.path, item) for item in source.items()], source.title, "en")

    return read


def tried(read):
    """What is no chat, link or time is refused; that takes time as well."""

    def reading(text):
        with suppress(ValueError, PollbotError):
            read(text)

    return reading


READERS = {
    "thread": (lambda text: markdown.inspect(HEAD + text), LARGEST // 4),
    **{f"{most} signs": (lambda text: markdown.inspect(HEAD + text), most) for most in set(SIGNS_ALLOWED.values())},
    "option": (lambda text: markdown.inspect(f"{HEAD}Which?\n\n- [x] a\n- [ ] {text}"), LARGEST // 4),
    "formula": (lambda text: markdown.inspect(f"{HEAD}$${text}$$"), LARGEST // 4),
    "front matter": (lambda text: markdown.inspect(f"---\n{text}\n---\nx"), LARGEST // 4),
    "log": (log.hiding("4242123:AAab-c_defghijklmnopqrstuvwxyz0123"), LONG),
    "moment": (tried(moment.moment), LONG),
    "duration": (tried(moment.duration), LONG),
    "pause": (tried(moment.pause), LONG),
    "chat": (tried(named.ref), LONG),
    "link": (tried(pointing.linked), LONG),
    "answer": (answer.line, LONG),
    "escape": (escape.escaped, LONG),
    "plain": (plain, LONG),
    **{kind: (questions(kind), LARGEST // 4) for kind in imported.KINDS},
}
INLINE = ["a", " ", "[", "![](", "[a](", "*a ", "_a", "**a**", "`", "``a", "<", "<a ", "<!--", "&#", "|", "||a", "~~a"]
INLINE += [
    "$a",
    "$$ a ",
    "\\(",
    "{",
    "==a",
    "%%a",
    "www.",
    "http://a.b ",
    "a@",
    "[^a]",
    "[[",
    "\u200b",
    "a. ",
    "é",
    ":a",
]
BLOCKS = ["\n", "- [ ", "- [ ] a\n", "> ", "- ", "#", "```\n", "---\n", "|a|b|\n", "[a]: b\n", "a\n\n", "    a\n", "\r"]
HEAPED = ["[", "![", "[a](", "$", "$a", "$$ a ", "|", "||", "||a", "|a|b|\n", "*", "*a ", "**a", "_", "_a "]
SETTINGS = ["a: b\n", "a", " ", "- ", "[", "{", "'", '"', ":", "#", "&a ", "\n", "a, ", "|\n "]
TEX = ["x^", "x_{", "{", "\\text{", "\\begin{array}{c}", "\\hat{", "x+", "\\left(", "\\frac", "a", " ", "\\"]
TIMES = ["1", "1.", "1:", "12:30 ", "1d ", "1h", " ", "- ", "a", "+", "1 час ", "\u200b"]
SIGNS = [
    "a",
    " ",
    "\n",
    "\\",
    "`",
    "_",
    "*",
    "- ",
    "1.",
    "0",
    "1234567:",
    "%3A",
    "://",
    "\x1b",
    "-",
    "t.me/",
    "?",
    "\u202e",
]
LISTS = ["{", "{a ~", "::", "{=a ~b}\n", "'", '"', ",", ";", "<Question choices={[", "(a) ", "A. x\n", "ANSWER: A\n"]
LISTS += [
    "- [ ] a\n",
    "1. a\n",
    "12% a\n",
    '{"a":',
    "[[",
    "<quiz>\n",
    "a\nA) b\nANSWER: A\n",
    "<p>",
    "</a>",
    "//a\n",
    "/*",
]
PIECES = {
    "thread": INLINE + BLOCKS,
    **{f"{most} signs": HEAPED for most in set(SIGNS_ALLOWED.values())},
    "option": INLINE,
    "formula": TEX,
    "front matter": SETTINGS,
    **dict.fromkeys(("moment", "duration", "pause"), TIMES),
    **dict.fromkeys(("log", "chat", "link", "answer", "escape", "plain"), SIGNS),
    **dict.fromkeys(imported.KINDS, LISTS),
}


@pytest.mark.parametrize(("name", "piece"), [(name, piece) for name in READERS for piece in PIECES[name]])
def test_four_times_as_much_takes_no_more_than_its_share(name, piece):
    read, longest = READERS[name]

    assert growth(read, piece, longest) <= TOO_MUCH


def test_what_is_quadratic_is_told_apart():
    assert growth(lambda text: re.search("a*b", text), "a", 1 << 14) > TOO_MUCH
    assert growth(lambda text: [sign for sign in text for _ in range(30)], "a", 1 << 16) <= TOO_MUCH
